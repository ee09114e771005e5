import type { ConnectionId } from '../../../domain/identifiers.ts'
import { type Level, levelDefinitions } from '../../../domain/performance/level.ts'
import type { MetricName } from '../../../domain/performance/metric.ts'
import type { RollUp } from '../../../domain/performance/roll-up.ts'
import { raw, type Statement, sql } from '../engine/sql.ts'
import { counted, sourceTable } from './counted.ts'

/** Ratios of sums, as exact decimals; null when the divisor is 0. */
export const metricExpressions: Readonly<Record<MetricName, string>> = {
  spend: 'cost',
  sales: 'sales',
  acos: 'cost / nullif(sales, 0)',
  roas: 'sales / nullif(cost, 0)',
  orders: 'orders::numeric',
  impressions: 'impressions::numeric',
  clicks: 'clicks::numeric',
  ctr: 'clicks::numeric / nullif(impressions, 0)',
  cpc: 'cost / nullif(clicks, 0)',
}

export const rolledUpExpressions: Readonly<Record<MetricName, string>> = {
  spend: 'cost',
  sales: 'sales',
  acos: 'acos',
  roas: 'roas',
  orders: 'orders',
  impressions: 'impressions',
  clicks: 'clicks',
  ctr: 'ctr',
  cpc: 'cpc',
}

export const keysOf = (level: Level): readonly string[] => ['ad_product', ...levelDefinitions[level].keys]

/** Compares bytes, independent of the server's locale. */
export const tieBreakers = (level: Level): string =>
  keysOf(level)
    .map(key => `${key} collate "C"`)
    .join(', ')

export const columnsOf = (level: Level): readonly string[] => [
  ...keysOf(level),
  ...levelDefinitions[level].names,
  'search_text',
  'impressions',
  'clicks',
  'orders',
  'cost',
  'sales',
]

/** Column names come from the domain's lists, never from a URL. */
export function summedRows(
  connectionId: ConnectionId,
  { level, counting, days }: RollUp,
  condition = sql`true`,
): Statement {
  const { names, searchedColumns } = levelDefinitions[level]
  const keys = raw(keysOf(level).join(', '))
  const searched = raw(`concat_ws(chr(10), ${searchedColumns.join(', ')})`)
  const newestNames = raw(names.map(name => `, ${newestNameSql(name)} as ${name}`).join(''))
  return sql`select *, ${lowerCase(searched)} as search_text from (
    select ${keys}${newestNames},
      sum(impressions) as impressions, sum(clicks) as clicks, sum(${raw(counted('orders', counting))}) as orders,
      trim_scale(sum(cost)) as cost, trim_scale(sum(${raw(counted('sales', counting))})) as sales
    from ${raw(sourceTable(level, counting))} where connection_id = ${connectionId} and day between ${days.from} and ${days.to} and ${condition}
    group by ${keys}) as summed`
}

/** Covers all of Unicode on any server; "C" covers only ASCII. */
export const lowerCase = (text: Statement): Statement => sql`lower(${text} collate "pg_c_utf8")`

/** The maximum of texts prefixed with their day: an ordered aggregate would sort each group. */
const newestNameSql = (name: string): string =>
  `nullif(substr(max((day::text || coalesce(${name}, '')) collate "C"), 11), '')`
