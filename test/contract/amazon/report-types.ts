import { names } from './names.ts'

/**
 * Sponsored ads report types. Limits are in days. Each exists as DAILY and SUMMARY, in GZIP_JSON.
 * Source: Amazon Ads API documentation, the pages of the report types: as crawled in September 2025
 * (idealerror/amazon-ads-api-docs 08dc185c) and in July 2026 (linkfox-ai/linkfox-skills b222e5f4, whose pages begin with
 * the limits, groupings and filters); compared again on 3 December 2026. column-page.ts has Amazon's other description.
 * Left out, because unused: sbCampaignPlacement, spGrossAndInvalids, sbGrossAndInvalids, sdGrossAndInvalids,
 * spPromptAdExtension, sbPromptAdExtension.
 */
interface AmazonReportType {
  readonly adProduct: string
  readonly maxRangeDays: number
  readonly retentionDays: number
  readonly columns: readonly string[]
  readonly groupBys: Readonly<Record<string, Grouping>>
}

interface Grouping {
  readonly columns: readonly string[]
  readonly filters: Readonly<Record<string, readonly string[]>>
}

export const timeUnits = ['DAILY', 'SUMMARY']
export const formats = ['GZIP_JSON']

const states = ['ENABLED', 'PAUSED', 'ARCHIVED']
const keywordTypes = ['BROAD', 'PHRASE', 'EXACT', 'TARGETING_EXPRESSION', 'TARGETING_EXPRESSION_PREDEFINED']

