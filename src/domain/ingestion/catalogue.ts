/** The reports that the first loading asks for (S-20), by our names. */
export type ReportType =
  | 'sp_campaigns'
  | 'sp_targeting'
  | 'sp_search_terms'
  | 'sp_advertised_products'
  | 'sb_campaigns'
  | 'sd_campaigns'

/** Sponsored Products, Sponsored Brands, Sponsored Display. */
export type AdProduct = 'SP' | 'SB' | 'SD'

export const adProductNames: Readonly<Record<AdProduct, string>> = {
  SP: 'Sponsored Products',
  SB: 'Sponsored Brands',
  SD: 'Sponsored Display',
}

/** The kind of thing that a row of figures is about. */
export type FactTable = 'campaign_fact' | 'targeting_fact' | 'search_term_fact' | 'advertised_product_fact'

/** How a column of Amazon's is kept: ids and names as text, counts whole, money as exact decimals. */
export type ColumnKind = 'key' | 'text' | 'count' | 'money'

export interface ReportColumn {
  /** Ours, in the fact table. */
  readonly name: string
  /** Amazon's, in the request and in the file. */
  readonly amazon: string
  readonly kind: ColumnKind
}

export interface ReportDefinition {
  readonly type: ReportType
  /** As sellers and agents read it. */
  readonly name: string
  readonly adProduct: AdProduct
  readonly table: FactTable
  /** Amazon's configuration: facts of Reporting v3's report-type pages. */
  readonly amazonAdProduct: 'SPONSORED_PRODUCTS' | 'SPONSORED_BRANDS' | 'SPONSORED_DISPLAY'
  readonly reportTypeId: string
  readonly groupBy: readonly string[]
  readonly columns: readonly ReportColumn[]
}

const column =
  (kind: ColumnKind) =>
  (name: string, amazon: string): ReportColumn => ({ name, amazon, kind })
const key = column('key')
const text = column('text')
const count = column('count')
const money = column('money')

const campaign = [key('campaign_id', 'campaignId'), text('campaign_name', 'campaignName')]
const adGroup = [...campaign, key('ad_group_id', 'adGroupId'), text('ad_group_name', 'adGroupName')]
const target = [
  ...adGroup,
  key('target_id', 'keywordId'),
  key('targeting', 'targeting'),
  key('match_type', 'matchType'),
  text('target_type', 'keywordType'),
]

const traffic = [count('impressions', 'impressions'), count('clicks', 'clicks'), money('cost', 'cost')]

/** Sponsored Products: sales within 7 days of the click are the headline, 14 days are kept beside them. */
const spConversions = [
  count('orders', 'purchases7d'),
  money('sales', 'sales7d'),
  count('units', 'unitsSoldClicks7d'),
  count('orders_14d', 'purchases14d'),
  money('sales_14d', 'sales14d'),
]

/** Sponsored Brands and Display: 14 days after a click (their `sales` alone would count views as well). */
const clickConversions = [
  count('orders', 'purchasesClicks'),
  money('sales', 'salesClicks'),
  count('units', 'unitsSoldClicks'),
  count('orders_14d', 'purchasesClicks'),
  money('sales_14d', 'salesClicks'),
]

/** In the order of asking: campaigns first, so that the dashboard can open early. */
export const reportCatalogue: readonly ReportDefinition[] = [
  {
    type: 'sp_campaigns',
    name: 'Sponsored Products campaigns',
    adProduct: 'SP',
    table: 'campaign_fact',
    amazonAdProduct: 'SPONSORED_PRODUCTS',
    reportTypeId: 'spCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, text('campaign_status', 'campaignStatus'), ...traffic, ...spConversions],
  },
  {
    type: 'sb_campaigns',
    name: 'Sponsored Brands campaigns',
    adProduct: 'SB',
    table: 'campaign_fact',
    amazonAdProduct: 'SPONSORED_BRANDS',
    reportTypeId: 'sbCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, text('campaign_status', 'campaignStatus'), ...traffic, ...clickConversions],
  },
  {
    type: 'sd_campaigns',
    name: 'Sponsored Display campaigns',
    adProduct: 'SD',
    table: 'campaign_fact',
    amazonAdProduct: 'SPONSORED_DISPLAY',
    reportTypeId: 'sdCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, text('campaign_status', 'campaignStatus'), ...traffic, ...clickConversions],
  },
  {
    type: 'sp_targeting',
    name: 'Sponsored Products targeting',
    adProduct: 'SP',
    table: 'targeting_fact',
    amazonAdProduct: 'SPONSORED_PRODUCTS',
    reportTypeId: 'spTargeting',
    groupBy: ['targeting'],
    columns: [...target, ...traffic, ...spConversions],
  },
  {
    type: 'sp_search_terms',
    name: 'Sponsored Products search terms',
    adProduct: 'SP',
    table: 'search_term_fact',
    amazonAdProduct: 'SPONSORED_PRODUCTS',
    reportTypeId: 'spSearchTerm',
    groupBy: ['searchTerm'],
    columns: [...target, key('search_term', 'searchTerm'), ...traffic, ...spConversions],
  },
  {
    type: 'sp_advertised_products',
    name: 'Sponsored Products advertised products',
    adProduct: 'SP',
    table: 'advertised_product_fact',
    amazonAdProduct: 'SPONSORED_PRODUCTS',
    reportTypeId: 'spAdvertisedProduct',
    groupBy: ['advertiser'],
    columns: [
      ...adGroup,
      key('ad_id', 'adId'),
      text('asin', 'advertisedAsin'),
      text('sku', 'advertisedSku'),
      ...traffic,
      ...spConversions,
    ],
  },
]

const byType = new Map(reportCatalogue.map(definition => [definition.type, definition]))

export function definitionOf(type: ReportType): ReportDefinition {
  const definition = byType.get(type)
  if (!definition) throw new RangeError(`no such report: ${type}`)
  return definition
}

/** Amazon's columns for a DAILY request: `date` places the rows, `startDate` and `endDate` are forbidden. */
export function requestedColumns({ columns }: ReportDefinition): string[] {
  return ['date', ...new Set(columns.map(({ amazon }) => amazon))]
}
