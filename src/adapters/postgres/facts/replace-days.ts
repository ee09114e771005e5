import { DatabaseError, type PoolClient } from 'pg'
import { FileUnconfirmed, LeaseLost } from '../../../application/ingestion/report-ports.ts'
import type { Day, DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { AdProduct, ReportDefinition } from '../../../domain/ingestion/catalogue.ts'
import {
  decideReplacement,
  type FileSums,
  type FileTotals,
  summableColumns,
} from '../../../domain/ingestion/file-totals.ts'
import { rolledUpFigures } from '../../../domain/ingestion/reconciliation.ts'
import type { CompletedReport } from '../../../domain/ingestion/report.ts'
import { raw, type Statement, sql } from '../engine/sql.ts'
import { sumsOf } from './reconciliations.ts'
import { dropRollUps, lockFacts } from './table-roll-ups.ts'

interface StagingTable {
  readonly definition: ReportDefinition
  readonly table: string
  readonly columns: readonly string[]
}

type DayTotals = ReturnType<FileTotals['byDay']>

/** The rows that a report replaces. */
interface Scope {
  readonly connectionId: ConnectionId
  readonly adProduct: AdProduct
  readonly days: DayRange
}

export interface LoadStatistics {
  readonly rows: number
  readonly duplicates: number
  readonly merged: number
}

/** Replaces all rows of the report's days; rows that Amazon sent twice count once (decision 34). Joins the transaction. */
export async function replaceDays(
  client: PoolClient,
  report: CompletedReport,
  { definition, table: staging, columns }: StagingTable,
  file: FileTotals,
): Promise<LoadStatistics> {
  const { table, adProduct } = definition
  const { connectionId, days } = report
  const scope = { connectionId, adProduct, days }
  const names = raw(columns.join(', '))
  // Serialises sync runs that load the same days.
  await lockFacts(client, { connectionId, table, adProduct })
  // Instead of a foreign key (decision 10).
  const owner = await client.query(sql`select from connection where id = ${connectionId} for key share`)
  if (owner.rowCount === 0) throw new LeaseLost(`connection ${connectionId} was erased`)
  const loaded = await loadedTotals(client, report)
  await deleteDays(client, table, scope)
  await dropRollUps(client, connectionId, table, days)
  const insertFrom = async (source: Statement): Promise<number> => {
    const inserted = await client.query(
      sql`insert into ${raw(table)} (connection_id, ad_product, ${names})
        select ${connectionId}, ${adProduct}, ${names} from ${source}`,
    )
    if (table === 'campaign_fact') await replaceCampaignDays(client, scope, source)
    return inserted.rowCount ?? 0
  }
  const insertedRows = await insertUnlessKeysCollide(client, () => insertFrom(raw(staging)))
  const { byDay, ...result } =
    insertedRows === null
      ? await insertMerged(client, { definition, table: staging }, insertFrom, file)
      : { rows: insertedRows, duplicates: 0, merged: 0, byDay: file.byDay() }
  requireConfirmed(report, loaded, byDay)
  if (table === 'campaign_fact') await replaceProductDays(client, scope, byDay)
  await replaceFileTotals(client, report, byDay)
  return result
}

async function loadedTotals(
  client: PoolClient,
  { connectionId, type, days }: CompletedReport,
): Promise<DayTotals> {
  const { rows } = await client.query<DayTotals[number]>(
    sql`select day::text, rows::int, sums from file_total
      where connection_id = ${connectionId} and type = ${type} and day between ${days.from} and ${days.to}`,
  )
  return rows
}

function requireConfirmed(
  { amazonReportId, unconfirmedFile }: CompletedReport,
  loaded: DayTotals,
  file: DayTotals,
): void {
  const outcome = decideReplacement({ loaded, file, amazonReportId, unconfirmed: unconfirmedFile ?? null })
  if (outcome.decision === 'wait') throw new FileUnconfirmed(outcome.unconfirmed, outcome.loaded)
}

async function deleteDays(
  client: PoolClient,
  table: string,
  { connectionId, adProduct, days }: Scope,
): Promise<void> {
  await client.query(
    sql`delete from ${raw(table)}
      where connection_id = ${connectionId} and ad_product = ${adProduct} and day between ${days.from} and ${days.to}`,
  )
}

const uniqueViolation = '23505'

/**
 * Most files have no duplicates, so looking for them first would cost more.
 * @returns null when rows share a key; nothing was inserted.
 */
async function insertUnlessKeysCollide(
  client: PoolClient,
  insert: () => Promise<number>,
): Promise<number | null> {
  await client.query('savepoint insertion')
  try {
    return await insert()
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === uniqueViolation)) throw error
    await client.query('rollback to savepoint insertion')
    return null
  }
}

async function insertMerged(
  client: PoolClient,
  { definition, table }: Pick<StagingTable, 'definition' | 'table'>,
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

/** Recalculates without duplicates; days without a row keep their totals. */
async function recalculateDayTotals(
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

async function replaceFileTotals(
  client: PoolClient,
  { connectionId, type }: CompletedReport,
  byDay: DayTotals,
): Promise<void> {
  await client.query(
    sql`insert into file_total (connection_id, type, day, rows, sums)
      select ${connectionId}, ${type}, day, rows, sums
      from jsonb_to_recordset(${JSON.stringify(byDay)}::jsonb) as file (day date, rows bigint, sums jsonb)
      on conflict (connection_id, type, day) do update set rows = excluded.rows, sums = excluded.sums`,
  )
}

async function replaceProductDays(client: PoolClient, scope: Scope, byDay: DayTotals): Promise<void> {
  await deleteDays(client, 'ad_product_day', scope)
  const sums = rolledUpFigures.map(
    name => `(sums ->> '${name}')::${name === 'cost' || name === 'sales' ? 'numeric' : 'bigint'}`,
  )
  await client.query(
    sql`insert into ad_product_day (connection_id, ad_product, day, ${raw(rolledUpFigures.join(', '))})
      select ${scope.connectionId}, ${scope.adProduct}, day, ${raw(sums.join(', '))}
      from jsonb_to_recordset(${JSON.stringify(byDay)}::jsonb) as file (day date, rows bigint, sums jsonb) where rows > 0`,
  )
}

/** Campaign facts have the same key, so nothing is aggregated. */
async function replaceCampaignDays(client: PoolClient, scope: Scope, source: Statement): Promise<void> {
  await deleteDays(client, 'campaign_day', scope)
  await client.query(
    sql`insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
        impressions, clicks, orders, cost, sales)
      select ${scope.connectionId}, day, ${scope.adProduct}, campaign_id, campaign_name, campaign_status,
        impressions, clicks, orders, cost, sales
      from ${source}`,
  )
}