export const reportTypes: Readonly<Record<string, AmazonReportType>> = {
  spCampaigns: {
    adProduct: 'SPONSORED_PRODUCTS',
    maxRangeDays: 31,
    retentionDays: 95,
    columns: names(`
      addToList attributedSalesSameSku{1d,7d,14d,30d} campaignBiddingStrategy clicks clickThroughRate cost
      costPerClick date endDate impressions kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d}
      qualifiedBorrows royaltyQualifiedBorrows sales{1d,7d,14d,30d} spend startDate
      unitsSoldClicks{1d,7d,14d,30d} unitsSoldSameSku{1d,7d,14d,30d}
    `),
    groupBys: {
      campaign: {
        columns: names(`
        campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName campaignBudgetAmount
        campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName campaignRuleBasedBudgetAmount
        campaignStatus topOfSearchImpressionShare
      `),
        filters: { campaignStatus: states },
      },
      adGroup: { columns: names('adGroupId adGroupName adStatus'), filters: { adStatus: states } },
      campaignPlacement: {
        columns: names(`
        campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName campaignBudgetAmount
        campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName campaignRuleBasedBudgetAmount
        campaignStatus placementClassification topOfSearchImpressionShare
      `),
        filters: { campaignSite: ['AmazonBusiness'] },
      },
    },
  },
  sbCampaigns: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 31,
    retentionDays: 60,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToList addToListFromClicks brandedSearches
      brandedSearchesClicks brandStorePageView campaignBudgetAmount campaignBudgetCurrencyCode
      campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date detailPageViews
      detailPageViewsClicks eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews
      newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
      newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
      newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
      newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
      qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales salesClicks
      salesPromoted startDate topOfSearchImpressionShare unitsSold unitsSoldClicks video5SecondViewRate
      video5SecondViews videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews
      videoUnmutes viewabilityRate viewableImpressions viewClickThroughRate
    `),
    groupBys: {
      campaign: { columns: names('longTermROAS longTermSales'), filters: { campaignStatus: states } },
    },
  },
  sdCampaigns: {
    adProduct: 'SPONSORED_DISPLAY',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks addToListFromViews
      brandedSearches brandedSearchesClicks brandedSearchesViews brandedSearchRate campaignBudgetCurrencyCode
      campaignId campaignName clicks cost date detailPageViews detailPageViewsClicks eCPAddToCart
      eCPBrandSearch endDate impressions impressionsViews kindleEditionNormalizedPagesRead
      kindleEditionNormalizedPagesReadFromClicks kindleEditionNormalizedPagesReadFromViews
      kindleEditionNormalizedPagesRoyalties kindleEditionNormalizedPagesRoyaltiesFromClicks
      kindleEditionNormalizedPagesRoyaltiesFromViews newToBrandPurchases newToBrandPurchasesClicks
      newToBrandSalesClicks newToBrandUnitsSold newToBrandUnitsSoldClicks purchases purchasesClicks
      purchasesPromotedClicks qualifiedBorrows qualifiedBorrowsFromClicks qualifiedBorrowsFromViews
      royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales
      salesClicks salesPromotedClicks startDate unitsSold unitsSoldClicks videoCompleteViews
      videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate
      viewClickThroughRate
    `),
    groupBys: {
      campaign: {
        columns: names(`
        campaignBudgetAmount campaignStatus costType cumulativeReach impressionsFrequencyAverage longTermROAS
        longTermSales newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
        newToBrandDetailPageViewViews newToBrandECPDetailPageView newToBrandSales
      `),
        filters: {},
      },
      matchedTarget: { columns: names('matchedTargetAsin'), filters: {} },
    },
  },
  sbAdGroup: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 31,
    retentionDays: 60,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName adStatus
      brandedSearches brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType
      campaignId campaignName campaignStatus clicks cost costType date detailPageViews detailPageViewsClicks
      eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews
      newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
      newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
      newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
      newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
      qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales salesClicks
      salesPromoted startDate unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
      videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
      viewabilityRate
    `),
    groupBys: {
      adGroup: { columns: [], filters: { adStatus: states } },
      campaign: { columns: [], filters: {} },
    },
  },
  sdAdGroup: {
    adProduct: 'SPONSORED_DISPLAY',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks addToListFromViews
      adGroupId adGroupName bidOptimization brandedSearches brandedSearchesClicks brandedSearchesViews
      brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks cost cumulativeReach date
      detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions impressionsViews
      kindleEditionNormalizedPagesRead kindleEditionNormalizedPagesReadFromClicks
      kindleEditionNormalizedPagesReadFromViews kindleEditionNormalizedPagesRoyalties
      kindleEditionNormalizedPagesRoyaltiesFromClicks kindleEditionNormalizedPagesRoyaltiesFromViews
      newToBrandPurchases newToBrandPurchasesClicks newToBrandSales newToBrandSalesClicks newToBrandUnitsSold
      newToBrandUnitsSoldClicks purchases purchasesClicks purchasesPromotedClicks qualifiedBorrows
      qualifiedBorrowsFromClicks qualifiedBorrowsFromViews royaltyQualifiedBorrows
      royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales salesClicks salesPromotedClicks
      startDate unitsSold unitsSoldClicks videoCompleteViews videoFirstQuartileViews videoMidpointViews
      videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
    `),
    groupBys: {
      adGroup: {
        columns: names(`
        impressionsFrequencyAverage newToBrandDetailPageViewClicks newToBrandDetailPageViewRate
        newToBrandDetailPageViews newToBrandDetailPageViewViews newToBrandECPDetailPageView
      `),
        filters: {},
      },
      matchedTarget: { columns: names('matchedTargetAsin'), filters: {} },
    },
  },
  sbAds: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 31,
    retentionDays: 60,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName adId
      brandedSearches brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType
      campaignId campaignName campaignStatus clicks cost costType date detailPageViews detailPageViewsClicks
      eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews
      newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
      newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
      newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
      newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
      qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales salesClicks
      salesPromoted startDate unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
      videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
      viewabilityRate viewableImpressions
    `),
    groupBys: {
      ads: { columns: [], filters: { adStatus: states } },
    },
  },
  spAdvertisedProduct: {
    adProduct: 'SPONSORED_PRODUCTS',
    maxRangeDays: 31,
    retentionDays: 95,
    columns: names(`
      acosClicks{7d,14d} addToList adGroupId adGroupName adId advertisedAsin advertisedSku
      attributedSalesSameSku{1d,7d,14d,30d} campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType
      campaignId campaignName campaignStatus clicks clickThroughRate cost costPerClick date endDate
      impressions kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d portfolioId
      purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows roasClicks{7d,14d}
      royaltyQualifiedBorrows sales{1d,7d,14d,30d} salesOtherSku7d spend startDate
      unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku7d unitsSoldSameSku{1d,7d,14d,30d}
    `),
    groupBys: {
      advertiser: { columns: [], filters: { adCreativeStatus: states } },
    },
  },
  sdAdvertisedProduct: {
    adProduct: 'SPONSORED_DISPLAY',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks addToListFromViews
      adGroupId adGroupName adId bidOptimization brandedSearches brandedSearchesClicks brandedSearchesViews
      brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks cost cumulativeReach date
      detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions
      impressionsFrequencyAverage impressionsViews kindleEditionNormalizedPagesRead
      kindleEditionNormalizedPagesReadFromClicks kindleEditionNormalizedPagesReadFromViews
      kindleEditionNormalizedPagesRoyalties kindleEditionNormalizedPagesRoyaltiesFromClicks
      kindleEditionNormalizedPagesRoyaltiesFromViews newToBrandDetailPageViewClicks
      newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewViews
      newToBrandECPDetailPageView newToBrandPurchases newToBrandPurchasesClicks newToBrandSales
      newToBrandSalesClicks newToBrandUnitsSold newToBrandUnitsSoldClicks promotedAsin promotedSku purchases
      purchasesClicks purchasesPromotedClicks qualifiedBorrows qualifiedBorrowsFromClicks
      qualifiedBorrowsFromViews royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks
      royaltyQualifiedBorrowsFromViews sales salesClicks salesPromotedClicks startDate unitsSold
      unitsSoldClicks videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews
      videoUnmutes viewabilityRate viewClickThroughRate
    `),
    groupBys: {
      advertiser: { columns: [], filters: {} },
    },
  },
  spTargeting: {
    adProduct: 'SPONSORED_PRODUCTS',
    maxRangeDays: 31,
    retentionDays: 95,
    columns: names(`
      acosClicks{7d,14d} addToList adGroupId adGroupName attributedSalesSameSku{1d,7d,14d,30d}
      campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName
      campaignStatus clicks clickThroughRate cost costPerClick date endDate impressions keyword keywordBid
      keywordId keywordType kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d
      matchType portfolioId purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows
      roasClicks{7d,14d} royaltyQualifiedBorrows sales{1d,7d,14d,30d} salesOtherSku7d startDate targeting
      topOfSearchImpressionShare unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku7d
      unitsSoldSameSku{1d,7d,14d,30d}
    `),
    groupBys: {
      targeting: {
        columns: names('adKeywordStatus'),
        filters: { adKeywordStatus: states, keywordType: keywordTypes },
      },
    },
  },
  sbTargeting: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 31,
    retentionDays: 60,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName
      adKeywordStatus brandedSearches brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode
      campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date detailPageViews
      detailPageViewsClicks eCPAddToCart endDate impressions keywordBid keywordId keywordText keywordType
      matchType newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewsClicks
      newToBrandECPDetailPageView newToBrandPurchases newToBrandPurchasesClicks newToBrandPurchasesPercentage
      newToBrandPurchasesRate newToBrandSales newToBrandSalesClicks newToBrandSalesPercentage
      newToBrandUnitsSold newToBrandUnitsSoldClicks newToBrandUnitsSoldPercentage purchases purchasesClicks
      purchasesPromoted qualifiedBorrows qualifiedBorrowsFromClicks royaltyQualifiedBorrows
      royaltyQualifiedBorrowsFromClicks sales salesClicks salesPromoted startDate targetingExpression
      targetingId targetingText targetingType topOfSearchImpressionShare unitsSold
    `),
    groupBys: {
      targeting: {
        columns: [],
        filters: { adKeywordStatus: states, keywordType: [...keywordTypes, 'THEME'] },
      },
    },
  },
  sdTargeting: {
    adProduct: 'SPONSORED_DISPLAY',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks addToListFromViews
      adGroupId adGroupName brandedSearches brandedSearchesClicks brandedSearchesViews brandedSearchRate
      campaignBudgetCurrencyCode campaignId campaignName clicks cost date detailPageViews
      detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions impressionsViews
      kindleEditionNormalizedPagesRead kindleEditionNormalizedPagesReadFromClicks
      kindleEditionNormalizedPagesReadFromViews kindleEditionNormalizedPagesRoyalties
      kindleEditionNormalizedPagesRoyaltiesFromClicks kindleEditionNormalizedPagesRoyaltiesFromViews
      newToBrandPurchases newToBrandPurchasesClicks newToBrandSales newToBrandSalesClicks newToBrandUnitsSold
      newToBrandUnitsSoldClicks purchases purchasesClicks purchasesPromotedClicks qualifiedBorrows
      qualifiedBorrowsFromClicks qualifiedBorrowsFromViews royaltyQualifiedBorrows
      royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales salesClicks salesPromotedClicks
      startDate targetingExpression targetingId targetingText unitsSold unitsSoldClicks videoCompleteViews
      videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate
      viewClickThroughRate
    `),
    groupBys: {
      targeting: {
        columns: names(`
        adKeywordStatus newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
        newToBrandDetailPageViewViews newToBrandECPDetailPageView
      `),
        filters: {},
      },
      matchedTarget: { columns: names('matchedTargetAsin'), filters: {} },
    },
  },
  spSearchTerm: {
    adProduct: 'SPONSORED_PRODUCTS',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      acosClicks{7d,14d} addToList adGroupId adGroupName adKeywordStatus attributedSalesSameSku{1d,7d,14d,30d}
      campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName
      campaignStatus clicks clickThroughRate cost costPerClick date endDate impressions keyword keywordBid
      keywordId keywordType kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d
      matchType portfolioId purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows
      roasClicks{7d,14d} royaltyQualifiedBorrows sales{1d,7d,14d,30d} salesOtherSku7d searchTerm startDate
      targeting unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku7d unitsSoldSameSku{1d,7d,14d,30d}
    `),
    groupBys: {
      searchTerm: { columns: [], filters: { keywordType: keywordTypes } },
    },
  },
  sbSearchTerm: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 31,
    retentionDays: 60,
    columns: names(`
      addToList addToListFromClicks adGroupId adGroupName campaignBudgetAmount campaignBudgetCurrencyCode
      campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date endDate impressions
      keywordBid keywordId keywordText kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d matchType purchases purchasesClicks qualifiedBorrows
      qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales salesClicks
      searchTerm startDate unitsSold video5SecondViewRate video5SecondViews videoCompleteViews
      videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate
      viewableImpressions viewClickThroughRate
    `),
    groupBys: {
      searchTerm: { columns: names('adKeywordStatus'), filters: { keywordType: keywordTypes } },
    },
  },
  spPurchasedProduct: {
    adProduct: 'SPONSORED_PRODUCTS',
    maxRangeDays: 31,
    retentionDays: 95,
    columns: names(`
      addToList addToListFromClicks adGroupId adGroupName advertisedAsin advertisedSku
      campaignBudgetCurrencyCode campaignId campaignName date endDate keyword keywordId keywordType
      kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d matchType portfolioId
      purchasedAsin purchases{1d,7d,14d,30d} purchasesOtherSku{1d,7d,14d,30d} qualifiedBorrows
      qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks
      sales{1d,7d,14d,30d} salesOtherSku{1d,7d,14d,30d} startDate unitsSoldClicks{1d,7d,14d,30d}
      unitsSoldOtherSku{1d,7d,14d,30d}
    `),
    groupBys: {
      asin: { columns: [], filters: {} },
    },
  },
  sbPurchasedProduct: {
    adProduct: 'SPONSORED_BRANDS',
    maxRangeDays: 731,
    retentionDays: 731,
    columns: names(`
      adGroupId adGroupName attributionType campaignBudgetCurrencyCode campaignId campaignName
      campaignPriceTypeCode date endDate kindleEditionNormalizedPagesRead14d
      kindleEditionNormalizedPagesRoyalties14d newToBrandPurchases14d newToBrandPurchasesPercentage14d
      newToBrandSales14d newToBrandSalesPercentage14d newToBrandUnitsSold14d newToBrandUnitsSoldPercentage14d
      orders14d ordersClicks14d productCategory productName purchasedAsin sales14d salesClicks14d startDate
      unitsSold14d unitsSoldClicks14d
    `),
    groupBys: {
      purchasedAsin: { columns: [], filters: {} },
    },
  },
  sdPurchasedProduct: {
    adProduct: 'SPONSORED_DISPLAY',
    maxRangeDays: 31,
    retentionDays: 65,
    columns: names(`
      addToList addToListFromClicks addToListFromViews adGroupId adGroupName asinBrandHalo
      campaignBudgetCurrencyCode campaignId campaignName conversionsBrandHalo conversionsBrandHaloClicks date
      endDate kindleEditionNormalizedPagesRead kindleEditionNormalizedPagesReadFromClicks
      kindleEditionNormalizedPagesReadFromViews kindleEditionNormalizedPagesRoyalties
      kindleEditionNormalizedPagesRoyaltiesFromClicks kindleEditionNormalizedPagesRoyaltiesFromViews
      promotedAsin promotedSku qualifiedBorrows qualifiedBorrowsFromClicks qualifiedBorrowsFromViews
      royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews
      salesBrandHalo salesBrandHaloClicks startDate unitsSoldBrandHalo unitsSoldBrandHaloClicks
    `),
    groupBys: {
      asin: { columns: [], filters: {} },
    },
  },
}
