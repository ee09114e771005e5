import type { EntityManager } from '@mikro-orm/postgresql'
import { FigureTables, type TableAsk, type TableRow } from '../../application/performance/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import { type Bookmark, levelDefinitions, type Sorting } from '../../domain/performance/level.ts'
import type { MetricName } from '../../domain/performance/metric.ts'

/** Of sums: a ratio of sums, never a sum of ratios. Exact decimals; null where there is nothing to divide by. */
const values: Readonly<Record<MetricName, string>> = {
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

type Row = Readonly<Record<string, string | null>>

/**
 * Column names come from the domain's own lists and never from an address; whatever was typed is a parameter.
 */
export class PostgresFigureTables extends FigureTables {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async page(connectionId: ConnectionId, ask: TableAsk): Promise<{ count: number; rows: TableRow[] }> {
    const { level, days, sorting, filter, after, limit } = ask
    const { table, keys, names, searched } = levelDefinitions[level]
    const ties = ['ad_product', ...keys].join(', ')
    const newest = names.map(name => `${newestOf(name)} as ${name}`)
    const text = `%${filter.text.toLowerCase().replace(/[\\%_]/g, escaped => `\\${escaped}`)}%`
    const behind = after && isBehind(sorting, ties, after)
    const found = await this.#em.execute<Row[]>(
      `with summed as (
         select ${[ties, ...newest].join(', ')}, sum(impressions) as impressions, sum(clicks) as clicks,
           sum(orders) as orders, sum(cost) as cost, sum(sales) as sales
         from ${table} where connection_id = ? and day between ? and ? and (?::text is null or campaign_id = ?)
         group by ${ties}),
       rows as (
         select *, ${values[sorting.by]} as sorted from summed
         where clicks >= ? and (not ?::boolean or (cost > 0 and clicks > 0 and orders = 0))
           and (${searched.map(name => `lower(coalesce(${name}, '')) like ?`).join(' or ')}))
       select *, sorted::text as value, (select count(*) from rows) as count from rows
       ${behind ? `where ${behind.sql}` : ''}
       order by sorted ${sorting.order === 'descending' ? 'desc' : 'asc'} nulls last, ${ties} limit ?`,
      [
        connectionId,
        days.from,
        days.to,
        filter.campaignId,
        filter.campaignId,
        filter.fewestClicks,
        filter.isWasted,
        ...searched.map(() => text),
        ...(behind?.parameters ?? []),
        limit,
      ],
    )
    return {
      count: Number(found[0]?.['count'] ?? 0),
      rows: found.map(row => ({
        adProduct: row['ad_product'] as AdProduct,
        keys: picked(row, keys) as Readonly<Record<string, string>>,
        names: picked(row, names),
        impressions: Number(row['impressions']),
        clicks: Number(row['clicks']),
        orders: Number(row['orders']),
        cost: String(row['cost']),
        sales: String(row['sales']),
        bookmark: {
          value: row['value'] ?? null,
          adProduct: String(row['ad_product']),
          keys: keys.map(key => String(row[key])),
        },
      })),
    }
  }
}

/** The greatest of texts that begin with their day: for one that sorts, each group would be sorted. */
const newestOf = (name: string): string =>
  `nullif(substr(max((day::text || coalesce(${name}, '')) collate "C"), 11), '')`

const picked = (row: Row, columns: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(columns.map(column => [column, row[column] ?? null]))

/** What stands behind a row in the order of the page; what has no value stands last. */
function isBehind(
  { order }: Sorting,
  ties: string,
  { value, adProduct, keys }: Bookmark,
): { sql: string; parameters: (string | null)[] } {
  const tied = [adProduct, ...keys]
  const later = `(${ties}) > (${tied.map(() => '?').join(', ')})`
  if (value === null) return { sql: `sorted is null and ${later}`, parameters: tied }
  const beyond = order === 'descending' ? '<' : '>'
  return {
    sql: `(sorted ${beyond} ?::numeric or (sorted = ?::numeric and ${later}) or sorted is null)`,
    parameters: [value, value, ...tied],
  }
}
