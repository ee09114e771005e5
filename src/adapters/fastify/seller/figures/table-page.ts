import type { TableResult } from '../../../../application/performance/get-table.ts'
import type { TableRow } from '../../../../application/performance/ports.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { definitionOf } from '../../../../domain/ingestion/catalogue.ts'
import { type Level, levels, type Sorting } from '../../../../domain/performance/level.ts'
import type { MissingReports } from '../../../../domain/performance/missing-reports.ts'
import { formatCount, formatDays, formatTimezone } from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Shell } from '../../kit/shell-model.ts'
import { hiddenFields, type QueryParameters, urlWithQuery } from '../../kit/url-query.ts'
import type { LevelLink, TableFilter, TablePage } from '../page-models/performance.ts'
import { failureMessages, unconfirmedFileText } from '../report-failure-texts.ts'
import { countingNote } from './counting-texts.ts'
import { legacyCampaignsTexts } from './legacy-campaigns-text.ts'
import { metrics, tableMetrics } from './metrics.ts'
import { parseCounting, periodControls, periodParameters } from './period-query.ts'
import {
  columnsIn,
  encodeCursor,
  selectionIn,
  sortingIn,
  type TableQuery,
  typedBounds,
} from './table-query.ts'
import { caveats, levelNames, rowNouns, textsOf } from './table-texts.ts'

const ads = '/dashboard/ads/'

const inCampaign = ['ad-groups', 'targeting', 'search-terms', 'products', 'placements'] as const
const inAdGroup = ['targeting', 'search-terms', 'products'] as const

export const levelLinks = (
  current: Level | null,
  queryParameters: QueryParameters,
  { campaign, group }: QueryParameters = {},
): readonly LevelLink[] => [
  { label: 'Overview', href: urlWithQuery(ads, queryParameters), isCurrent: current === null },
  ...levels.map(level => ({
    label: levelNames[level],
    href: urlWithQuery(`${ads}${level}`, {
      ...queryParameters,
      campaign: level === 'campaigns' ? undefined : campaign,
      group: inAdGroup.some(inner => inner === level) ? group : undefined,
    }),
    isCurrent: level === current,
  })),
]

export function tablePage(
  shell: Shell,
  table: {
    readonly connection: LiveConnection
    readonly level: Level
    readonly query: TableQuery
    readonly shown: Extract<TableResult, { result: 'rows' | 'outside_loaded_days' }>
    readonly missingReports: MissingReports
    readonly finished: Parameters<typeof legacyCampaignsTexts>[0]
  },
): TablePage {
  const { connection, level, query, shown } = table
  const { currency, timezone } = connection.profile
  const path = `${ads}${level}`
  const { account, sort, order, campaign, group, column, after } = query
  const period = periodParameters(query)
  const place: QueryParameters = { campaign, group }
  const selection = selectionIn(query)
  const sorting = sortingIn(query)
  const columns = columnsIn(query)
  const rows = shown.result === 'rows' ? shown.rows : []
  const last = rows.at(-1)?.cursor
  return {
    ...shell,
    account: accountLabel(connection.profile),
    name: levelNames[level],
    levels: levelLinks(level, { account, ...period }, query),
    controls: periodControls(
      query,
      { ...selection, period: undefined, from: undefined, to: undefined },
      { loaded: shown.loaded, shown: shown.result === 'rows' ? shown.days : null, path },
    ),
    period: shown.result === 'rows' ? formatDays(shown.days.from, shown.days.to) : null,
    loaded: formatDays(shown.loaded.from, shown.loaded.to),
    currency,
    timezone: formatTimezone(timezone),
    path,
    filter: filterFields(query, {
      showAll: urlWithQuery(path, { account, ...period, sort, order, column }),
      queryParameters: { account, ...period, sort, order, ...place },
    }),
    parent: placeOf(query, rows, urlWithQuery(path, { ...selection, campaign: undefined, group: undefined })),
    heads: columns.map(name => {
      const isSorted = name === sorting.by
      const nextOrder = isSorted && sorting.order === 'descending' ? 'ascending' : 'descending'
      return {
        label: metrics[name].label,
        href: urlWithQuery(path, { ...selection, sort: name, order: nextOrder }),
        isDescending: isSorted && sorting.order === 'descending',
        isAscending: isSorted && sorting.order === 'ascending',
      }
    }),
    rows: rows.map(row => {
      const { title, more } = textsOf(level, row)
      const [childLink = null, ...drillDownLinks] = drillsOf(level, row, { account, ...period })
      return {
        title,
        more: more.map(bidiIsolate).join(' · '),
        childLink,
        drillDownLinks,
        figures: columns.map(name => metrics[name].text(row, currency)),
      }
    }),
    count: shown.result === 'rows' ? countText(shown.count, level, sorting) : '',
    missingReports: missingReportItems(table.missingReports),
    csvHref: rows.length > 0 ? urlWithQuery(`${path}.csv`, selection) : null,
    firstHref: after ? urlWithQuery(path, selection) : null,
    nextHref:
      shown.result === 'rows' && shown.hasMore && last
        ? urlWithQuery(path, { ...selection, after: encodeCursor(last) })
        : null,
    footnotes: [
      ...(level === 'campaigns' ? legacyCampaignsTexts(table.finished) : [caveats[level]]),
      countingNote(parseCounting(query), connection.profile),
    ],
  }
}

