import { type Level, levelDefinitions } from '../../domain/performance/level.ts'
import type { MetricName } from '../../domain/performance/metric.ts'

/** Of sums: a ratio of sums, never a sum of ratios. Exact decimals; null where there is nothing to divide by. */
export const metricValues: Readonly<Record<MetricName, string>> = {
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

/** The same of a row that is rolled up, where each ratio is divided once. */
export const rolledUpValues: Readonly<Record<MetricName, string>> = {
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

/** What tells the rows of a level apart. */
export const keysOf = (level: Level): readonly string[] => ['ad_product', ...levelDefinitions[level].keys]

/** In an order that no server's language changes, and that costs a comparison of bytes. */
export const tiesOf = (level: Level): string =>
  keysOf(level)
    .map(key => `${key} collate "C"`)
    .join(', ')

/** Every column of {@link summedRows}. */
export const columnsOf = (level: Level): readonly string[] => [
  ...keysOf(level),
  ...levelDefinitions[level].names,
  'searched',
  'impressions',
  'clicks',
  'orders',
  'cost',
  'sales',
]

/**
 * The rows of a level, each added up over the days, as a statement. Column names come from the domain's own lists and
 * never from an address. Parameters: the connection, the first day, the last one, then those of the condition.
 */
export function summedRows(level: Level, condition = 'true'): string {
  const { table, names, searched } = levelDefinitions[level]
  const keys = keysOf(level).join(', ')
  return `select *, ${inLowerCase(`concat_ws(chr(10), ${searched.join(', ')})`)} as searched from (
    select ${[keys, ...names.map(name => `${newestOf(name)} as ${name}`)].join(', ')},
      sum(impressions) as impressions, sum(clicks) as clicks, sum(orders) as orders,
      trim_scale(sum(cost)) as cost, trim_scale(sum(sales)) as sales
    from ${table} where connection_id = ? and day between ? and ? and ${condition}
    group by ${keys}) as summed`
}

/** Of every letter that Unicode has two cases for, whatever the server's own language: "C" knows those of English alone. */
export const inLowerCase = (text: string): string => `lower(${text} collate "pg_c_utf8")`

/** The greatest of texts that begin with their day: for one that sorts, each group would be sorted. */
const newestOf = (name: string): string =>
  `nullif(substr(max((day::text || coalesce(${name}, '')) collate "C"), 11), '')`
