import type { TableRow } from '../../../../application/performance/ports.ts'
import { adProductNames } from '../../../../domain/ingestion/catalogue.ts'
import type { Level } from '../../../../domain/performance/level.ts'

export const levelNames: Readonly<Record<Level, string>> = {
  campaigns: 'Campaigns',
  'ad-groups': 'Ad groups',
  placements: 'Placements',
  targeting: 'Targeting',
  'search-terms': 'Search terms',
  products: 'Products',
}

/** Singular. */
export const rowNouns: Readonly<Record<Level, string>> = {
  campaigns: 'campaign',
  'ad-groups': 'ad group',
  placements: 'placement',
  targeting: 'target',
  'search-terms': 'search term',
  products: 'product',
}

/** Gaps in Amazon's data. */
export const caveats: Readonly<Record<Exclude<Level, 'campaigns'>, string>> = {
  'ad-groups': 'Amazon reports each level separately, so ad groups may not sum to their campaigns.',
  placements: 'Amazon reports placements for Sponsored Products only.',
  targeting: 'Amazon reports each level separately, so targets may not sum to their campaigns.',
  'search-terms': 'Amazon reports only search terms with clicks, and none for Sponsored Display.',
  products: 'Amazon reports advertised products for Sponsored Products and Sponsored Display.',
}

export function textsOf(level: Level, row: TableRow): { title: string; more: readonly string[] } {
  const { keys, names } = row
  const campaign = names['campaign_name'] ?? `Campaign ${keys['campaign_id']}`
  const adGroup = names['ad_group_name'] ?? `Ad group ${keys['ad_group_id']}`
  const product = adProductNames[row.adProduct]
  const match = matchText(keys['match_type'])
  const [title, ...more] = {
    campaigns: [campaign, product, statusText(names['campaign_status'])],
    'ad-groups': [adGroup, campaign, product],
    placements: [keys['placement'] || 'Placement unknown', campaign],
    targeting: [keys['targeting'] || `Target ${keys['target_id']}`, match, adGroup, campaign],
    'search-terms': [
      keys['search_term'] || 'Search term unknown',
      keys['targeting'],
      match,
      adGroup,
      campaign,
    ],
    products: [names['asin'] ?? `Ad ${keys['ad_id']}`, names['sku'], adGroup, campaign],
  }[level]
  return { title: title ?? '', more: more.flatMap(part => part || []) }
}

const statuses: Readonly<Record<string, string>> = {
  ENABLED: 'Enabled',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
}
export const statusText = (status: string | null | undefined): string =>
  status ? (statuses[status] ?? status) : ''

const matches: Readonly<Record<string, string>> = {
  BROAD: 'broad match',
  PHRASE: 'phrase match',
  EXACT: 'exact match',
  TARGETING_EXPRESSION: 'target',
  TARGETING_EXPRESSION_PREDEFINED: 'automatic',
  THEME: 'theme',
}
export const matchText = (type: string | undefined): string => (type ? (matches[type] ?? type) : '')
