import { names } from '../amazon/names.ts'

/**
 * The streams of another connector: airbytehq/airbyte, source-amazon-ads, manifest.yaml at 05c42932 (after 9.1.1, with
 * search terms and reuse of running reports; read on 3 December 2026). In August 2026 all of its report
 * streams but the search terms ran against a real account without an invalid column (AGENTS.md of the same folder).
 */
export interface ReportStream {
  readonly reportTypeId: string
  readonly groupBy: readonly string[]
  readonly columns: readonly string[]
  /** The columns that tell a profile's rows of one day or summary apart, by the connector. */
  readonly key: readonly string[]
  /** Whether the summary variant asks for `startDate` and `endDate`. */
  readonly hasSummaryDates: boolean
  readonly keywordTypes?: readonly string[]
}

const keywords = names('BROAD PHRASE EXACT')
const productTargets = names('TARGETING_EXPRESSION TARGETING_EXPRESSION_PREDEFINED')

const spFigures = `
  impressions clicks cost purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} unitsSoldClicks{1d,7d,14d,30d}
  sales{1d,7d,14d,30d} attributedSalesSameSku{1d,7d,14d,30d} unitsSoldSameSku{1d,7d,14d,30d}
`
const spAdGroup = 'campaignName campaignId adGroupName adGroupId'
const spPurchase = `
  ${spAdGroup} keywordId advertisedAsin purchasedAsin advertisedSku campaignBudgetCurrencyCode matchType
  unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku{1d,7d,14d,30d} salesOtherSku{1d,7d,14d,30d}
`

const sbFigures = `
  addToCart{,Clicks,Rate} addToList{,FromClicks} brandedSearches{,Clicks} campaignBudgetAmount
  campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName campaignStatus clicks cost costType
  detailPageViews{,Clicks} eCPAddToCart impressions kindleEditionNormalizedPagesRead14d
  kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews{,Clicks}
  newToBrandECPDetailPageView newToBrandPurchases{,Clicks,Percentage,Rate} newToBrandSales{,Clicks,Percentage}
  newToBrandUnitsSold{,Clicks,Percentage} purchases{,Clicks,Promoted} qualifiedBorrows{,FromClicks}
  royaltyQualifiedBorrows{,FromClicks} sales{,Clicks,Promoted} unitsSold{,Clicks} video5SecondViewRate
  video5SecondViews videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews
  videoUnmutes viewabilityRate
`

const sdBorrows = `
  addToList{,FromClicks,FromViews} qualifiedBorrows{,FromClicks,FromViews}
  royaltyQualifiedBorrows{,FromClicks,FromViews}
`
const sdFigures = `
  ${sdBorrows} addToCart{,Clicks,Rate,Views} brandedSearches{,Clicks,Views} brandedSearchRate
  campaignBudgetCurrencyCode campaignId campaignName clicks cost detailPageViews{,Clicks} eCPAddToCart
  eCPBrandSearch impressions{,Views} leadFormOpens leads linkOuts newToBrandPurchases{,Clicks}
  newToBrandSales{,Clicks} newToBrandUnitsSold{,Clicks} purchases{,Clicks,PromotedClicks}
  sales{,Clicks,PromotedClicks} unitsSold{,Clicks} videoCompleteViews videoFirstQuartileViews videoMidpointViews
  videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
`
const sdReach = `
  cumulativeReach impressionsFrequencyAverage newToBrandDetailPageView{Clicks,Rate,s,Views}
  newToBrandECPDetailPageView
`
const withDates = { hasSummaryDates: true }
const withoutDates = { hasSummaryDates: false }

const stream = (
  reportTypeId: string,
  groupBy: string,
  columns: string,
  key: string,
  more: Pick<ReportStream, 'hasSummaryDates' | 'keywordTypes'>,
): ReportStream => ({
  reportTypeId,
  groupBy: names(groupBy),
  columns: names(columns),
  key: names(key),
  ...more,
})

