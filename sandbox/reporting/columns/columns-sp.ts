const windows = ['1d', '7d', '14d', '30d']

function each(...names: readonly string[]): string[] {
  return names.flatMap(name => windows.map(window => name + window))
}

const dates = ['date', 'startDate', 'endDate']
const kindle = ['kindleEditionNormalizedPagesRead14d', 'kindleEditionNormalizedPagesRoyalties14d']

export const spColumns: readonly string[] = [
  ...['impressions', 'addToList', 'qualifiedBorrows', 'royaltyQualifiedBorrows', 'clicks', 'cost'],
  ...each(
    'purchases',
    'purchasesSameSku',
    'unitsSoldClicks',
    'sales',
    'attributedSalesSameSku',
    'unitsSoldSameSku',
  ),
  ...kindle,
  ...dates,
  ...['costPerClick', 'clickThroughRate'],
]

export const spTargetColumns: readonly string[] = [
  ...spColumns,
  ...[
    'salesOtherSku7d',
    'unitsSoldOtherSku7d',
    'acosClicks7d',
    'acosClicks14d',
    'roasClicks7d',
    'roasClicks14d',
  ],
  ...['keywordId', 'keyword', 'campaignBudgetCurrencyCode', 'portfolioId', 'campaignName', 'campaignId'],
  ...[
    'campaignBudgetType',
    'campaignBudgetAmount',
    'campaignStatus',
    'keywordBid',
    'adGroupName',
    'adGroupId',
  ],
  ...['keywordType', 'matchType', 'targeting'],
]

/** By production, which rejects the pages’ columns "from clicks" and accepts `targeting`. */
export const spPurchasedColumns: readonly string[] = [
  ...dates,
  ...[
    'addToList',
    'qualifiedBorrows',
    'royaltyQualifiedBorrows',
    'portfolioId',
    'campaignName',
    'campaignId',
  ],
  ...['adGroupName', 'adGroupId', 'keywordId', 'keyword', 'keywordType', 'advertisedAsin', 'purchasedAsin'],
  ...['advertisedSku', 'campaignBudgetCurrencyCode', 'matchType', 'targeting'],
  ...each('unitsSoldClicks', 'sales', 'purchases', 'unitsSoldOtherSku', 'salesOtherSku', 'purchasesOtherSku'),
  ...kindle,
]
