import type { TableRequest } from '../../application/performance/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Level, RowFilter } from '../../domain/performance/level.ts'
import type { MetricName } from '../../domain/performance/metric.ts'
import { inLowerCase, keysOf, metricValues, rolledUpValues, summedRows, tieBreakers } from './table-rows.ts'

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
export function fromRollUp(connectionId: ConnectionId, ask: TableStatementRequest): Statement {
  const { level, days, filter, sorting, limit } = ask
  const fits = all([inside(filter, level), fitting(filter, rolledUpValues)])
  const behind = behindOf(ask)
  // Sorts narrow rows; reads full rows only for the page.
  const narrow = ask.after ? `spend_rank, cost, ${keysOf(level).join(', ')}` : 'spend_rank'
  const order = orderOf(ask, 'spend_rank')
  const counting = countingOf(fits, ask)
  return {
    sql: `with roll_up as (
        select * from table_roll_up where connection_id = ? and level = ? and day_from = ? and day_to = ?)
      select page.*, chosen.sorted::text as value, ${counting.countExpression} as count
      from roll_up left join lateral (
        select spend_rank, sorted, count from (
          select ${narrow}, ${rolledUpValues[sorting.by]} as sorted, ${counting.atOnce} as count
          from table_roll_up_row where ${own} and ${fits.sql}) as fitting
        where ${behind.sql} order by ${order} limit ?) as chosen on true
      left join table_roll_up_row as page on page.connection_id = roll_up.connection_id
        and roll_up_id = roll_up.id and page.spend_rank = chosen.spend_rank
      order by ${order.replace('spend_rank', 'chosen.spend_rank').replace('sorted', 'chosen.sorted')}`,
    parameters: [
      ...[connectionId, level, days.from, days.to],
      ...[...counting.parameters, ...fits.parameters, ...behind.parameters, limit],
    ],
  }
}

const own = 'connection_id = roll_up.connection_id and roll_up_id = roll_up.id'

/**
 * Counts of all rows and of wasted spend are stored with the roll-up. Others are counted with the page, or by a
 * separate query if the page is empty.
 */
function countingOf(fits: Statement, { limit }: TableStatementRequest) {
  if (limit === null || fits === everything)
    return { countExpression: 'row_count', atOnce: 'null::bigint', parameters: [] }
  const counted = `(select count(*) from table_roll_up_row where ${own} and ${fits.sql})`
  const { parameters } = fits
  return fits.sql === wastedSpend.sql
    ? { countExpression: `coalesce(wasted_spend_count, ${counted})`, atOnce: 'null::bigint', parameters }
    : { countExpression: `coalesce(chosen.count, ${counted})`, atOnce: 'count(*) over ()', parameters }
}

/** See {@link fromRollUp} for the row that is empty except for its count. */
export function fromFacts(connectionId: ConnectionId, ask: TableStatementRequest): Statement {
  const { level, days, filter, limit } = ask
  const count = limit === null ? 'select null as count' : 'select count(*) from rows'
  const within = inside(filter, level)
  const fits = fitting(filter, metricValues)
  const behind = behindOf(ask)
  return {
    sql: `with rows as (
        select *, ${metricValues[ask.sorting.by]} as sorted
        from (${summedRows(level, within.sql)}) as summed where ${fits.sql})
      select page.*, sorted::text as value, counted.count
      from (${count}) as counted left join lateral (
        select * from rows where ${behind.sql} order by ${orderOf(ask, null)} limit ?) as page on true`,
    parameters: [
      ...[connectionId, days.from, days.to],
      ...[...within.parameters, ...fits.parameters, ...behind.parameters, limit],
    ],
  }
}

const everything: Statement = { sql: 'true', parameters: [] }
export const wastedSpend: Statement = { sql: 'cost > 0 and clicks > 0 and orders = 0', parameters: [] }

function all(conditions: readonly Statement[]): Statement {
  const effective = conditions.filter(condition => condition !== everything)
  if (effective.length === 0) return everything
  return {
    sql: effective.map(({ sql }) => sql).join(' and '),
    parameters: effective.flatMap(({ parameters }) => parameters),
  }
}

/** Applies to facts, before aggregation. */
function inside({ campaignId, adGroupId }: RowFilter, level: Level): Statement {
  const restrictions = [
    { column: 'campaign_id', id: campaignId },
    { column: 'ad_group_id', id: adGroupId },
  ].filter(({ column, id }) => id !== null && keysOf(level).includes(column))
  return all(restrictions.map(({ column, id }) => ({ sql: `${column} = ?`, parameters: [id] })))
}

/** Comparing bytes is safe in UTF-8 and faster than a pattern. */
const found = `strpos(search_text collate "C", ${inLowerCase('?::text')} collate "C") > 0`

/** Applies to aggregated rows. */
function fitting(
  { text, bounds, isWastedSpend }: RowFilter,
  values: Readonly<Record<MetricName, string>>,
): Statement {
  return all([
    ...bounds.map(({ metric, side, value }) => ({
      sql: `${values[metric]} ${side === 'least' ? '>=' : '<='} ?::numeric`,
      parameters: [value],
    })),
    isWastedSpend ? wastedSpend : everything,
    text ? { sql: found, parameters: [text] } : everything,
  ])
}

/** @param bySpend the column that ranks by spend, if any. */
function orderOf({ level, sorting: { by, order } }: TableStatementRequest, bySpend: string | null): string {
  const ties = bySpend ?? `cost desc, ${tieBreakers(level)}`
  if (by === 'spend' && order === 'descending') return ties
  return `sorted ${order === 'descending' ? 'desc' : 'asc'} nulls last, ${ties}`
}

function behindOf({ level, sorting, after }: TableStatementRequest): Statement {
  if (!after) return everything
  const { value, cost, adProduct, keys } = after
  const tied = [adProduct, ...keys]
  const later = {
    sql: `(cost < ?::numeric or (cost = ?::numeric and (${tieBreakers(level)}) > (${tied.map(() => '?').join(', ')})))`,
    parameters: [cost, cost, ...tied],
  }
  if (value === null) return { sql: `sorted is null and ${later.sql}`, parameters: later.parameters }
  const beyond = sorting.order === 'descending' ? '<' : '>'
  return {
    sql: `(sorted ${beyond} ?::numeric or (sorted = ?::numeric and ${later.sql}) or sorted is null)`,
    parameters: [value, value, ...later.parameters],
  }
}
