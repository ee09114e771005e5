/** S-20 */
export type ReportType =
  | 'sp_campaigns'
  | 'sp_ad_groups'
  | 'sp_placements'
  | 'sp_targeting'
  | 'sp_search_terms'
  | 'sp_advertised_products'
  | 'sp_purchased_products'
  | 'sb_campaigns'
  | 'sb_legacy_campaigns'
  | 'sb_ad_groups'
  | 'sb_targeting'
  | 'sb_search_terms'
  | 'sd_campaigns'
  | 'sd_ad_groups'
  | 'sd_targeting'
  | 'sd_advertised_products'

export type AdProduct = 'SP' | 'SB' | 'SD'

export const adProductNames: Readonly<Record<AdProduct, string>> = {
  SP: 'Sponsored Products',
  SB: 'Sponsored Brands',
  SD: 'Sponsored Display',
}

export type FactTable =
  | 'campaign_fact'
  | 'ad_group_fact'
  | 'placement_fact'
  | 'targeting_fact'
  | 'search_term_fact'
  | 'advertised_product_fact'
  | 'purchased_product_fact'

/** Money as exact decimals. */
export type ColumnKind = 'key' | 'text' | 'count' | 'money'

export interface ReportColumn {
  readonly name: string
  readonly amazonName: string
  readonly kind: ColumnKind
  /** Used where the first column is empty. */
  readonly fallback?: string
  /** Instead of `amazonName` for vendors. */
  readonly vendorName?: string
  /** Vendors have no SKU. */
  readonly isOptional?: boolean
  /** Without this id, a row belongs to nothing that the pages show. */
  readonly neverNull?: boolean
}

/** docs/product/amazon.md, Reporting v3: report types. */
interface AdProductDefinition {
  readonly amazonName: 'SPONSORED_PRODUCTS' | 'SPONSORED_BRANDS' | 'SPONSORED_DISPLAY'
  /** Amazon accepts 95 days for SP, but fills only 65 (known issues). */
  readonly retentionDays: number
  readonly needsBrandRegistry: boolean
}

export const adProducts: Readonly<Record<AdProduct, AdProductDefinition>> = {
  SP: {
    amazonName: 'SPONSORED_PRODUCTS',
    retentionDays: 65,
    needsBrandRegistry: false,
  },
  SB: {
    amazonName: 'SPONSORED_BRANDS',
    retentionDays: 60,
    needsBrandRegistry: true,
  },
  SD: {
    amazonName: 'SPONSORED_DISPLAY',
    retentionDays: 65,
    needsBrandRegistry: true,
  },
}

export const amazonMaxRequestDays = 31

export interface ReportDefinition {
  readonly type: ReportType
  readonly name: string
  readonly adProduct: AdProduct
  readonly table: FactTable
  readonly reportTypeId: string
  readonly groupBy: readonly string[]
  readonly columns: readonly ReportColumn[]
  /** Amazon gives one day per request. */
  readonly isSingleDay?: true
}

const column =
  (kind: ColumnKind) =>
  (
    name: string,
    amazonName: string,
    options: Omit<ReportColumn, 'kind' | 'name' | 'amazonName'> = {},
  ): ReportColumn => ({
    name,
    amazonName,
    kind,
    ...options,
  })
const key = column('key')
const text = column('text')
const count = column('count')
const money = column('money')

const campaign = [
  key('campaign_id', 'campaignId', { neverNull: true }),
  text('campaign_name', 'campaignName'),
]
const adGroup = [
  ...campaign,
  key('ad_group_id', 'adGroupId', { neverNull: true }),
  text('ad_group_name', 'adGroupName'),
]

/** A keyword or a target; `matchType` says which. */
const spTarget = [
  ...adGroup,
  key('target_id', 'keywordId'),
  key('targeting', 'targeting'),
  key('match_type', 'matchType'),
  text('target_type', 'keywordType'),
]
const sbTarget = [
  ...adGroup,
  key('target_id', 'keywordId', { fallback: 'targetingId' }),
  key('targeting', 'targetingText', { fallback: 'keywordText' }),
  key('match_type', 'matchType'),
  text('target_type', 'keywordType'),
]
const sdTarget = [...adGroup, key('target_id', 'targetingId'), key('targeting', 'targetingText')]

const traffic = [count('impressions', 'impressions'), count('clicks', 'clicks'), money('cost', 'cost')]

