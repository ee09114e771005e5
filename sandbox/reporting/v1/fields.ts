/**
 * Fields of Reporting v1 and the column of Reporting v3 with the same meaning. V1 has one attribution window, commonly
 * taken as 14 days, and rejects names such as `metric.sales7d` (docs/product/amazon.md, "Ads API v1").
 */
export const v1Fields: Readonly<Record<string, string>> = {
  'date.value': 'date',
  'campaign.id': 'campaignId',
  'campaign.name': 'campaignName',
  'campaign.country': 'campaignCountry',
  'budgetCurrency.value': 'campaignBudgetCurrencyCode',
  'metric.impressions': 'impressions',
  'metric.clicks': 'clicks',
  'metric.totalCost': 'cost',
  'metric.purchases': 'purchases14d',
  'metric.sales': 'sales14d',
  'metric.unitsSold': 'unitsSoldClicks14d',
}

/** Requests with these need the currency, too. */
export const priced: ReadonlySet<string> = new Set(['metric.totalCost', 'metric.sales'])
