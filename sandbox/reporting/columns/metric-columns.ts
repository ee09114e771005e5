import type { Figures } from '../../figures/figures.ts'

/**
 * Derives metric columns from figures. Integer metrics are sums of figures, so that days sum to a summary. Metrics
 * without a model are small multiples of another metric.
 */
type Metric = (figures: Figures) => number
type Window = '1d' | '7d' | '14d' | '30d'

const windows: readonly Window[] = ['1d', '7d', '14d', '30d']
const zero: Metric = () => 0

const clicked: Metric = f => f.purchases14d
const bought: Metric = f => f.purchases14d + f.viewPurchases
const newBuyers: Metric = f => f.samePurchases14d
const viewed: Metric = f => f.viewPurchases
const clicks: Metric = f => f.clicks
const units: Metric = f => 2 * f.purchases14d - f.samePurchases14d
const allUnits: Metric = f => units(f) + f.viewPurchases

export const counts: Readonly<Record<string, Metric>> = {
  impressions: f => f.impressions,
  impressionsViews: f => f.impressions - f.clicks,
  viewableImpressions: f => f.impressions - f.clicks,
  clicks,
  ...windowed(w => ({
    [`purchases${w}`]: f => f[`purchases${w}`],
    [`purchasesSameSku${w}`]: f => f[`samePurchases${w}`],
    [`purchasesOtherSku${w}`]: f => f[`purchases${w}`] - f[`samePurchases${w}`],
    [`unitsSoldClicks${w}`]: f => 2 * f[`purchases${w}`] - f[`samePurchases${w}`],
    [`unitsSoldSameSku${w}`]: f => f[`samePurchases${w}`],
    [`unitsSoldOtherSku${w}`]: f => 2 * (f[`purchases${w}`] - f[`samePurchases${w}`]),
  })),
  ...all(bought, ['purchases', 'orders14d', 'conversionsBrandHalo']),
  ...all(clicked, [
    'purchasesClicks',
    'ordersClicks14d',
    'conversionsBrandHaloClicks',
    'attributedConversions14d',
  ]),
  ...all(newBuyers, [
    'purchasesPromoted',
    'purchasesPromotedClicks',
    'newToBrandPurchases',
    'newToBrandPurchasesClicks',
  ]),
  ...all(newBuyers, [
    'newToBrandPurchases14d',
    'newToBrandUnitsSold',
    'newToBrandUnitsSoldClicks',
    'newToBrandUnitsSold14d',
  ]),
  ...all(allUnits, ['unitsSold', 'unitsSold14d', 'unitsSoldBrandHalo']),
  ...all(units, ['unitsSoldClicks', 'unitsSoldBrandHaloClicks']),
  ...all(f => 3 * clicked(f), ['addToCart', 'addToCartClicks']),
  ...all(viewed, [
    'addToCartViews',
    'addToListFromViews',
    'brandedSearchesViews',
    'newToBrandDetailPageViewViews',
  ]),
  ...all(clicked, [
    'addToList',
    'addToListFromClicks',
    'brandedSearches',
    'brandedSearchesClicks',
    'brandStorePageView',
  ]),
  ...all(clicks, [
    'detailPageViews',
    'detailPageViewsClicks',
    'video5SecondViews',
    'videoFirstQuartileViews',
  ]),
  ...all(clicks, ['videoMidpointViews', 'videoThirdQuartileViews', 'videoCompleteViews']),
  ...all(newBuyers, [
    'newToBrandDetailPageViews',
    'newToBrandDetailPageViewClicks',
    'newToBrandDetailPageViewsClicks',
  ]),
  cumulativeReach: f => f.impressions - f.clicks,
  ...all(zero, [
    'qualifiedBorrows',
    'qualifiedBorrowsFromClicks',
    'qualifiedBorrowsFromViews',
    'videoUnmutes',
  ]),
  ...all(zero, ['leadFormOpens', 'leads', 'linkOuts']),
  ...all(zero, [
    'royaltyQualifiedBorrows',
    'royaltyQualifiedBorrowsFromClicks',
    'royaltyQualifiedBorrowsFromViews',
  ]),
  ...all(zero, ['kindleEditionNormalizedPagesRead14d', 'kindleEditionNormalizedPagesRead']),
  ...all(zero, ['kindleEditionNormalizedPagesReadFromClicks', 'kindleEditionNormalizedPagesReadFromViews']),
}