/** Each exists twice: as a summary, and per day with the suffix `_daily`. */
export const reportStreams: Readonly<Record<string, ReportStream>> = {
  sponsored_brands_v3_report_stream: stream(
    'sbPurchasedProduct',
    'purchasedAsin',
    `
    campaignBudgetCurrencyCode campaignName adGroupName attributionType purchasedAsin productName productCategory
    sales14d orders14d unitsSold14d newToBrandSales{14d,Percentage14d} newToBrandPurchases{14d,Percentage14d}
    newToBrandUnitsSold{14d,Percentage14d}
    `,
    'adGroupName purchasedAsin',
    withoutDates,
  ),
  sponsored_brands_campaigns_report_stream: stream(
    'sbCampaigns',
    'campaign',
    `
    ${sbFigures} brandStorePageView longTermROAS longTermSales topOfSearchImpressionShare viewClickThroughRate
    viewableImpressions
    `,
    'campaignId',
    withDates,
  ),
  sponsored_brands_adgroups_report_stream: stream(
    'sbAdGroup',
    'adGroup',
    `${sbFigures} adGroupId adGroupName adStatus`,
    'adGroupName adGroupId',
    withDates,
  ),
  sponsored_brands_ads_report_stream: stream(
    'sbAds',
    'ads',
    `${sbFigures} adGroupId adGroupName adId viewableImpressions`,
    'adId',
    withDates,
  ),
  sponsored_display_campaigns_report_stream: stream(
    'sdCampaigns',
    'campaign',
    `${sdFigures} ${sdReach} campaignBudgetAmount campaignStatus costType`,
    'campaignId',
    withDates,
  ),
  sponsored_display_adgroups_report_stream: stream(
    'sdAdGroup',
    'adGroup',
    `${sdFigures} ${sdReach} adGroupId adGroupName bidOptimization`,
    'adGroupName adGroupId',
    withDates,
  ),
  sponsored_display_productads_report_stream: stream(
    'sdAdvertisedProduct',
    'advertiser',
    `${sdFigures} ${sdReach} adGroupId adGroupName adId bidOptimization promotedAsin promotedSku`,
    'adGroupName adId',
    withDates,
  ),
  sponsored_display_targets_report_stream: stream(
    'sdTargeting',
    'targeting',
    `${sdFigures} adGroupId adGroupName targetingExpression targetingId targetingText`,
    'adGroupName targetingId',
    withDates,
  ),
  sponsored_display_asins_report_stream: stream(
    'sdPurchasedProduct',
    'asin',
    `
    ${sdBorrows} adGroupId adGroupName asinBrandHalo campaignBudgetCurrencyCode campaignId campaignName
    conversionsBrandHalo{,Clicks} promotedAsin promotedSku salesBrandHalo{,Clicks} unitsSoldBrandHalo{,Clicks}
    `,
    'adGroupName promotedAsin',
    withDates,
  ),
  sponsored_products_campaigns_report_stream: stream(
    'spCampaigns',
    'campaign',
    `
    ${spFigures} campaignName campaignId campaignStatus campaignBudgetAmount campaignRuleBasedBudgetAmount
    campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName
    `,
    'campaignId',
    withoutDates,
  ),
  sponsored_products_adgroups_report_stream: stream(
    'spCampaigns',
    'campaign adGroup',
    `${spFigures} ${spAdGroup}`,
    'adGroupName adGroupId',
    withoutDates,
  ),
  sponsored_products_keywords_report_stream: stream(
    'spTargeting',
    'targeting',
    `${spFigures} ${spAdGroup} keywordId keyword matchType`,
    'adGroupName keywordId',
    { ...withoutDates, keywordTypes: keywords },
  ),
  sponsored_products_targets_report_stream: stream(
    'spTargeting',
    'targeting',
    `${spFigures} ${spAdGroup} keywordId keyword targeting keywordType`,
    'adGroupName keywordId',
    { ...withoutDates, keywordTypes: productTargets },
  ),
  sponsored_products_search_terms_report_stream: stream(
    'spSearchTerm',
    'searchTerm',
    `
    ${spFigures} ${spAdGroup} searchTerm targeting keywordType keywordId keyword matchType portfolioId campaignStatus
    campaignBudgetType campaignBudgetAmount campaignBudgetCurrencyCode keywordBid adKeywordStatus costPerClick
    clickThroughRate acosClicks{7d,14d} roasClicks{7d,14d} salesOtherSku7d unitsSoldOtherSku7d addToList
    qualifiedBorrows royaltyQualifiedBorrows kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d
    `,
    'searchTerm keywordId',
    { ...withoutDates, keywordTypes: [...keywords, ...productTargets] },
  ),
  sponsored_products_productads_report_stream: stream(
    'spAdvertisedProduct',
    'advertiser',
    `${spFigures} ${spAdGroup} adId campaignBudgetCurrencyCode advertisedAsin`,
    'adGroupName adId',
    withoutDates,
  ),
  sponsored_products_asins_keywords_report_stream: stream(
    'spPurchasedProduct',
    'asin',
    `${spPurchase} keyword`,
    'adGroupName advertisedAsin',
    withoutDates,
  ),
  sponsored_products_asins_targets_report_stream: stream(
    'spPurchasedProduct',
    'asin',
    `${spPurchase} targeting keywordType`,
    'adGroupName advertisedAsin',
    withoutDates,
  ),
}

