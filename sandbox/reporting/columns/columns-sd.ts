/** Includes the columns added in 2026, and those of leads and link-outs, which only production accepts. */
const kindle2026 = [
  ...['kindleEditionNormalizedPagesRead', 'kindleEditionNormalizedPagesReadFromClicks'],
  ...['kindleEditionNormalizedPagesReadFromViews', 'kindleEditionNormalizedPagesRoyalties'],
  ...['kindleEditionNormalizedPagesRoyaltiesFromClicks', 'kindleEditionNormalizedPagesRoyaltiesFromViews'],
]
const borrows = [
  ...[
    'addToList',
    'addToListFromClicks',
    'addToListFromViews',
    'qualifiedBorrows',
    'qualifiedBorrowsFromClicks',
  ],
  ...['qualifiedBorrowsFromViews', 'royaltyQualifiedBorrows', 'royaltyQualifiedBorrowsFromClicks'],
  'royaltyQualifiedBorrowsFromViews',
]

export const sdColumns: readonly string[] = [
  ...[...borrows, 'leadFormOpens', 'leads', 'linkOuts'],
  ...[
    'addToCart',
    'addToCartClicks',
    'addToCartRate',
    'addToCartViews',
    'brandedSearches',
    'brandedSearchesClicks',
  ],
  ...[
    'brandedSearchesViews',
    'brandedSearchRate',
    'campaignBudgetCurrencyCode',
    'campaignId',
    'campaignName',
  ],
  ...[
    'clicks',
    'cost',
    'date',
    'startDate',
    'endDate',
    'detailPageViews',
    'detailPageViewsClicks',
    'eCPAddToCart',
  ],
  ...[
    'eCPBrandSearch',
    'impressions',
    'impressionsViews',
    'newToBrandPurchases',
    'newToBrandPurchasesClicks',
  ],
  ...[
    'newToBrandSalesClicks',
    'newToBrandUnitsSold',
    'newToBrandUnitsSoldClicks',
    'purchases',
    'purchasesClicks',
  ],
  ...[
    'purchasesPromotedClicks',
    'sales',
    'salesClicks',
    'salesPromotedClicks',
    'unitsSold',
    'unitsSoldClicks',
  ],
  ...['videoCompleteViews', 'videoFirstQuartileViews', 'videoMidpointViews', 'videoThirdQuartileViews'],
  ...['videoUnmutes', 'viewabilityRate', 'viewClickThroughRate'],
  ...kindle2026,
]

export const sdPurchasedColumns: readonly string[] = [
  ...borrows,
  ...[
    'adGroupId',
    'adGroupName',
    'asinBrandHalo',
    'campaignBudgetCurrencyCode',
    'campaignId',
    'campaignName',
  ],
  ...['conversionsBrandHalo', 'conversionsBrandHaloClicks', 'date', 'startDate', 'endDate', 'promotedAsin'],
  ...[
    'promotedSku',
    'salesBrandHalo',
    'salesBrandHaloClicks',
    'unitsSoldBrandHalo',
    'unitsSoldBrandHaloClicks',
  ],
  ...kindle2026,
]
