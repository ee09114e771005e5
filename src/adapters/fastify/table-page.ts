import type { ShownTable } from '../../application/performance/index.ts'
import type { TableRow } from '../../application/performance/ports.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { failureSentences } from '../../domain/ingestion/trouble.ts'
import { isolated } from '../../domain/isolated.ts'
import type { Lacking } from '../../domain/performance/lacking.ts'
import { type Level, levels, type Sorting } from '../../domain/performance/level.ts'
import { addressOf, hiddenFields, type Kept } from './address.ts'
import { formatCount, formatDays, formatTimezone } from './formats.ts'
import { metrics, tableMetrics } from './metrics.ts'
import type { LevelLink, TableFilter, TablePage } from './page-models/performance.ts'
import type { Shell } from './page-models/shell.ts'
import { periodControls, periodIn } from './period-query.ts'
import { accountLabel } from './shell.ts'
import { boundsTyped, chosenIn, columnsIn, sortingIn, type TableQuery, writeBookmark } from './table-query.ts'
import { caveats, levelNames, wordsOf } from './table-words.ts'

const ads = '/dashboard/ads/'

const inCampaign = ['ad-groups', 'targeting', 'search-terms', 'products', 'placements'] as const
const inAdGroup = ['targeting', 'search-terms', 'products'] as const

/** All keep account and period; tables that can be filtered by campaign or ad group keep it. */
export const levelLinks = (
  current: Level | null,
  kept: Kept,
  { campaign, group }: Kept = {},
): readonly LevelLink[] => [
  { label: 'Overview', href: addressOf(ads, kept), isCurrent: current === null },
  ...levels.map(level => ({
    label: levelNames[level],
    href: addressOf(`${ads}${level}`, {
      ...kept,
      campaign: level === 'campaigns' ? undefined : campaign,
      group: inAdGroup.some(inner => inner === level) ? group : undefined,
    }),
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
    readonly lacking: Lacking
  },
): TablePage {
  const { connection, level, query, shown } = its
  const { currency, timezone } = connection.profile
  const path = `${ads}${level}`
  const { account, sort, order, campaign, group, column, after } = query
  const period = periodIn(query)
  const place: Kept = { campaign, group }
  const here = chosenIn(query)
  const sorting = sortingIn(query)
  const columns = columnsIn(query)
  const rows = shown.shows === 'rows' ? shown.rows : []
  const last = rows.at(-1)?.bookmark
  return {
    ...shell,
    account: accountLabel(connection.profile),
    name: levelNames[level],
    levels: levelLinks(level, { account, ...period }, query),
    controls: periodControls(
      query,
      { ...here, period: undefined, from: undefined, to: undefined },
      { loaded: shown.loaded, shown: shown.shows === 'rows' ? shown.days : null, path },
    ),
    period: shown.shows === 'rows' ? formatDays(shown.days.from, shown.days.to) : null,
    loaded: formatDays(shown.loaded.from, shown.loaded.to),
    currency,
    timezone: formatTimezone(timezone),
    path,
    filter: filterFields(query, {
      showAll: addressOf(path, { account, ...period, sort, order, column }),
      kept: { account, ...period, sort, order, ...place },
    }),
    place: placeOf(query, rows, addressOf(path, { ...here, campaign: undefined, group: undefined })),
    heads: columns.map(name => {
      const isSorted = name === sorting.by
      const turned = isSorted && sorting.order === 'descending' ? 'ascending' : 'descending'
      return {
        label: metrics[name].label,
        href: addressOf(path, { ...here, sort: name, order: turned }),
        isDescending: isSorted && sorting.order === 'descending',
        isAscending: isSorted && sorting.order === 'ascending',
      }
    }),
    rows: rows.map(row => {
      const { title, more } = wordsOf(level, row)
      const [inside = null, ...drills] = drillsOf(level, row, { account, ...period })
      return {
        title,
        more: more.map(isolated).join(' · '),
        inside,
        drills,
        figures: columns.map(name => metrics[name].words(row, currency)),
      }
    }),
    count: shown.shows === 'rows' ? countWords(shown.count, level, sorting) : '',
    lacking: lackingWords(its.lacking),
    csvHref: rows.length > 0 ? addressOf(`${path}.csv`, here) : null,
    firstHref: after ? addressOf(path, here) : null,
    nextHref:
      shown.shows === 'rows' && shown.hasMore && last
        ? addressOf(path, { ...here, after: writeBookmark(last) })
        : null,
    caveat: caveats[level],
  }
}

function filterFields(
  query: TableQuery,
  ways: { readonly showAll: string; readonly kept: Kept },
): TableFilter {
  const typed: Readonly<Record<string, string | undefined>> = boundsTyped(query)
  const columns = columnsIn(query)
  const { q, wasted, campaign, group } = query
  const hasBounds = Object.keys(typed).length > 0
  return {
    q: q ?? '',
    isWasted: wasted === 'yes',
    hasBounds,
    bounds: tableMetrics.map(name => ({
      name,
      label: metrics[name].label,
      isPercent: metrics[name].unit === 'percent',
      least: typed[`least_${name}`] ?? '',
      most: typed[`most_${name}`] ?? '',
    })),
    columns: tableMetrics.map(name => ({
      name,
      label: metrics[name].label,
      isShown: columns.includes(name),
    })),
    hasAllColumns: columns.length === tableMetrics.length,
    isFiltered: Boolean(q || wasted || campaign || group || hasBounds),
    allHref: ways.showAll,
    kept: hiddenFields(ways.kept),
  }
}

function placeOf(
  { campaign, group }: TableQuery,
  [row]: readonly TableRow[],
  href: string,
): TablePage['place'] {
  if (group) return { name: row?.names['ad_group_name'] ?? `Ad group ${group}`, kind: 'ad group', href }
  if (campaign) return { name: row?.names['campaign_name'] ?? `Campaign ${campaign}`, kind: 'campaign', href }
  return null
}

/** `1,204 search terms, by spend, the highest first` */
const countWords = (count: number, level: Level, { by, order }: Sorting): string =>
  `${formatCount(count)} ${levelNames[level].toLowerCase()}, by ${spoken(metrics[by].label)}, the ${
    order === 'descending' ? 'highest' : 'lowest'
  } first`

/** Abbreviations keep their capitals. */
const spoken = (label: string): string => (label === label.toUpperCase() ? label : label.toLowerCase())

const lackingWords = ({ arriving, failed }: Lacking): TablePage['lacking'] => [
  ...arriving.map(type => ({
    name: definitionOf(type).name,
    sentence: 'not loaded yet. Rows appear here when the report arrives.',
  })),
  ...failed.map(({ type, reason }) => ({
    name: definitionOf(type).name,
    sentence: failureSentences[reason.trouble],
  })),
]

function drillsOf(level: Level, { keys }: TableRow, kept: Kept): readonly { label: string; href: string }[] {
  const place: Kept = { campaign: keys['campaign_id'], group: keys['ad_group_id'] }
  const inner = level === 'campaigns' ? inCampaign : level === 'ad-groups' ? inAdGroup : []
  return inner.map(each => ({
    label: levelNames[each],
    href: addressOf(`${ads}${each}`, { ...kept, ...place }),
  }))
}