/** Days after a click in which orders and sales count in Amazon's console. An author's account is a vendor's. */
export const attributionDays = (adProduct: AdProduct, { accountType }: { accountType: string }): 7 | 14 =>
  adProduct === 'SP' && accountType !== 'vendor' ? 7 : 14

/** `orders` and `sales` equal those in Amazon's console; `orders_14d` and `sales_14d` count 14 days after a click. */
const spConversions = [
  count('orders', 'purchases7d', { vendorName: 'purchases14d' }),
  money('sales', 'sales7d', { vendorName: 'sales14d' }),
  count('units', 'unitsSoldClicks7d'),
  count('orders_14d', 'purchases14d'),
  money('sales_14d', 'sales14d'),
]

/** Within 14 days; views count only where the campaign is billed by views. Earlier versions didn't request them. */
const viewConversions = (units = 'unitsSoldClicks') => [
  count('orders', 'purchases', { fallback: 'purchasesClicks' }),
  money('sales', 'sales', { fallback: 'salesClicks' }),
  count('units', units),
  count('orders_14d', 'purchasesClicks'),
  money('sales_14d', 'salesClicks'),
]

const spFigures = [...traffic, ...spConversions]
const viewFigures = [...traffic, ...viewConversions()]
/** SB reports have no units by click. */
const sbFigures = [...traffic, ...viewConversions('unitsSold')]

const campaignStatus = text('campaign_status', 'campaignStatus')

/** The dashboard opens once campaigns are loaded. */
export const reportCatalogue: readonly ReportDefinition[] = [
  {
    type: 'sp_campaigns',
    name: 'Sponsored Products campaigns',
    adProduct: 'SP',
    table: 'campaign_fact',
    reportTypeId: 'spCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, campaignStatus, ...spFigures],
  },
  {
    type: 'sb_campaigns',
    name: 'Sponsored Brands campaigns',
    adProduct: 'SB',
    table: 'campaign_fact',
    reportTypeId: 'sbCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, campaignStatus, ...viewFigures],
  },
  {
    type: 'sd_campaigns',
    name: 'Sponsored Display campaigns',
    adProduct: 'SD',
    table: 'campaign_fact',
    reportTypeId: 'sdCampaigns',
    groupBy: ['campaign'],
    columns: [...campaign, campaignStatus, ...viewFigures],
  },
  {
    type: 'sp_targeting',
    name: 'Sponsored Products targeting',
    adProduct: 'SP',
    table: 'targeting_fact',
    reportTypeId: 'spTargeting',
    groupBy: ['targeting'],
    columns: [...spTarget, ...spFigures],
  },
  {
    type: 'sp_search_terms',
    name: 'Sponsored Products search terms',
    adProduct: 'SP',
    table: 'search_term_fact',
    reportTypeId: 'spSearchTerm',
    groupBy: ['searchTerm'],
    columns: [...spTarget, key('search_term', 'searchTerm'), ...spFigures],
  },
  {
    type: 'sp_advertised_products',
    name: 'Sponsored Products advertised products',
    adProduct: 'SP',
    table: 'advertised_product_fact',
    reportTypeId: 'spAdvertisedProduct',
    groupBy: ['advertiser'],
    columns: [
      ...adGroup,
      key('ad_id', 'adId', { neverNull: true }),
      text('asin', 'advertisedAsin'),
      text('sku', 'advertisedSku'),
      ...spFigures,
    ],
  },
  {
    type: 'sp_ad_groups',
    name: 'Sponsored Products ad groups',
    adProduct: 'SP',
    table: 'ad_group_fact',
    reportTypeId: 'spCampaigns',
    // By ad group alone, Amazon gives no campaign id.
    groupBy: ['campaign', 'adGroup'],
    columns: [...adGroup, text('ad_group_status', 'adStatus'), ...spFigures],
  },
  {
    type: 'sp_placements',
    name: 'Sponsored Products placements',
    adProduct: 'SP',
    table: 'placement_fact',
    reportTypeId: 'spCampaigns',
    groupBy: ['campaign', 'campaignPlacement'],
    columns: [...campaign, key('placement', 'placementClassification'), ...spFigures],
  },
  {
    type: 'sp_purchased_products',
    name: 'Sponsored Products purchased products',
    adProduct: 'SP',
    table: 'purchased_product_fact',
    reportTypeId: 'spPurchasedProduct',
    groupBy: ['asin'],
    columns: [
      ...adGroup,
      key('target_id', 'keywordId'),
      key('match_type', 'matchType'),
      key('advertised_asin', 'advertisedAsin'),
      key('advertised_sku', 'advertisedSku', { isOptional: true }),
      key('purchased_asin', 'purchasedAsin'),
      ...spConversions,
    ],
  },
  {
    type: 'sb_targeting',
    name: 'Sponsored Brands targeting',
    adProduct: 'SB',
    table: 'targeting_fact',
    reportTypeId: 'sbTargeting',
    groupBy: ['targeting'],
    columns: [...sbTarget, ...sbFigures],
  },
  {
    type: 'sb_search_terms',
    name: 'Sponsored Brands search terms',
    adProduct: 'SB',
    table: 'search_term_fact',
    reportTypeId: 'sbSearchTerm',
    groupBy: ['searchTerm'],
    columns: [
      ...adGroup,
      key('target_id', 'keywordId'),
      key('targeting', 'keywordText'),
      key('match_type', 'matchType'),
      key('search_term', 'searchTerm'),
      ...sbFigures,
    ],
  },
  {
    type: 'sb_ad_groups',
    name: 'Sponsored Brands ad groups',
    adProduct: 'SB',
    table: 'ad_group_fact',
    reportTypeId: 'sbAdGroup',
    groupBy: ['adGroup'],
    columns: [...adGroup, text('ad_group_status', 'adStatus'), ...viewFigures],
  },
  {
    type: 'sd_targeting',
    name: 'Sponsored Display targeting',
    adProduct: 'SD',
    table: 'targeting_fact',
    reportTypeId: 'sdTargeting',
    groupBy: ['targeting'],
    columns: [...sdTarget, ...viewFigures],
  },
  {
    type: 'sd_ad_groups',
    name: 'Sponsored Display ad groups',
    adProduct: 'SD',
    table: 'ad_group_fact',
    reportTypeId: 'sdAdGroup',
    groupBy: ['adGroup'],
    columns: [...adGroup, ...viewFigures],
  },
  {
    type: 'sd_advertised_products',
    name: 'Sponsored Display advertised products',
    adProduct: 'SD',
    table: 'advertised_product_fact',
    reportTypeId: 'sdAdvertisedProduct',
    groupBy: ['advertiser'],
    columns: [
      ...adGroup,
      key('ad_id', 'adId', { neverNull: true }),
      text('asin', 'promotedAsin'),
      text('sku', 'promotedSku'),
      ...viewFigures,
    ],
  },
]

