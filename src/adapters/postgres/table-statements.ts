import type { TableAsk } from '../../application/performance/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Level, RowFilter } from '../../domain/performance/level.ts'
import type { MetricName } from '../../domain/performance/metric.ts'
import { inLowerCase, keysOf, metricValues, rolledUpValues, summedRows, tiesOf } from './table-rows.ts'

/** With `?` for each parameter; whatever was typed is one. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly (string | number | null)[]
}

/** A page of rows and how many there are, or with no limit all of them, uncounted. */
export type Asked = Omit<TableAsk, 'limit'> & { readonly limit: number | null }

/**
 * Answers with one row at least where a roll-up of these very days stands, and with none where none does; a row that is
 * empty but for the count is none.
 */
export function fromRollUp(connectionId: ConnectionId, ask: Asked): Statement {
  const { level, days, filter, sorting, limit } = ask
  const fits = all([inside(filter, level), fitting(filter, rolledUpValues)])
  const behind = behindOf(ask)
  // What is sorted is narrow: whole rows are read of the page alone.
  const narrow = ask.after ? `place, cost, ${keysOf(level).join(', ')}` : 'place'
  const order = orderOf(ask, 'place')
  const counting = countingOf(fits, ask)
  return {
    sql: `with roll_up as (
        select * from table_roll_up where connection_id = ? and level = ? and day_from = ? and day_to = ?)
      select page.*, chosen.sorted::text as value, ${counting.told} as count
      from roll_up left join lateral (
        select place, sorted, count from (
          select ${narrow}, ${rolledUpValues[sorting.by]} as sorted, ${counting.atOnce} as count
          from table_roll_up_row where ${own} and ${fits.sql}) as fitting
        where ${behind.sql} order by ${order} limit ?) as chosen on true
      left join table_roll_up_row as page on page.connection_id = roll_up.connection_id
        and roll_up_id = roll_up.id and page.place = chosen.place
      order by ${order.replace('place', 'chosen.place').replace('sorted', 'chosen.sorted')}`,
    parameters: [
      ...[connectionId, level, days.from, days.to],
      ...[...counting.parameters, ...fits.parameters, ...behind.parameters, limit],
    ],
  }
}

const own = 'connection_id = roll_up.connection_id and roll_up_id = roll_up.id'

/**
 * All rows, and those of wasted spend, were counted when they were rolled up: a page of them is found early, and nothing more is read.
 * Others are counted while they are read; only where a page has none left that could tell, they are counted apart.
 */
function countingOf(fits: Statement, { limit }: Asked) {
  if (limit === null || fits === everything)
    return { told: 'row_count', atOnce: 'null::bigint', parameters: [] }
  const counted = `(select count(*) from table_roll_up_row where ${own} and ${fits.sql})`
  const { parameters } = fits
  return fits.sql === wasted.sql
    ? { told: `coalesce(wasted_count, ${counted})`, atOnce: 'null::bigint', parameters }
    : { told: `coalesce(chosen.count, ${counted})`, atOnce: 'count(*) over ()', parameters }
}

/** Added up while it is asked for. A row that is empty but for the count is none. */
export function fromFacts(connectionId: ConnectionId, ask: Asked): Statement {
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
export const wasted: Statement = { sql: 'cost > 0 and clicks > 0 and orders = 0', parameters: [] }

function all(conditions: readonly Statement[]): Statement {
  const told = conditions.filter(condition => condition !== everything)
  if (told.length === 0) return everything
  return {
    sql: told.map(({ sql }) => sql).join(' and '),
    parameters: told.flatMap(({ parameters }) => parameters),
  }
}

/** In which campaign and ad group: told of a fact, before anything is added up. */
function inside({ campaignId, adGroupId }: RowFilter, level: Level): Statement {
  const asked = [
    { column: 'campaign_id', id: campaignId },
    { column: 'ad_group_id', id: adGroupId },
  ].filter(({ column, id }) => id !== null && keysOf(level).includes(column))
  return all(asked.map(({ column, id }) => ({ sql: `${column} = ?`, parameters: [id] })))
}

/** Byte by byte, which in UTF-8 is letter by letter: all rows are looked at, and a pattern takes half as long again. */
const found = `strpos(searched collate "C", ${inLowerCase('?::text')} collate "C") > 0`

/** What has to be so of sums and names. */
function fitting(
  { text, bounds, isWasted }: RowFilter,
  values: Readonly<Record<MetricName, string>>,
): Statement {
  return all([
    ...bounds.map(({ metric, side, value }) => ({
      sql: `${values[metric]} ${side === 'least' ? '>=' : '<='} ?::numeric`,
      parameters: [value],
    })),
    isWasted ? wasted : everything,
    text ? { sql: found, parameters: [text] } : everything,
  ])
}

/** @param bySpend the column that has the order of the highest spend already, where there is one. */
function orderOf({ level, sorting: { by, order } }: Asked, bySpend: string | null): string {
  const ties = bySpend ?? `cost desc, ${tiesOf(level)}`
  if (by === 'spend' && order === 'descending') return ties
  return `sorted ${order === 'descending' ? 'desc' : 'asc'} nulls last, ${ties}`
}

/** What stands behind the bookmark in the order of the page; what has no value stands last. */
function behindOf({ level, sorting, after }: Asked): Statement {
  if (!after) return everything
  const { value, cost, adProduct, keys } = after
  const tied = [adProduct, ...keys]
  const later = {
    sql: `(cost < ?::numeric or (cost = ?::numeric and (${tiesOf(level)}) > (${tied.map(() => '?').join(', ')})))`,
    parameters: [cost, cost, ...tied],
  }
  if (value === null) return { sql: `sorted is null and ${later.sql}`, parameters: later.parameters }
  const beyond = sorting.order === 'descending' ? '<' : '>'
  return {
    sql: `(sorted ${beyond} ?::numeric or (sorted = ?::numeric and ${later.sql}) or sorted is null)`,
    parameters: [value, value, ...later.parameters],
  }
}
