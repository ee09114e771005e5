import type { ShownTable } from '../../application/performance/index.ts'
import type { TableRow } from '../../application/performance/ports.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { adProductNames } from '../../domain/ingestion/catalogue.ts'
import { kpisOf } from '../../domain/performance/figures.ts'
import { type Level, levels } from '../../domain/performance/level.ts'
import { formatCount, formatDays } from './formats.ts'
import { metrics, tableMetrics } from './metrics.ts'
import type { LevelLink, TablePage } from './page-models/performance.ts'
import type { Shell } from './page-models/shell.ts'
import { type Kept, periodControls, periodIn } from './period-query.ts'
import { accountLabel } from './shell.ts'
import { sortingIn, type TableQuery, writeBookmark } from './table-query.ts'

const ads = '/dashboard/ads/'

const levelNames: Readonly<Record<Level, string>> = {
  campaigns: 'Campaigns',
  'ad-groups': 'Ad groups',
  placements: 'Placements',
  targeting: 'Targeting',
  'search-terms': 'Search terms',
  products: 'Products',
}

/** What Amazon's data of a level lacks, said where it matters. */
const caveats: Readonly<Record<Level, string>> = {
  campaigns: 'Legacy Sponsored Brands campaigns are missing from Amazon’s reports.',
  'ad-groups': 'Amazon reports each level by itself: ad groups need not add up to their campaigns.',
  placements: 'Amazon reports placements for Sponsored Products alone.',
  targeting: 'Amazon reports each level by itself: targets need not add up to their campaigns.',
  'search-terms':
    'Amazon reports a search term only when an ad was clicked for it, and none for Sponsored Display.',
  products: 'Amazon reports advertised products for Sponsored Products and Sponsored Display.',
}

/** The dashboard's own page and its tables; the account and the period go with each. */
export const levelLinks = (current: Level | null, kept: Kept): readonly LevelLink[] => [
  { label: 'Overview', href: addressOf(ads, kept), isCurrent: current === null },
  ...levels.map(level => ({
    label: levelNames[level],
    href: addressOf(`${ads}${level}`, kept),
    isCurrent: level === current,
  })),
]

export function tablePage(
  shell: Shell,
  its: {
    readonly connection: HeldConnection
    readonly level: Level
    readonly query: TableQuery
    readonly shown: Extract<ShownTable, { shows: 'rows' | 'other_days' }>
  },
): TablePage {
  const { connection, level, query, shown } = its
  const { currency, timezone } = connection.profile
  const path = `${ads}${level}`
  const { account, sort, order, q, clicks, wasted, campaign, after } = query
  const period = periodIn(query)
  const filtered: Kept = { q, clicks, wasted, campaign }
  const here: Kept = { account, ...period, sort, order, ...filtered }
  const sorting = sortingIn(query)
  const rows = shown.shows === 'rows' ? shown.rows : []
  const last = rows.at(-1)?.bookmark
  return {
    ...shell,
    account: accountLabel(connection.profile),
    name: levelNames[level],
    levels: levelLinks(level, { account, ...period }),
    controls: periodControls(
      query,
      { account, sort, order, ...filtered },
      { loaded: shown.loaded, shown: shown.shows === 'rows' ? shown.days : null, path },
    ),
    period: shown.shows === 'rows' ? formatDays(shown.days.from, shown.days.to) : null,
    loaded: formatDays(shown.loaded.from, shown.loaded.to),
    currency,
    timezone,
    path,
    q: q ?? '',
    clicks: clicks ?? '',
    isWasted: wasted === 'yes',
    campaign: campaign
      ? {
          name: rows[0]?.names['campaign_name'] ?? `Campaign ${campaign}`,
          href: addressOf(path, { ...here, campaign: undefined }),
        }
      : null,
    isFiltered: Boolean(q || clicks || wasted || campaign),
    allHref: addressOf(path, { account, ...period, sort, order }),
    keptByFilter: Object.entries({ account, ...period, sort, order, campaign }).flatMap(([name, value]) =>
      value ? [{ name, value }] : [],
    ),
    heads: tableMetrics.map(name => {
      const isSorted = name === sorting.by
      const turned = isSorted && sorting.order === 'descending' ? 'ascending' : 'descending'
      return {
        label: metrics[name].label,
        href: addressOf(path, { ...here, sort: name, order: turned }),
        isDescending: isSorted && sorting.order === 'descending',
        isAscending: isSorted && sorting.order === 'ascending',
      }
    }),
    rows: rows.map(row => ({
      ...wordsOf(level, row),
      drills: drillsOf(level, row, { account, ...period }),
      figures: tableMetrics.map(name => metrics[name].words(kpisOf(row), currency)),
    })),
    count: shown.shows === 'rows' ? countWords(shown.count, levelNames[level]) : '',
    firstHref: after ? addressOf(path, here) : null,
    nextHref:
      shown.shows === 'rows' && shown.hasMore && last
        ? addressOf(path, { ...here, after: writeBookmark(last) })
        : null,
    caveat: caveats[level],
  }
}

const countWords = (count: number, name: string): string => `${formatCount(count)} ${name.toLowerCase()}`

function wordsOf(level: Level, row: TableRow): { title: string; more: string } {
  const { keys, names } = row
  const campaign = names['campaign_name'] ?? `Campaign ${keys['campaign_id']}`
  const adGroup = names['ad_group_name'] ?? `Ad group ${keys['ad_group_id']}`
  const product = adProductNames[row.adProduct]
  const match = matchWords(keys['match_type'])
  const [title, ...more] = {
    campaigns: [campaign, product, statusWords(names['campaign_status'])],
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
  return { title: title ?? '', more: more.filter(Boolean).join(' · ') }
}

/** From a campaign to what is in it. */
function drillsOf(level: Level, { keys }: TableRow, kept: Kept): TablePage['rows'][number]['drills'] {
  if (level !== 'campaigns') return []
  const inside = ['ad-groups', 'targeting', 'search-terms'] as const
  return inside.map(each => ({
    label: levelNames[each],
    href: addressOf(`${ads}${each}`, { ...kept, campaign: keys['campaign_id'] }),
  }))
}

const statuses: Readonly<Record<string, string>> = {
  ENABLED: 'Enabled',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
}
export const statusWords = (status: string | null | undefined): string =>
  status ? (statuses[status] ?? status) : ''

const matches: Readonly<Record<string, string>> = {
  BROAD: 'broad match',
  PHRASE: 'phrase match',
  EXACT: 'exact match',
  TARGETING_EXPRESSION: 'target',
  TARGETING_EXPRESSION_PREDEFINED: 'automatic',
  THEME: 'theme',
}
const matchWords = (type: string | undefined): string => (type ? (matches[type] ?? type) : '')

function addressOf(path: string, query: Kept): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value ? [[name, value]] : [],
  )
  return pairs.length > 0 ? `${path}?${new URLSearchParams(pairs)}` : path
}
