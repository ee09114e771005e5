import { DatabaseError, type PoolClient } from 'pg'
import { LeaseLost } from '../../../application/ingestion/report-ports.ts'
import type { Day } from '../../../domain/calendar.ts'
import type { ReportDefinition } from '../../../domain/ingestion/catalogue.ts'
import { type FileSums, type FileTotals, summableColumns } from '../../../domain/ingestion/file-totals.ts'
import { rolledUpFigures } from '../../../domain/ingestion/reconciliation.ts'
import type { CompletedReport } from '../../../domain/ingestion/report.ts'
import { sumsSql } from './reconciliations.ts'
import { dropRollUps, lockFacts } from './table-roll-ups.ts'

interface StagingTable {
  readonly definition: ReportDefinition
  readonly table: string
  readonly columns: readonly string[]
}

type DayTotals = ReturnType<FileTotals['byDay']>

export interface LoadStatistics {
  readonly rows: number
  readonly duplicates: number
  readonly merged: number
}

/** Replaces all rows of the report's days; rows that Amazon sent twice count once. Joins the transaction. */
export async function replaceDays(
  client: PoolClient,
  report: CompletedReport,
  { definition, table: staging, columns }: StagingTable,
  file: FileTotals,
): Promise<LoadStatistics> {
  const { table, adProduct } = definition
  const { connectionId, days } = report
  const scope = [connectionId, adProduct, days.from, days.to]
  const names = columns.join(', ')
  // Serialises sync runs that load the same days.
  await lockFacts(client, { connectionId, table, adProduct })
  // Instead of a foreign key (decision 10).
  const owner = await client.query('select from connection where id = $1 for key share', [connectionId])
  if (owner.rowCount === 0) throw new LeaseLost(`connection ${connectionId} was erased`)
  await client.query(
    `delete from ${table} where connection_id = $1 and ad_product = $2 and day between $3 and $4`,
    [...scope],
  )
  await dropRollUps(client, connectionId, table, days)
  const insertFrom = async (source: string): Promise<number> => {
    const inserted = await client.query(
      `insert into ${table} (connection_id, ad_product, ${names}) select $1::uuid, $2, ${names} from ${source}`,
      [connectionId, adProduct],
    )
    if (table === 'campaign_fact') await replaceCampaignDays(client, scope, source)
    return inserted.rowCount ?? 0
  }
  const insertedRows = await insertUnlessKeysCollide(client, () => insertFrom(staging))
  const { byDay, ...result } =
    insertedRows === null
      ? await insertMerged(client, { definition, table: staging }, insertFrom, file)
      : { rows: insertedRows, duplicates: 0, merged: 0, byDay: file.byDay() }
  if (table === 'campaign_fact') await replaceProductDays(client, scope, byDay)
  await replaceFileTotals(client, report, byDay)
  return result
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
  insertFrom: (source: string) => Promise<number>,
  file: FileTotals,
): Promise<LoadStatistics & { readonly byDay: DayTotals }> {
  const source = mergedRowsSql(table, definition)
  const rows = await insertFrom(`${source} as kept`)
  const { rows: counts } = await client.query<{ count: number }>(
    `select count(*)::integer as count from (select distinct * from ${table}) as row`,
  )
  const distinct = counts[0]?.count ?? 0
  const byDay = await recalculateDayTotals(client, source, definition, file.byDay())
  return { rows, duplicates: file.whole().rows - distinct, merged: distinct - rows, byDay }
}

/** Merges identical rows and sums others that share a key, so that no figure is lost. */
function mergedRowsSql(staging: string, { columns }: ReportDefinition): string {
  const keys = ['day', ...columns.filter(({ kind }) => kind === 'key').map(({ name }) => name)]
  const expressions = columns.map(({ name, kind }) => {
    if (kind === 'key') return name
    return kind === 'text' ? `max(${name}) as ${name}` : `sum(${name}) as ${name}`
  })
  return `(select day, ${expressions.join(', ')} from (select distinct * from ${staging}) as row group by ${keys.join(', ')})`
}

/** Recalculates without duplicates; days without a row keep their totals. */
async function recalculateDayTotals(
  client: PoolClient,
  source: string,
  definition: ReportDefinition,
  sent: DayTotals,
): Promise<DayTotals> {
  const { rows } = await client.query<FileSums & { day: Day }>(
    `select day::text as day, count(*)::integer as rows, ${sumsSql(summableColumns(definition))} as sums
     from ${source} as kept group by day`,
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
    `insert into file_total (connection_id, type, day, rows, sums)
     select $1::uuid, $2, day, rows, sums
     from jsonb_to_recordset($3::jsonb) as file (day date, rows bigint, sums jsonb)
     on conflict (connection_id, type, day) do update set rows = excluded.rows, sums = excluded.sums`,
    [connectionId, type, JSON.stringify(byDay)],
  )
}

async function replaceProductDays(
  client: PoolClient,
  scope: readonly string[],
  byDay: DayTotals,
): Promise<void> {
  await client.query(
    'delete from ad_product_day where connection_id = $1 and ad_product = $2 and day between $3 and $4',
    [...scope],
  )
  const sums = rolledUpFigures.map(
    name => `(sums ->> '${name}')::${name === 'cost' || name === 'sales' ? 'numeric' : 'bigint'}`,
  )
  await client.query(
    `insert into ad_product_day (connection_id, ad_product, day, ${rolledUpFigures.join(', ')})
     select $1::uuid, $2, day, ${sums.join(', ')}
     from jsonb_to_recordset($3::jsonb) as file (day date, rows bigint, sums jsonb) where rows > 0`,
    [...scope.slice(0, 2), JSON.stringify(byDay)],
  )
}

/** Campaign facts have the same key, so nothing is aggregated. */
async function replaceCampaignDays(
  client: PoolClient,
  scope: readonly string[],
  source: string,
): Promise<void> {
  await client.query(
    'delete from campaign_day where connection_id = $1 and ad_product = $2 and day between $3 and $4',
    [...scope],
  )
  await client.query(
    `insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
       impressions, clicks, orders, cost, sales)
     select $1::uuid, day, $2, campaign_id, campaign_name, campaign_status,
       impressions, clicks, orders, cost, sales
     from ${source}`,
    scope.slice(0, 2),
  )
}
