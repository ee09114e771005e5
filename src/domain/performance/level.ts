import type { FactTable } from '../ingestion/catalogue.ts'
import type { MetricName } from './metric.ts'

/** What the tables list, each by the name that stands in addresses (S-28). */
export const levels = [
  'campaigns',
  'ad-groups',
  'placements',
  'targeting',
  'search-terms',
  'products',
] as const
export type Level = (typeof levels)[number]

/** By which column of our tables a row is told from the others, and what it is called. */
export interface LevelDefinition {
  readonly table: FactTable | 'campaign_day'
  /** Beside the connection, the ad product and the day. */
  readonly keys: readonly string[]
  /** Names change; the newest one counts. */
  readonly names: readonly string[]
  /** In which columns a text is looked for. */
  readonly searched: readonly string[]
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

/** Campaigns are read from their roll-up; totals are theirs alone, since levels do not add up to each other. */
export const levelDefinitions: Readonly<Record<Level, LevelDefinition>> = {
  campaigns: {
    table: 'campaign_day',
    keys: campaign.keys,
    names: [...campaign.names, 'campaign_status'],
    searched: campaign.names,
  },
  'ad-groups': { table: 'ad_group_fact', ...adGroup, searched: adGroup.names },
  placements: {
    table: 'placement_fact',
    keys: [...campaign.keys, 'placement'],
    names: campaign.names,
    searched: [...campaign.names, 'placement'],
  },
  targeting: { table: 'targeting_fact', ...target, searched: [...target.names, 'targeting'] },
  'search-terms': {
    table: 'search_term_fact',
    keys: [...target.keys, 'search_term'],
    names: target.names,
    searched: ['search_term', 'targeting', ...target.names],
  },
  products: {
    table: 'advertised_product_fact',
    keys: [...adGroup.keys, 'ad_id'],
    names: [...adGroup.names, 'asin', 'sku'],
    searched: [...adGroup.names, 'asin', 'sku'],
  },
}

export interface Sorting {
  readonly by: MetricName
  readonly order: 'descending' | 'ascending'
}

/** What a metric has to reach, or not to pass. A row that has no such value (an ACOS without sales) is within none. */
export interface Bound {
  readonly metric: MetricName
  readonly side: 'least' | 'most'
  /** An exact decimal: money in the profile's currency, a ratio as a share of one. */
  readonly value: string
}

export interface RowFilter {
  /** Found in a name, whatever its case; empty for all. */
  readonly text: string
  readonly campaignId: string | null
  /** Has an effect where the level tells ad groups apart. */
  readonly adGroupId: string | null
  readonly bounds: readonly Bound[]
  /** Clicks that were paid for, and no order. */
  readonly isWasted: boolean
}

/**
 * The row that a page ended with: the next page begins behind it, whatever was loaded meanwhile. The value is an exact
 * decimal; null where there was nothing to divide by, which comes last in either order.
 */
export interface Bookmark {
  readonly value: string | null
  /** Of rows with the same value the one with the highest spend comes first. */
  readonly cost: string
  readonly adProduct: string
  readonly keys: readonly string[]
}
