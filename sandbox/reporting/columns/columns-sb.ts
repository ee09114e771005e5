/** Sponsored Brands' columns by Amazon's pages, which differ from its OpenAPI examples. */
const borrows = [
  ...['addToList', 'addToListFromClicks', 'qualifiedBorrows', 'qualifiedBorrowsFromClicks'],
  ...['royaltyQualifiedBorrows', 'royaltyQualifiedBorrowsFromClicks'],
]
const campaign = [
  ...[
    'campaignBudgetAmount',
    'campaignBudgetCurrencyCode',
    'campaignBudgetType',
    'campaignId',
    'campaignName',
  ],
  ...['campaignStatus', 'costType', 'date', 'startDate', 'endDate'],
]
const kindle = ['kindleEditionNormalizedPagesRead14d', 'kindleEditionNormalizedPagesRoyalties14d']
const video = [
  ...['video5SecondViewRate', 'video5SecondViews', 'videoCompleteViews', 'videoFirstQuartileViews'],
  ...['videoMidpointViews', 'videoThirdQuartileViews', 'videoUnmutes', 'viewabilityRate'],
]
const shopping = [
  ...[
    'addToCart',
    'addToCartClicks',
    'addToCartRate',
    'eCPAddToCart',
    'brandedSearches',
    'brandedSearchesClicks',
  ],
  ...[
    'detailPageViews',
    'detailPageViewsClicks',
    'newToBrandDetailPageViewRate',
    'newToBrandDetailPageViews',
  ],
  ...['newToBrandDetailPageViewsClicks', 'newToBrandECPDetailPageView', 'newToBrandPurchases'],
  ...[
    'newToBrandPurchasesClicks',
    'newToBrandPurchasesPercentage',
    'newToBrandPurchasesRate',
    'newToBrandSales',
  ],
  ...[
    'newToBrandSalesClicks',
    'newToBrandSalesPercentage',
    'newToBrandUnitsSold',
    'newToBrandUnitsSoldClicks',
  ],
  ...['newToBrandUnitsSoldPercentage', 'purchasesPromoted', 'salesPromoted'],
]
const basic = [
  'impressions',
  'clicks',
  'cost',
  'purchases',
  'purchasesClicks',
  'sales',
  'salesClicks',
  'unitsSold',
]

export const sbColumns: readonly string[] = [
  ...[...borrows, ...campaign, ...kindle, ...video, ...shopping, ...basic],
  'unitsSoldClicks',
]

export const sbCampaignColumns: readonly string[] = [
  ...sbColumns,
  ...['topOfSearchImpressionShare', 'viewableImpressions', 'viewClickThroughRate'],
]

export const sbTargetingColumns: readonly string[] = [
  ...[...borrows, ...campaign, ...shopping, ...basic],
  ...['adGroupId', 'adGroupName', 'keywordBid', 'keywordId', 'adKeywordStatus', 'keywordText', 'keywordType'],
  ...[
    'matchType',
    'targetingExpression',
    'targetingId',
    'targetingText',
    'targetingType',
    'topOfSearchImpressionShare',
  ],
]

export const sbSearchTermColumns: readonly string[] = [
  ...[...borrows, ...campaign, ...kindle, ...video, ...basic],
  ...['adGroupId', 'adGroupName', 'keywordBid', 'keywordId', 'keywordText', 'matchType', 'searchTerm'],
  ...['viewableImpressions', 'viewClickThroughRate'],
]

export const sbPurchasedColumns: readonly string[] = [
  ...[
    'campaignId',
    'adGroupId',
    'date',
    'startDate',
    'endDate',
    'campaignBudgetCurrencyCode',
    'campaignName',
  ],
  ...[
    'campaignPriceTypeCode',
    'adGroupName',
    'attributionType',
    'purchasedAsin',
    'ordersClicks14d',
    'productName',
  ],
  ...['productCategory', 'sales14d', 'salesClicks14d', 'orders14d', 'unitsSold14d', 'newToBrandSales14d'],
  ...['newToBrandPurchases14d', 'newToBrandUnitsSold14d', 'newToBrandSalesPercentage14d'],
  ...[
    'newToBrandPurchasesPercentage14d',
    'newToBrandUnitsSoldPercentage14d',
    'unitsSoldClicks14d',
    ...kindle,
  ],
]
