import {
  sbCampaignColumns,
  sbColumns,
  sbPurchasedColumns,
  sbSearchTermColumns,
  sbTargetingColumns,
} from './columns-sb.ts'
import { sdColumns, sdPurchasedColumns } from './columns-sd.ts'
import { spColumns, spPurchasedColumns, spTargetColumns } from './columns-sp.ts'

import { by, type ReportType, sb, sd, sp } from './report-type.ts'

const statuses = ['ENABLED', 'PAUSED', 'ARCHIVED']
const keywordTypes = ['BROAD', 'PHRASE', 'EXACT', 'TARGETING_EXPRESSION', 'TARGETING_EXPRESSION_PREDEFINED']
const unfiltered = {}

const spBudget = [
  'campaignBudgetAmount',
  'campaignBudgetType',
  'campaignRuleBasedBudgetAmount',
  'campaignApplicableBudgetRuleId',
  'campaignApplicableBudgetRuleName',
  'campaignBudgetCurrencyCode',
]
const spCampaign = ['campaignName', 'campaignId', 'campaignStatus', ...spBudget]
const sdNewToBrand = [
  'newToBrandDetailPageViewClicks',
  'newToBrandDetailPageViewRate',
  'newToBrandDetailPageViews',
  'newToBrandDetailPageViewViews',
  'newToBrandECPDetailPageView',
]
const matchedTarget = by(['matchedTargetAsin'], unfiltered)

/** Reporting v2's report of Sponsored Brands campaigns. V3 rejects the name. */
const hsaCampaigns = sb(
  'campaign',
  [
    ...['campaignId', 'campaignName', 'campaignStatus', 'impressions', 'clicks', 'cost'],
    ...['attributedConversions14d', 'attributedSales14d'],
  ],
  {},
)

export const reportTypeOf = (reportTypeId: string): ReportType | undefined =>
  reportTypeId === 'hsaCampaigns' ? hsaCampaigns : reportTypes[reportTypeId]

/** Of v3. Amazon has a few more. */
export const reportTypes: Readonly<Record<string, ReportType>> = {
  spCampaigns: sp('campaign', 95, [...spColumns, 'campaignBiddingStrategy', 'spend'], {
    campaign: by([...spCampaign, 'topOfSearchImpressionShare'], { campaignStatus: statuses }),
    adGroup: by(['adGroupName', 'adGroupId', 'adStatus'], { adStatus: statuses }),
    campaignPlacement: by(['placementClassification', ...spCampaign], { campaignSite: ['AmazonBusiness'] }),
  }),
  spTargeting: sp('target', 95, [...spTargetColumns, 'topOfSearchImpressionShare'], {
    targeting: by(['adKeywordStatus'], { adKeywordStatus: statuses, keywordType: keywordTypes }),
  }),
  spSearchTerm: sp('term', 65, [...spTargetColumns, 'searchTerm', 'adKeywordStatus'], {
    searchTerm: by(['adKeywordStatus'], { keywordType: keywordTypes }),
  }),
  spAdvertisedProduct: sp(
    'ad',
    95,
    [
      ...spColumns,
      ...[
        'campaignName',
        'campaignId',
        'adGroupName',
        'adGroupId',
        'adId',
        'portfolioId',
        'spend',
        'campaignStatus',
      ],
      ...[
        'campaignBudgetCurrencyCode',
        'campaignBudgetAmount',
        'campaignBudgetType',
        'advertisedAsin',
        'advertisedSku',
      ],
      ...[
        'salesOtherSku7d',
        'unitsSoldOtherSku7d',
        'acosClicks7d',
        'acosClicks14d',
        'roasClicks7d',
        'roasClicks14d',
      ],
    ],
    { advertiser: by([], { adCreativeStatus: statuses }) },
  ),
  spPurchasedProduct: sp('purchase', 95, spPurchasedColumns, { asin: by([], unfiltered) }),
  sbCampaigns: sb('campaign', [...sbCampaignColumns, 'brandStorePageView'], {
    campaign: by(['longTermSales', 'longTermROAS'], { campaignStatus: statuses }),
  }),
  sbAdGroup: sb('adGroup', [...sbColumns, 'adGroupId', 'adGroupName', 'adStatus'], {
    adGroup: by([], { adStatus: statuses }),
    campaign: by([], unfiltered),
  }),
  sbAds: sb('ad', [...sbColumns, 'adGroupId', 'adGroupName', 'adId', 'viewableImpressions'], {
    ads: by([], { adStatus: statuses }),
  }),
  sbTargeting: sb('target', sbTargetingColumns, {
    targeting: by([], { adKeywordStatus: statuses, keywordType: [...keywordTypes, 'THEME'] }),
  }),
  sbSearchTerm: sb('term', sbSearchTermColumns, {
    searchTerm: by(['adKeywordStatus'], { keywordType: keywordTypes }),
  }),
  sbPurchasedProduct: {
    ...sb('purchase', sbPurchasedColumns, { purchasedAsin: by([], unfiltered) }),
    maxRangeDays: 731,
    retentionDays: 731,
  },
  sdCampaigns: sd('campaign', sdColumns, {
    campaign: by(
      [
        ...[
          'campaignBudgetAmount',
          'campaignStatus',
          'costType',
          'cumulativeReach',
          'impressionsFrequencyAverage',
        ],
        ...['longTermSales', 'longTermROAS', 'newToBrandSales', ...sdNewToBrand],
      ],
      unfiltered,
    ),
    matchedTarget,
  }),
  sdAdGroup: sd(
    'adGroup',
    [...sdColumns, 'adGroupId', 'adGroupName', 'bidOptimization', 'cumulativeReach', 'newToBrandSales'],
    { adGroup: by(['impressionsFrequencyAverage', ...sdNewToBrand], unfiltered), matchedTarget },
  ),
  sdAdvertisedProduct: sd(
    'ad',
    [
      ...[
        ...sdColumns,
        'adGroupId',
        'adGroupName',
        'adId',
        'bidOptimization',
        'cumulativeReach',
        'newToBrandSales',
      ],
      ...['impressionsFrequencyAverage', 'promotedAsin', 'promotedSku', ...sdNewToBrand],
    ],
    { advertiser: by([], unfiltered) },
  ),
  sdTargeting: sd(
    'target',
    [
      ...[...sdColumns, 'adGroupId', 'adGroupName', 'newToBrandSales'],
      ...['targetingExpression', 'targetingId', 'targetingText'],
    ],
    { targeting: by(['adKeywordStatus', ...sdNewToBrand], unfiltered), matchedTarget },
  ),
  sdPurchasedProduct: sd('purchase', sdPurchasedColumns, { asin: by([], unfiltered) }),
}
