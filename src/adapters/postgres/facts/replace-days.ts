import { DatabaseError, type PoolClient, type QueryResult } from 'pg'
import { FileUnconfirmed, LeaseLost } from '../../../application/ingestion/report-ports.ts'
import type { DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import {
  type AdProduct,
  allReports,
  legacyCampaigns,
  type ReportDefinition,
  type ReportType,
} from '../../../domain/ingestion/catalogue.ts'
import { decideReplacement, FileTotals } from '../../../domain/ingestion/file-totals.ts'
import { rolledUpFigures } from '../../../domain/ingestion/reconciliation.ts'
import type { CompletedReport } from '../../../domain/ingestion/report.ts'
import { raw, type Statement, sql } from '../engine/sql.ts'
import { type DayTotals, loadedTotals, recalculateDayTotals, replaceFileTotals } from './day-totals.ts'
import { insertMerged, type LoadStatistics } from './merged-rows.ts'
import { ownRows } from './reconciliations.ts'
import { dropRollUps, lockFacts } from './table-roll-ups.ts'

interface StagingTable {
  readonly definition: ReportDefinition
  readonly table: string
  readonly columns: readonly string[]
}

/** The rows that a report replaces. */
interface Scope {
  readonly connectionId: ConnectionId
  readonly adProduct: AdProduct
  readonly days: DayRange
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
  await deleteDays(client, table, scope, ownRows(definition))
  await dropRollUps(client, connectionId, table, days)
  const isLegacy = definition.type === legacyCampaigns.type
  if (definition.type === 'sb_campaigns') await deleteSupersededLegacyRows(client, scope, raw(staging))
  const insertFrom = async (source: Statement): Promise<number> => {
    const inserted = await client.query(
      isLegacy
        ? sql`insert into ${raw(table)} (connection_id, ad_product, is_legacy, ${names})
            select ${connectionId}, ${adProduct}, true, ${names} from ${source} where ${notInV3(scope)}`
        : sql`insert into ${raw(table)} (connection_id, ad_product, ${names})
            select ${connectionId}, ${adProduct}, ${names} from ${source}`,
    )
    return inserted.rowCount ?? 0
  }
  const insertedRows = await insertUnlessKeysCollide(client, () => insertFrom(raw(staging)))
  const { byDay, ...result } =
    insertedRows === null
      ? await insertMerged(client, { definition, table: staging }, insertFrom, file)
      : { rows: insertedRows, duplicates: 0, merged: 0, byDay: file.byDay() }
  const stored = isLegacy ? await legacyTotals(client, scope) : byDay
  requireConfirmed(report, loaded, stored)
  await replaceFileTotals(client, report, stored)
  if (table === 'campaign_fact') await replaceCampaignRollUps(client, scope)
  return result
}

/** V3's rows win: should Amazon add campaigns of the old format to v3, none counts twice. */
async function deleteSupersededLegacyRows(
  client: PoolClient,
  scope: Scope,
  staging: Statement,
): Promise<void> {
  const { rowCount } = await deleteDays(
    client,
    'campaign_fact',
    scope,
    sql`is_legacy and (day, campaign_id) in (select day, campaign_id from ${staging})`,
  )
  if (!rowCount) return
  const report = { connectionId: scope.connectionId, type: legacyCampaigns.type, days: scope.days }
  const known = new Set((await loadedTotals(client, report)).map(({ day }) => day))
  const left = (await legacyTotals(client, scope)).filter(({ day }) => known.has(day))
  await replaceFileTotals(client, report, left)
}

const notInV3 = ({ connectionId, adProduct, days }: Scope): Statement =>
  sql`(day, campaign_id) not in (
    select day, campaign_id from campaign_fact
    where connection_id = ${connectionId} and ad_product = ${adProduct} and day between ${days.from} and ${days.to}
      and not is_legacy)`

/** A file of v2 also has the campaigns of v3. */
const legacyTotals = (client: PoolClient, { connectionId, adProduct, days }: Scope): Promise<DayTotals> =>
  recalculateDayTotals(
    client,
    sql`campaign_fact where connection_id = ${connectionId} and ad_product = ${adProduct} and is_legacy
      and day between ${days.from} and ${days.to}`,
    legacyCampaigns,
    new FileTotals(legacyCampaigns, days).byDay(),
  )

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
  condition = raw('true'),
): Promise<QueryResult> {
  return client.query(
    sql`delete from ${raw(table)}
      where connection_id = ${connectionId} and ad_product = ${adProduct} and day between ${days.from} and ${days.to}
        and ${condition}`,
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

/** Campaign facts have the same key as `campaign_day`, so nothing is aggregated. */
async function replaceCampaignRollUps(client: PoolClient, scope: Scope): Promise<void> {
  const { connectionId, adProduct, days } = scope
  const inScope = sql`connection_id = ${connectionId} and day between ${days.from} and ${days.to}`
  await deleteDays(client, 'campaign_day', scope)
  await client.query(
    sql`insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
        impressions, clicks, orders, cost, sales)
      select connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
        impressions, clicks, orders, cost, sales
      from campaign_fact where ${inScope} and ad_product = ${adProduct}`,
  )
  await deleteDays(client, 'ad_product_day', scope)
  const sums = rolledUpFigures.map(
    name => `sum((sums ->> '${name}')::${name === 'cost' || name === 'sales' ? 'numeric' : 'bigint'})`,
  )
  await client.query(
    sql`insert into ad_product_day (connection_id, ad_product, day, ${raw(rolledUpFigures.join(', '))})
      select connection_id, ${adProduct}, day, ${raw(sums.join(', '))}
      from file_total where ${inScope} and type = any(${campaignReportsOf(adProduct)}) and rows > 0
      group by connection_id, day`,
  )
}

const campaignReportsOf = (adProduct: AdProduct): ReportType[] =>
  allReports
    .filter(report => report.table === 'campaign_fact' && report.adProduct === adProduct)
    .map(({ type }) => type)
