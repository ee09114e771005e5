import type { PoolClient } from 'pg'
import type { Day } from '../../../domain/calendar.ts'
import type { ReportDefinition } from '../../../domain/ingestion/catalogue.ts'
import { type FileSums, type FileTotals, summableColumns } from '../../../domain/ingestion/file-totals.ts'
import type { CompletedReport } from '../../../domain/ingestion/report.ts'
import { type Statement, sql } from '../engine/sql.ts'
import { sumsOf } from './reconciliations.ts'

export type DayTotals = ReturnType<FileTotals['byDay']>

type ReportedDays = Pick<CompletedReport, 'connectionId' | 'type' | 'days'>

export async function loadedTotals(
  client: PoolClient,
  { connectionId, type, days }: ReportedDays,
): Promise<DayTotals> {
  const { rows } = await client.query<DayTotals[number]>(
    sql`select day::text, rows::int, sums from file_total
      where connection_id = ${connectionId} and type = ${type} and day between ${days.from} and ${days.to}`,
  )
  return rows
}

export async function replaceFileTotals(
  client: PoolClient,
  { connectionId, type }: ReportedDays,
  byDay: DayTotals,
): Promise<void> {
  await client.query(
    sql`insert into file_total (connection_id, type, day, rows, sums)
      select ${connectionId}, ${type}, day, rows, sums
      from jsonb_to_recordset(${JSON.stringify(byDay)}::jsonb) as file (day date, rows bigint, sums jsonb)
      on conflict (connection_id, type, day) do update set rows = excluded.rows, sums = excluded.sums`,
  )
}

/** Recalculates without duplicates; days without a row keep their totals. */
export async function recalculateDayTotals(
  client: PoolClient,
  source: Statement,
  definition: ReportDefinition,
  sent: DayTotals,
): Promise<DayTotals> {
  const { rows } = await client.query<FileSums & { day: Day }>(
    sql`select day, count(*)::int as rows, ${sumsOf(summableColumns(definition))} as sums from ${source} group by day`,
  )
  const storedByDay = new Map(rows.map(row => [row.day, row]))
  return sent.map(day => storedByDay.get(day.day) ?? day)
}