/**
 * Method, path and media type of the streams without reports. GET streams page by `startIndex` and `count`, POST streams
 * by `nextToken` and `maxResults`; budget rules, recommendations and attribution reports have other pages.
 */
export const listStreams: Readonly<
  Record<string, readonly [method: 'GET' | 'POST', path: string, type?: string]>
> = {
  portfolios: ['POST', '/portfolios/list'],
  sponsored_display_campaigns: ['GET', '/sd/campaigns'],
  sponsored_display_ad_groups: ['GET', '/sd/adGroups'],
  sponsored_display_product_ads: ['GET', '/sd/productAds'],
  sponsored_display_targetings: ['GET', '/sd/targets'],
  sponsored_display_creatives: ['GET', '/sd/creatives'],
  sponsored_display_budget_rules: ['GET', '/sp/budgetRules'],
  sponsored_brands_keywords: ['GET', '/sb/keywords'],
  sponsored_brands_ad_groups: ['POST', '/sb/v4/adGroups/list', 'sbadgroupresource.v4'],
  sponsored_brands_ads: ['POST', '/sb/v4/ads/list', 'sbadresource.v4'],
  sponsored_product_campaigns: ['POST', '/sp/campaigns/list', 'spCampaign.v3'],
  sponsored_product_ad_groups: ['POST', '/sp/adGroups/list', 'spAdGroup.v3'],
  sponsored_product_keywords: ['POST', '/sp/keywords/list', 'spKeyword.v3'],
  sponsored_product_negative_keywords: ['POST', '/sp/negativeKeywords/list', 'spNegativeKeyword.v3'],
  sponsored_product_campaign_negative_keywords: [
    'POST',
    '/sp/campaignNegativeKeywords/list',
    'spCampaignNegativeKeyword.v3',
  ],
  sponsored_product_ads: ['POST', '/sp/productAds/list', 'spProductAd.v3'],
  sponsored_product_targetings: ['POST', '/sp/targets/list', 'spTargetingClause.v3'],
  sponsored_product_ad_group_bid_recommendations: [
    'POST',
    '/sp/targets/bid/recommendations',
    'spthemebasedbidrecommendation.v4',
  ],
  sponsored_product_ad_group_suggested_keywords: [
    'POST',
    '/sp/targets/keywords/recommendations',
    'spkeywordsrecommendation.v4',
  ],
  attribution_report_products: ['POST', '/attribution/report'],
  attribution_report_performance_adgroup: ['POST', '/attribution/report'],
  attribution_report_performance_campaign: ['POST', '/attribution/report'],
  attribution_report_performance_creative: ['POST', '/attribution/report'],
}
