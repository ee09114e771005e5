import type { TableRequest } from '../../../application/performance/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { Level, RowFilter } from '../../../domain/performance/level.ts'
import type { MetricName } from '../../../domain/performance/metric.ts'
import { join, raw, type Statement, sql } from '../engine/sql.ts'
import { storedLevel } from './counted.ts'
import {
  keysOf,
  lowerCase,
  metricExpressions,
  rolledUpExpressions,
  summedRows,
  tieBreakers,
} from './table-rows.ts'

/** A null `limit` selects all rows, without a count. */
export type TableStatementRequest = Omit<TableRequest, 'limit'> & { readonly limit: number | null }

/**
 * Returns at least one row if a roll-up of exactly these days exists, otherwise none.
 * A row that is empty except for its count is not a table row.
 */
export function selectFromRollUp(connectionId: ConnectionId, request: TableStatementRequest): Statement {
  const { level, days, filter, sorting, limit } = request
  const rowCondition = joinConditions([
    ...scopeConditions(filter, level),
    ...filterConditions(filter, rolledUpExpressions),
  ])
  // Sorts narrow rows; reads full rows only for the page.
  const sortColumns = request.after ? `spend_rank, cost, ${keysOf(level).join(', ')}` : 'spend_rank'
  const order = orderBy(request, 'spend_rank')
  const counting = planCount(rowCondition, request)
  return sql`with roll_up as (
        select * from table_roll_up
        where connection_id = ${connectionId} and level = ${storedLevel(request)} and day_from = ${days.from} and day_to = ${days.to})
      select page.*, chosen.sorted::text as value, ${counting.countExpression} as count
      from roll_up left join lateral (
        select spend_rank, sorted, count from (
          select ${raw(sortColumns)}, ${raw(rolledUpExpressions[sorting.by])} as sorted, ${counting.atOnce} as count
          from table_roll_up_row where ${isInRollUp} and ${rowCondition}) as fitting
        where ${cursorCondition(request)} order by ${raw(order)} limit ${limit}) as chosen on true
      left join table_roll_up_row as page on page.connection_id = roll_up.connection_id
        and roll_up_id = roll_up.id and page.spend_rank = chosen.spend_rank
      order by ${raw(order.replace('spend_rank', 'chosen.spend_rank').replace('sorted', 'chosen.sorted'))}`
}

const isInRollUp = sql`connection_id = roll_up.connection_id and roll_up_id = roll_up.id`

/**
 * Counts of all rows and of wasted spend are stored with the roll-up. Others are counted with the page, or by a
 * separate query if the page is empty.
 */
function planCount(rowCondition: Statement, { limit }: TableStatementRequest) {
  const atOnce = sql`null::bigint`
  if (limit === null || rowCondition === noCondition) return { countExpression: sql`row_count`, atOnce }
  const counted = sql`(select count(*) from table_roll_up_row where ${isInRollUp} and ${rowCondition})`
  return rowCondition === wastedSpend
    ? { countExpression: sql`coalesce(wasted_spend_count, ${counted})`, atOnce }
    : { countExpression: sql`coalesce(chosen.count, ${counted})`, atOnce: sql`count(*) over ()` }
}

/** See {@link selectFromRollUp} for the row that is empty except for its count. */
export function selectFromFacts(connectionId: ConnectionId, request: TableStatementRequest): Statement {
  const { level, filter, sorting, limit } = request
  const count = limit === null ? sql`select null as count` : sql`select count(*) from rows`
  const rows = summedRows(connectionId, request, joinConditions(scopeConditions(filter, level)))
  return sql`with rows as (
        select *, ${raw(metricExpressions[sorting.by])} as sorted
        from (${rows}) as summed where ${joinConditions(filterConditions(filter, metricExpressions))})
      select page.*, sorted::text as value, counted.count
      from (${count}) as counted left join lateral (
        select * from rows where ${cursorCondition(request)} order by ${raw(orderBy(request, null))} limit ${limit}) as page on true`
}

const noCondition = sql`true`
export const wastedSpend = sql`cost > 0 and clicks > 0 and orders = 0`

/** Returns a single condition itself. */
function joinConditions(conditions: readonly Statement[]): Statement {
  const [first = noCondition] = conditions
  return conditions.length > 1 ? join(conditions, ' and ') : first
}

/** Apply to facts, before aggregation. */
const scopeConditions = ({ campaignId, adGroupId }: RowFilter, level: Level): Statement[] =>
  [
    { column: 'campaign_id', id: campaignId },
    { column: 'ad_group_id', id: adGroupId },
  ]
    .filter(({ column, id }) => id !== null && keysOf(level).includes(column))
    .map(({ column, id }) => sql`${raw(column)} = ${id}`)

/** Apply to aggregated rows. */
const filterConditions = (
  { text, bounds, isWastedSpend }: RowFilter,
  expressions: Readonly<Record<MetricName, string>>,
): Statement[] => [
  ...bounds.map(
    ({ metric, side, value }) =>
      sql`${raw(expressions[metric])} ${raw(side === 'least' ? '>=' : '<=')} ${value}::numeric`,
  ),
  ...(isWastedSpend ? [wastedSpend] : []),
  // Comparing bytes is safe in UTF-8 and faster than a pattern.
  ...(text ? [sql`strpos(search_text collate "C", ${lowerCase(sql`${text}::text`)} collate "C") > 0`] : []),
]

/** @param spendRankColumn the column that ranks by spend, if any. */
function orderBy(
  { level, sorting: { by, order } }: TableStatementRequest,
  spendRankColumn: string | null,
): string {
  const ties = spendRankColumn ?? `cost desc, ${tieBreakers(level)}`
  if (by === 'spend' && order === 'descending') return ties
  return `sorted ${order === 'descending' ? 'desc' : 'asc'} nulls last, ${ties}`
}

function cursorCondition({ level, sorting, after }: TableStatementRequest): Statement {
  if (!after) return noCondition
  const { value, cost, adProduct, keys } = after
  const isLaterTie = sql`(cost < ${cost}::numeric
    or (cost = ${cost}::numeric and (${raw(tieBreakers(level))}) > (${join([adProduct, ...keys])})))`
  if (value === null) return sql`sorted is null and ${isLaterTie}`
  const operator = raw(sorting.order === 'descending' ? '<' : '>')
  return sql`(sorted ${operator} ${value}::numeric or (sorted = ${value}::numeric and ${isLaterTie}) or sorted is null)`
}