function filterFields(
  query: TableQuery,
  links: { readonly showAll: string; readonly queryParameters: QueryParameters },
): TableFilter {
  const typed: Readonly<Record<string, string | undefined>> = typedBounds(query)
  const columns = columnsIn(query)
  const { q, wasted: wastedSpend, campaign, group } = query
  const hasBounds = Object.keys(typed).length > 0
  return {
    q: q ?? '',
    isWastedSpend: wastedSpend === 'yes',
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
    isFiltered: Boolean(q || wastedSpend || campaign || group || hasBounds),
    allHref: links.showAll,
    hiddenFields: hiddenFields(links.queryParameters),
  }
}

function placeOf(
  { campaign, group }: TableQuery,
  [row]: readonly TableRow[],
  href: string,
): TablePage['parent'] {
  if (group) return { name: row?.names['ad_group_name'] ?? `Ad group ${group}`, kind: 'ad group', href }
  if (campaign) return { name: row?.names['campaign_name'] ?? `Campaign ${campaign}`, kind: 'campaign', href }
  return null
}

const countText = (count: number, level: Level, { by, order }: Sorting): string => {
  const rows = `${formatCount(count)} ${rowNouns[level]}${count === 1 ? '' : 's'}`
  if (count === 0) return rows
  return `${rows} by ${lowerCaseLabel(metrics[by].label)}, ${order === 'descending' ? 'highest' : 'lowest'} first`
}

/** Abbreviations keep their capitals. */
const lowerCaseLabel = (label: string): string =>
  label === label.toUpperCase() ? label : label.toLowerCase()

const missingReportItems = ({
  arriving,
  failed,
  unconfirmed,
}: MissingReports): TablePage['missingReports'] => [
  ...arriving.map(type => ({
    name: definitionOf(type).name,
    sentence: 'not loaded yet. Rows appear here when the report arrives.',
  })),
  ...failed.map(({ type, reason }) => ({
    name: definitionOf(type).name,
    sentence: failureMessages[reason.error],
  })),
  ...unconfirmed.map(type => ({ name: definitionOf(type).name, sentence: unconfirmedFileText })),
]

function drillsOf(
  level: Level,
  { keys }: TableRow,
  queryParameters: QueryParameters,
): readonly { label: string; href: string }[] {
  const place: QueryParameters = { campaign: keys['campaign_id'], group: keys['ad_group_id'] }
  const inner = level === 'campaigns' ? inCampaign : level === 'ad-groups' ? inAdGroup : []
  return inner.map(each => ({
    label: levelNames[each],
    href: urlWithQuery(`${ads}${each}`, { ...queryParameters, ...place }),
  }))
}