/**
 * Sponsored Brands campaigns of the old format, which the report of campaigns leaves out; Reporting v2 has both formats.
 * All are billed by click, so that v2's clicks within 14 days are what Amazon's console shows. Only for accounts that
 * have such campaigns.
 */
export const legacyCampaigns: ReportDefinition = {
  type: 'sb_legacy_campaigns',
  name: 'Sponsored Brands legacy campaigns',
  adProduct: 'SB',
  table: 'campaign_fact',
  reportTypeId: 'hsaCampaigns',
  groupBy: [],
  columns: [
    ...campaign,
    campaignStatus,
    ...traffic,
    count('orders', 'attributedConversions14d'),
    money('sales', 'attributedSales14d'),
    count('orders_14d', 'attributedConversions14d'),
    money('sales_14d', 'attributedSales14d'),
  ],
  isSingleDay: true,
}

export const allReports: readonly ReportDefinition[] = [...reportCatalogue, legacyCampaigns]

const definitionsByType = new Map(allReports.map(definition => [definition.type, definition]))

export function definitionOf(type: ReportType): ReportDefinition {
  const definition = definitionsByType.get(type)
  if (!definition) throw new RangeError(`unknown report type: ${type}`)
  return definition
}

/** What Amazon's console shows depends on the type of account. */
export function definitionFor(type: ReportType, { accountType }: { accountType: string }): ReportDefinition {
  const definition = definitionOf(type)
  if (accountType !== 'vendor') return definition
  const columns = definition.columns.map(({ vendorName, ...column }) =>
    vendorName ? { ...column, amazonName: vendorName } : column,
  )
  return { ...definition, columns }
}

/** DAILY needs `date` and rejects `startDate` and `endDate`. */
export function requestedColumns({ columns }: ReportDefinition): string[] {
  const amazonNames = columns.flatMap(({ amazonName, fallback }) =>
    fallback ? [amazonName, fallback] : [amazonName],
  )
  return ['date', ...new Set(amazonNames)]
}
