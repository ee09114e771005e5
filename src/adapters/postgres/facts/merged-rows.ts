import type { PoolClient } from 'pg'
import type { ReportDefinition } from '../../../domain/ingestion/catalogue.ts'
import type { FileTotals } from '../../../domain/ingestion/file-totals.ts'
import { raw, type Statement, sql } from '../engine/sql.ts'
import { type DayTotals, recalculateDayTotals } from './day-totals.ts'

export interface LoadStatistics {
  readonly rows: number
  readonly duplicates: number
  readonly merged: number
}

/** Rows that Amazon sent twice count once (decision 34). */
export async function insertMerged(
  client: PoolClient,
  { definition, table }: { readonly definition: ReportDefinition; readonly table: string },
  insertFrom: (source: Statement) => Promise<number>,
  file: FileTotals,
): Promise<LoadStatistics & { readonly byDay: DayTotals }> {
  const counted = countedRows(table, definition)
  const source = sql`${mergedRows(counted, definition)} as kept`
  const rows = await insertFrom(source)
  const { rows: counts } = await client.query<{ count: number }>(
    sql`select sum(times)::integer as count from ${counted}`,
  )
  const counting = counts[0]?.count ?? 0
  const byDay = await recalculateDayTotals(client, source, definition, file.byDay())
  return { rows, duplicates: file.whole().rows - counting, merged: counting - rows, byDay }
}

/**
 * Different rows with how often each counts. Targets whose id Amazon doesn't give may have equal rows (decision 34).
 * Rows that name their target show how often the file repeats itself.
 */
function countedRows(staging: string, { columns }: ReportDefinition): Statement {
  const names = ['day', ...columns.map(({ name }) => name)].join(', ')
  const namesTarget = columns.some(({ name }) => name === 'target_id') ? "target_id <> ''" : 'true'
  return raw(
    `(select *, case when ${namesTarget} then 1
        else greatest(copies / coalesce(min(copies) filter (where ${namesTarget}) over (), 1), 1) end as times
      from (select ${names}, count(*) as copies from ${staging} group by ${names}) as copied) as counted`,
  )
}

/** Sums rows that share a key, so that no figure is lost. */
function mergedRows(counted: Statement, { columns }: ReportDefinition): Statement {
  const keys = ['day', ...columns.filter(({ kind }) => kind === 'key').map(({ name }) => name)]
  const expressions = columns.map(({ name, kind }) => {
    if (kind === 'key') return name
    return kind === 'text' ? `max(${name}) as ${name}` : `sum(${name} * times) as ${name}`
  })
  return sql`(select day, ${raw(expressions.join(', '))} from ${counted} group by ${raw(keys.join(', '))})`
}