/** In minor units. */
export const amounts: Readonly<Record<string, Metric>> = {
  cost: f => f.cost,
  spend: f => f.cost,
  ...windowed(w => ({
    [`sales${w}`]: f => f[`sales${w}`],
    [`attributedSalesSameSku${w}`]: f => f[`sameSales${w}`],
    [`salesOtherSku${w}`]: f => f[`sales${w}`] - f[`sameSales${w}`],
  })),
  ...all(f => f.sales14d + f.viewSales, ['sales', 'salesBrandHalo', 'longTermSales']),
  ...all(f => f.sales14d, ['salesClicks', 'salesClicks14d', 'salesBrandHaloClicks', 'attributedSales14d']),
  ...all(f => f.sameSales14d, ['salesPromoted', 'salesPromotedClicks']),
  ...all(f => f.sameSales14d, ['newToBrandSales', 'newToBrandSalesClicks', 'newToBrandSales14d']),
  ...all(zero, ['kindleEditionNormalizedPagesRoyalties14d', 'kindleEditionNormalizedPagesRoyalties']),
  ...all(zero, [
    'kindleEditionNormalizedPagesRoyaltiesFromClicks',
    'kindleEditionNormalizedPagesRoyaltiesFromViews',
  ]),
}

/** Quotients; null for divisor 0. Both sides are in minor units; with `priced` the result is in whole units. */
export const rates: Readonly<
  Record<string, { readonly of: Metric; readonly by: Metric; readonly priced?: true }>
> = {
  clickThroughRate: { of: clicks, by: f => f.impressions },
  costPerClick: { of: f => f.cost, by: clicks, priced: true },
  acosClicks7d: { of: f => 100 * f.cost, by: f => f.sales7d },
  acosClicks14d: { of: f => 100 * f.cost, by: f => f.sales14d },
  roasClicks7d: { of: f => f.sales7d, by: f => f.cost },
  roasClicks14d: { of: f => f.sales14d, by: f => f.cost },
  longTermROAS: { of: f => f.sales14d + f.viewSales, by: f => f.cost },
  addToCartRate: { of: f => 3 * clicked(f), by: f => f.impressions },
  eCPAddToCart: { of: f => f.cost, by: f => 3 * clicked(f), priced: true },
  eCPBrandSearch: { of: f => f.cost, by: clicked, priced: true },
  brandedSearchRate: { of: clicked, by: f => f.impressions },
  newToBrandDetailPageViewRate: { of: newBuyers, by: f => f.impressions },
  newToBrandECPDetailPageView: { of: f => f.cost, by: newBuyers, priced: true },
  newToBrandPurchasesRate: { of: newBuyers, by: f => f.impressions },
  newToBrandPurchasesPercentage: { of: f => 100 * newBuyers(f), by: bought },
  newToBrandPurchasesPercentage14d: { of: f => 100 * newBuyers(f), by: bought },
  newToBrandSalesPercentage: { of: f => 100 * f.sameSales14d, by: f => f.sales14d + f.viewSales },
  newToBrandSalesPercentage14d: { of: f => 100 * f.sameSales14d, by: f => f.sales14d + f.viewSales },
  newToBrandUnitsSoldPercentage: { of: f => 100 * newBuyers(f), by: allUnits },
  newToBrandUnitsSoldPercentage14d: { of: f => 100 * newBuyers(f), by: allUnits },
  video5SecondViewRate: { of: clicks, by: f => f.impressions },
  viewabilityRate: { of: f => f.impressions - f.clicks, by: f => f.impressions },
  viewClickThroughRate: { of: clicks, by: f => f.impressions - f.clicks },
  topOfSearchImpressionShare: { of: clicks, by: f => f.impressions },
  impressionsFrequencyAverage: { of: f => f.impressions, by: f => f.impressions - f.clicks },
}

function all(of: Metric, names: readonly string[]): Record<string, Metric> {
  return Object.fromEntries(names.map(name => [name, of]))
}

function windowed(of: (window: Window) => Record<string, Metric>): Record<string, Metric> {
  return Object.assign({}, ...windows.map(of))
}
