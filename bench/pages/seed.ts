import type { Pool } from 'pg'
import { SyncRuns } from '../../src/application/ingestion/ports.ts'
import { BuildTableRollUps } from '../../src/application/performance/build-table-roll-ups.ts'
import { Clock } from '../../src/application/ports.ts'
import { addDays, after, type DayRange, hours, lastWholeDays } from '../../src/domain/calendar.ts'
import type { ActiveConnection } from '../../src/domain/connection/connection.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import type { LoadedReport } from '../../src/domain/ingestion/report.ts'
import type { SyncRunKind } from '../../src/domain/ingestion/sync-run.ts'
import { restatementDays } from '../../src/domain/ingestion/sync-window.ts'
import type { BenchProduct } from '../product.ts'

export interface Size {
  readonly campaigns: number
  readonly adGroups: number
  readonly targets: number
  readonly products: number
  /** Searched for every day. */
  readonly headTerms: number
  /** Other terms; `tailTermsPerDay` of them are searched for each day. */
  readonly tailTerms: number
  readonly tailTermsPerDay: number
}

/** 996,000 facts in 60 days. Six in ten are search terms, half of them occasional. */
export const large: Size = {
  campaigns: 200,
  adGroups: 600,
  targets: 3000,
  products: 2000,
  headTerms: 5000,
  tailTerms: 200_000,
  tailTermsPerDay: 5000,
}
export const small: Size = {
  campaigns: 20,
  adGroups: 40,
  targets: 100,
  products: 50,
  headTerms: 200,
  tailTerms: 4000,
  tailTermsPerDay: 200,
}

export const loadedDays = 60

/**
 * Seeds a connection's facts as its loads would have left them; deterministic for a given number.
 * @returns their count and days.
 */
export async function seedFacts(
  { container, database: { pool } }: BenchProduct,
  { id, profile }: ActiveConnection,
  size: Size,
  number: number,
): Promise<{ facts: number; days: DayRange }> {
  const now = container.get(Clock).now()
  const days = lastWholeDays(loadedDays, profile.timezone, now)
  await saveReports(container.get(SyncRuns), id, days, now)
  let facts = 0
  for (const statement of statementsOf(size, number)) {
    const { rowCount } = await pool.query(statement, [id, days.from])
    facts += rowCount ?? 0
  }
  await pool.query(
    `insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
       impressions, clicks, orders, cost, sales)
     select connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
       impressions, clicks, orders, cost, sales from campaign_fact where connection_id = $1`,
    [id],
  )
  await pool.query(
    `insert into ad_product_day (connection_id, day, ad_product, impressions, clicks, orders, cost, sales)
     select connection_id, day, ad_product, sum(impressions), sum(clicks), sum(orders), sum(cost), sum(sales)
     from campaign_day where connection_id = $1 group by connection_id, day, ad_product`,
    [id],
  )
  await saveFileTotals(pool, id)
  return { facts, days }
}

/** Half of the days come from the initial sync, the rest from daily syncs that reload the last days. */
async function saveReports(
  syncRuns: SyncRuns,
  connectionId: ConnectionId,
  days: DayRange,
  now: Date,
): Promise<void> {
  const save = async (kind: SyncRunKind, range: DayRange, requestedAt: Date) => {
    const syncRunId = crypto.randomUUID() as string as SyncRunId
    const reports = reportCatalogue.map(({ type }): LoadedReport => {
      const id = crypto.randomUUID() as string as ReportId
      const fields = {
        syncRunId,
        connectionId,
        type,
        days: range,
        isInteractive: kind === 'initial',
        requestCount: 1,
        loadedAt: requestedAt,
        rows: 1,
      }
      return { status: 'loaded', id, ...fields }
    })
    await syncRuns.save({ id: syncRunId, connectionId, kind, days: range, requestedAt }, reports)
  }
  const mornings = loadedDays / 2
  const timeOf = (morning: number): Date => after(now, -hours(24 * (mornings - morning)))
  await save('initial', { from: days.from, to: addDays(days.to, -mornings) }, timeOf(0))
  for (let morning = 1; morning <= mornings; morning += 1) {
    const to = addDays(days.to, morning - mornings)
    await save('daily', { from: addDays(to, -restatementDays), to }, timeOf(morning))
  }
}

/** SQL for a deterministic, evenly distributed pseudo-random number. */
const pseudoRandom = (parts: string) => `(hashint8((${parts})::bigint)::bigint & 2147483647)`

