import type { FactTable } from '../ingestion/catalogue.ts'
import type { MetricName } from './metric.ts'

/** As in URLs (S-28). */
export const levels = [
  'campaigns',
  'ad-groups',
  'placements',
  'targeting',
  'search-terms',
  'products',
] as const
export type Level = (typeof levels)[number]

export interface LevelDefinition {
  readonly table: FactTable | 'campaign_day'
  /** In addition to connection, ad product and day. */
  readonly keys: readonly string[]
  /** Names change; the latest applies. */
  readonly names: readonly string[]
  readonly searchedColumns: readonly string[]
}

const campaign = { keys: ['campaign_id'], names: ['campaign_name'] } as const
const adGroup = {
  keys: [...campaign.keys, 'ad_group_id'],
  names: [...campaign.names, 'ad_group_name'],
} as const
const target = {
  keys: [...adGroup.keys, 'target_id', 'targeting', 'match_type'],
  names: adGroup.names,
} as const

/** Only campaigns give totals: levels have different sums. */
export const levelDefinitions: Readonly<Record<Level, LevelDefinition>> = {
  campaigns: {
    table: 'campaign_day',
    keys: campaign.keys,
    names: [...campaign.names, 'campaign_status'],
    searchedColumns: campaign.names,
  },
  'ad-groups': { table: 'ad_group_fact', ...adGroup, searchedColumns: adGroup.names },
  placements: {
    table: 'placement_fact',
    keys: [...campaign.keys, 'placement'],
    names: campaign.names,
    searchedColumns: [...campaign.names, 'placement'],
  },
  targeting: { table: 'targeting_fact', ...target, searchedColumns: [...target.names, 'targeting'] },
  'search-terms': {
    table: 'search_term_fact',
    keys: [...target.keys, 'search_term'],
    names: target.names,
    searchedColumns: ['search_term', 'targeting', ...target.names],
  },
  products: {
    table: 'advertised_product_fact',
    keys: [...adGroup.keys, 'ad_id'],
    names: [...adGroup.names, 'asin', 'sku'],
    searchedColumns: [...adGroup.names, 'asin', 'sku'],
  },
}

export interface Sorting {
  readonly by: MetricName
  readonly order: 'descending' | 'ascending'
}

/** Rows without the value (ACOS without sales) never match. */
export interface MetricFilter {
  readonly metric: MetricName
  readonly side: 'least' | 'most'
  /** Money in the profile's currency, or a fraction. */
  readonly value: string
}

export interface RowFilter {
  readonly text: string
  readonly campaignId: string | null
  /** Ignored by levels without ad groups. */
  readonly adGroupId: string | null
  readonly bounds: readonly MetricFilter[]
  /** Paid clicks without an order. */
  readonly isWastedSpend: boolean
}

/** The next page starts after this row. A null value (division by zero) comes last in either order. */
export interface PageCursor {
  readonly value: string | null
  /** Tie-breaker, highest first. */
  readonly cost: string
  readonly adProduct: string
  readonly keys: readonly string[]
}
