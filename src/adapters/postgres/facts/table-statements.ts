import type { TableRequest } from '../../../application/performance/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { Level, RowFilter } from '../../../domain/performance/level.ts'
import type { MetricName } from '../../../domain/performance/metric.ts'
import {
  keysOf,
  lowerCaseSql,
  metricExpressions,
  rolledUpExpressions,
  summedRowsSql,
  tieBreakers,
} from './table-rows.ts'

/** User input is always a parameter. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly (string | number | null)[]
}

/** A null `limit` selects all rows, without a count. */
export type TableStatementRequest = Omit<TableRequest, 'limit'> & { readonly limit: number | null }

/**
 * Returns at least one row if a roll-up of exactly these days exists, otherwise none.
 * A row that is empty except for its count is not a table row.
 */
export function selectFromRollUp(connectionId: ConnectionId, request: TableStatementRequest): Statement {
  const { level, days, filter, sorting, limit } = request
  const rowCondition = joinConditions([
    scopeConditionOf(filter, level),
    filterConditionOf(filter, rolledUpExpressions),
  ])
  const cursorCondition = cursorConditionOf(request)
  // Sorts narrow rows; reads full rows only for the page.
  const sortColumns = request.after ? `spend_rank, cost, ${keysOf(level).join(', ')}` : 'spend_rank'
  const order = orderBy(request, 'spend_rank')
  const counting = planCount(rowCondition, request)
  return {
    sql: `with roll_up as (
        select * from table_roll_up where connection_id = ? and level = ? and day_from = ? and day_to = ?)
      select page.*, chosen.sorted::text as value, ${counting.countExpression} as count
      from roll_up left join lateral (
        select spend_rank, sorted, count from (
          select ${sortColumns}, ${rolledUpExpressions[sorting.by]} as sorted, ${counting.atOnce} as count
          from table_roll_up_row where ${inRollUp} and ${rowCondition.sql}) as fitting
        where ${cursorCondition.sql} order by ${order} limit ?) as chosen on true
      left join table_roll_up_row as page on page.connection_id = roll_up.connection_id
        and roll_up_id = roll_up.id and page.spend_rank = chosen.spend_rank
      order by ${order.replace('spend_rank', 'chosen.spend_rank').replace('sorted', 'chosen.sorted')}`,
    parameters: [
      ...[connectionId, level, days.from, days.to],
      ...[...counting.parameters, ...rowCondition.parameters, ...cursorCondition.parameters, limit],
    ],
  }
}

const inRollUp = 'connection_id = roll_up.connection_id and roll_up_id = roll_up.id'

/**
 * Counts of all rows and of wasted spend are stored with the roll-up. Others are counted with the page, or by a
 * separate query if the page is empty.
 */
function planCount(rowCondition: Statement, { limit }: TableStatementRequest) {
  if (limit === null || rowCondition === noCondition)
    return { countExpression: 'row_count', atOnce: 'null::bigint', parameters: [] }
  const counted = `(select count(*) from table_roll_up_row where ${inRollUp} and ${rowCondition.sql})`
  const { parameters } = rowCondition
  return rowCondition.sql === wastedSpend.sql
    ? { countExpression: `coalesce(wasted_spend_count, ${counted})`, atOnce: 'null::bigint', parameters }
    : { countExpression: `coalesce(chosen.count, ${counted})`, atOnce: 'count(*) over ()', parameters }
}

/** See {@link selectFromRollUp} for the row that is empty except for its count. */
export function selectFromFacts(connectionId: ConnectionId, request: TableStatementRequest): Statement {
  const { level, days, filter, limit } = request
  const count = limit === null ? 'select null as count' : 'select count(*) from rows'
  const scopeCondition = scopeConditionOf(filter, level)
  const rowCondition = filterConditionOf(filter, metricExpressions)
  const cursorCondition = cursorConditionOf(request)
  return {
    sql: `with rows as (
        select *, ${metricExpressions[request.sorting.by]} as sorted
        from (${summedRowsSql(level, scopeCondition.sql)}) as summed where ${rowCondition.sql})
      select page.*, sorted::text as value, counted.count
      from (${count}) as counted left join lateral (
        select * from rows where ${cursorCondition.sql} order by ${orderBy(request, null)} limit ?) as page on true`,
    parameters: [
      ...[connectionId, days.from, days.to],
      ...[...scopeCondition.parameters, ...rowCondition.parameters, ...cursorCondition.parameters, limit],
    ],
  }
}

const noCondition: Statement = { sql: 'true', parameters: [] }
export const wastedSpend: Statement = { sql: 'cost > 0 and clicks > 0 and orders = 0', parameters: [] }

function joinConditions(conditions: readonly Statement[]): Statement {
  const effective = conditions.filter(condition => condition !== noCondition)
  if (effective.length === 0) return noCondition
  return {
    sql: effective.map(({ sql }) => sql).join(' and '),
    parameters: effective.flatMap(({ parameters }) => parameters),
  }
}

/** Applies to facts, before aggregation. */
function scopeConditionOf({ campaignId, adGroupId }: RowFilter, level: Level): Statement {
  const restrictions = [
    { column: 'campaign_id', id: campaignId },
    { column: 'ad_group_id', id: adGroupId },
  ].filter(({ column, id }) => id !== null && keysOf(level).includes(column))
  return joinConditions(restrictions.map(({ column, id }) => ({ sql: `${column} = ?`, parameters: [id] })))
}

/** Comparing bytes is safe in UTF-8 and faster than a pattern. */
const searchCondition = `strpos(search_text collate "C", ${lowerCaseSql('?::text')} collate "C") > 0`

/** Applies to aggregated rows. */
function filterConditionOf(
  { text, bounds, isWastedSpend }: RowFilter,
  expressions: Readonly<Record<MetricName, string>>,
): Statement {
  return joinConditions([
    ...bounds.map(({ metric, side, value }) => ({
      sql: `${expressions[metric]} ${side === 'least' ? '>=' : '<='} ?::numeric`,
      parameters: [value],
    })),
    isWastedSpend ? wastedSpend : noCondition,
    text ? { sql: searchCondition, parameters: [text] } : noCondition,
  ])
}

/** @param spendRankColumn the column that ranks by spend, if any. */
function orderBy(
  { level, sorting: { by, order } }: TableStatementRequest,
  spendRankColumn: string | null,
): string {
  const ties = spendRankColumn ?? `cost desc, ${tieBreakers(level)}`
  if (by === 'spend' && order === 'descending') return ties
  return `sorted ${order === 'descending' ? 'desc' : 'asc'} nulls last, ${ties}`
}

function cursorConditionOf({ level, sorting, after }: TableStatementRequest): Statement {
  if (!after) return noCondition
  const { value, cost, adProduct, keys } = after
  const tieValues = [adProduct, ...keys]
  const laterTie = {
    sql: `(cost < ?::numeric or (cost = ?::numeric and (${tieBreakers(level)}) > (${tieValues.map(() => '?').join(', ')})))`,
    parameters: [cost, cost, ...tieValues],
  }
  if (value === null) return { sql: `sorted is null and ${laterTie.sql}`, parameters: laterTie.parameters }
  const operator = sorting.order === 'descending' ? '<' : '>'
  return {
    sql: `(sorted ${operator} ?::numeric or (sorted = ?::numeric and ${laterTie.sql}) or sorted is null)`,
    parameters: [value, value, ...laterTie.parameters],
  }
}