function statementsOf(size: Size, number: number): string[] {
  const { campaigns, adGroups, targets, products, headTerms, tailTerms, tailTermsPerDay } = size
  const fromThings = (thing: string) => `from (
    select *, 1 + ${pseudoRandom(`${thing} * 7919 + day * 104729 + ${number}`)} % 4 as clicks from things) as counted`
  const metrics = `clicks * 12, clicks, clicks * 0.73, case when thing % 7 < 3 then clicks else 0 end,
    case when thing % 7 < 3 then clicks * (19.99 + thing % 40) else 0 end, 0, 0, 0`
  const columns = 'impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d'
  const everyDay = (count: number) =>
    `select day, thing from generate_series(0, ${loadedDays - 1}) day, generate_series(1, ${count}) thing`
  const campaign = `(3e14::bigint + thing % ${campaigns})::text, 'Campaign of brand ' || thing % ${campaigns}`
  const adGroup = `${campaign}, (4e14::bigint + thing % ${adGroups})::text, 'Ad group ' || thing % ${adGroups}`
  const target = `${adGroup}, (5e14::bigint + thing % ${targets})::text, 'running shoes ' || thing % ${targets}, 'BROAD'`
  const keyValues = "$1::uuid, 'SP', $2::date + day"
  const insert = (table: string, keys: string, things: string, values: string) =>
    `with things as (${things})
     insert into ${table} (connection_id, ad_product, day, ${keys}, ${columns})
     select ${keyValues}, ${values}, ${metrics} ${fromThings('thing')}`
  const campaignKeys = 'campaign_id, campaign_name'
  const adGroupKeys = `${campaignKeys}, ad_group_id, ad_group_name`
  const targetKeys = `${adGroupKeys}, target_id, targeting, match_type`
  const terms = `${everyDay(headTerms)} union select day, ${headTerms} + ${pseudoRandom('slot * 31 + day * 65537')} % ${tailTerms}
    from generate_series(0, ${loadedDays - 1}) day, generate_series(1, ${tailTermsPerDay}) slot`
  return [
    insert(
      'campaign_fact',
      `${campaignKeys}, campaign_status`,
      everyDay(campaigns),
      `${campaign}, 'ENABLED'`,
    ),
    insert('ad_group_fact', adGroupKeys, everyDay(adGroups), adGroup),
    insert(
      'placement_fact',
      `${campaignKeys}, placement`,
      everyDay(campaigns * 4),
      `${campaign}, 'Placement ' || thing / ${campaigns}`,
    ),
    insert('targeting_fact', targetKeys, everyDay(targets), target),
    insert(
      'advertised_product_fact',
      `${adGroupKeys}, ad_id, asin, sku`,
      everyDay(products),
      `${adGroup}, (6e14::bigint + thing)::text, 'B0' || thing, 'SKU-' || thing`,
    ),
    insert(
      'search_term_fact',
      `${targetKeys}, search_term`,
      terms,
      `${target}, 'words that buyers type ' || thing`,
    ),
  ]
}

/** Sets the row count of each file, which decides whether a roll-up is kept. */
async function saveFileTotals(pool: Pool, connectionId: ConnectionId): Promise<void> {
  for (const { type, table, adProduct } of reportCatalogue)
    await pool.query(
      `insert into file_total (connection_id, type, day, rows, sums)
       select connection_id, $2, day, count(*), '{}' from ${table}
       where connection_id = $1 and ad_product = $3 group by connection_id, day`,
      [connectionId, type, adProduct],
    )
}

/** Builds the roll-ups, as the worker does after each sync run. @returns their count, rows and duration. */
export async function rollUp({ container, database: { pool } }: BenchProduct) {
  const startedAt = performance.now()
  await pool.query(
    'insert into table_roll_up_due (connection_id, due_at) select id, now() from connection on conflict do nothing',
  )
  const buildTableRollUps = container.get(BuildTableRollUps)
  while ((await buildTableRollUps.execute(5, AbortSignal.timeout(3_600_000))) > 0);
  const milliseconds = performance.now() - startedAt
  const { rows } = await pool.query<{ tables: number; rows: number }>(
    'select count(*)::int as tables, coalesce(sum(row_count), 0)::int as rows from table_roll_up',
  )
  return { tables: rows[0]?.tables ?? 0, rows: rows[0]?.rows ?? 0, milliseconds }
}
