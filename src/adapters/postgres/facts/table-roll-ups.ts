import type { Pool, PoolClient } from 'pg'
import { TableRollUps } from '../../../application/performance/ports.ts'
import type { DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { type FactTable, reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import {
  factTableOf,
  levelsFrom,
  type ReportedRows,
  type RollUp,
  reportTypesOf,
} from '../../../domain/performance/roll-up.ts'
import { acquireCancellableClient } from '../engine/cancellable-client.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { isReadOnly } from '../engine/read-only-transaction.ts'
import { bulk, empty, raw, type Sql, sql } from '../engine/sql.ts'
import { parseStoredLevel, storedLevel } from './counted.ts'
import { columnsOf, summedRows, tieBreakers } from './table-rows.ts'
import { wastedSpend } from './table-statements.ts'

export class PostgresTableRollUps extends TableRollUps {
  readonly #sql: Sql
  readonly #pool: Pool

  constructor(sql: Sql, pool: Pool) {
    super()
    this.#sql = sql
    this.#pool = pool
  }

  async due(now: Date, limit: number): Promise<{ connectionId: ConnectionId; dueAt: Date }[]> {
    return this.#sql.query(
      sql`select connection_id as "connectionId", due_at as "dueAt"
        from table_roll_up_due where due_at <= ${now} order by due_at limit ${limit}`,
    )
  }

  async reportedRows(connectionId: ConnectionId): Promise<ReportedRows[]> {
    return this.#sql.query(
      sql`select type, day, rows::int as rows from file_total where connection_id = ${connectionId}`,
    )
  }

  async request(
    connectionId: ConnectionId,
    { level, counting, days }: RollUp,
    { moreThan, now }: { moreThan: number; now: Date },
  ): Promise<void> {
    if (isReadOnly()) return
    // Writes nothing for few rows, nor within a minute of the same request.
    await this.#sql.query(
      sql`with asked as (
          insert into table_roll_up_request (connection_id, level, day_from, day_to, requested_at)
          select ${connectionId}, ${storedLevel({ level, counting })}, ${days.from}, ${days.to}, ${now} where (
            select sum(rows) from file_total
            where connection_id = ${connectionId} and type = any(${reportTypesOf(level)})
              and day between ${days.from} and ${days.to}) > ${moreThan}
          on conflict (connection_id, level, day_from, day_to) do update set requested_at = excluded.requested_at
            where table_roll_up_request.requested_at < excluded.requested_at - interval '1 minute'
          returning connection_id, requested_at)
        insert into table_roll_up_due (connection_id, due_at) select connection_id, requested_at from asked
        on conflict (connection_id) do update set due_at = excluded.due_at`,
    )
  }

  async requested(connectionId: ConnectionId, since: Date, limit: number): Promise<RollUp[]> {
    const rows = await this.#sql.query<DayRange & { level: string }>(
      sql`select level, day_from as from, day_to as to from table_roll_up_request
        where connection_id = ${connectionId} and requested_at > ${since} order by requested_at desc limit ${limit}`,
    )
    return rows.map(({ level, ...days }) => ({ ...parseStoredLevel(level), days }))
  }

  async retainOnly(
    connectionId: ConnectionId,
    wanted: readonly RollUp[],
    requestedBefore: Date,
  ): Promise<void> {
    const retained = wanted.map(rollUp => [storedLevel(rollUp), rollUp.days.from, rollUp.days.to])
    const others = retained.length > 0 ? sql`and (level, day_from, day_to) not in (${bulk(retained)})` : empty
    await this.#sql.query(sql`delete from table_roll_up where connection_id = ${connectionId} ${others}`)
    await this.#sql.query(
      sql`delete from table_roll_up_row where connection_id = ${connectionId}
          and roll_up_id not in (select id from table_roll_up where connection_id = ${connectionId})`,
    )
    await this.#sql.query(
      sql`delete from table_roll_up_request where connection_id = ${connectionId} and requested_at <= ${requestedBefore}`,
    )
  }

  async build(connectionId: ConnectionId, rollUp: RollUp, signal: AbortSignal): Promise<void> {
    const { client, release } = await acquireCancellableClient(this.#pool, signal)
    let isDone = false
    try {
      await client.query('begin')
      if (await buildOn(client, connectionId, rollUp))
        await withFailpoints('table rolled up', () => client.query('commit'))
      else await client.query('rollback')
      isDone = true
    } finally {
      release(isDone)
    }
  }

  async conclude(connectionId: ConnectionId, dueAt: Date): Promise<void> {
    // Stored times can have microseconds; a Date has milliseconds.
    await this.#sql.query(
      sql`delete from table_roll_up_due
        where connection_id = ${connectionId} and date_trunc('milliseconds', due_at) = ${dueAt}`,
    )
  }

  async postpone(connectionId: ConnectionId, until: Date): Promise<void> {
    await this.#sql.query(
      sql`update table_roll_up_due set due_at = ${until} where connection_id = ${connectionId}`,
    )
  }
}

/**
 * Takes the locks of a load, so that no load replaces the days concurrently.
 * @returns false when the transaction must be rolled back.
 */
async function buildOn(client: PoolClient, connectionId: ConnectionId, rollUp: RollUp): Promise<boolean> {
  const { level, days } = rollUp
  const table = factTableOf(level)
  for (const adProduct of adProductsOf(table)) await lockFacts(client, { connectionId, table, adProduct })
  const { rows: inserted } = await client.query<{ id: string }>(
    sql`insert into table_roll_up (connection_id, level, day_from, day_to, row_count)
      select ${connectionId}, ${storedLevel(rollUp)}, ${days.from}, ${days.to}, 0
      where exists (select from connection where id = ${connectionId} and status in ('active', 'needs_authorisation'))
      on conflict do nothing returning id`,
  )
  const [created] = inserted
  if (!created) return false
  const columns = raw(columnsOf(level).join(', '))
  await client.query(
    sql`with written as (
        insert into table_roll_up_row (connection_id, roll_up_id, spend_rank, ${columns})
        select ${connectionId}, ${created.id}, row_number() over (order by cost desc, ${raw(tieBreakers(level))}), ${columns}
        from (${summedRows(connectionId, rollUp)}) as rows
        returning cost, clicks, orders)
      update table_roll_up set (row_count, wasted_spend_count) = (
        select count(*), count(*) filter (where ${wastedSpend}) from written)
      where id = ${created.id}`,
  )
  // Closing takes none of these locks, and after an erasure nothing may be written.
  const liveConnection = await client.query(
    sql`select from connection where id = ${connectionId} and status in ('active', 'needs_authorisation') for share`,
  )
  return liveConnection.rowCount === 1
}

/** Sorted: a fixed lock order prevents deadlocks. */
const adProductsOf = (table: FactTable): string[] =>
  [...new Set(reportCatalogue.filter(each => each.table === table).map(({ adProduct }) => adProduct))].sort()

/** Locks until the transaction ends. */
export async function lockFacts(
  client: PoolClient,
  facts: { readonly connectionId: string; readonly table: FactTable; readonly adProduct: string },
): Promise<void> {
  const { connectionId, table, adProduct } = facts
  await client.query(
    sql`select pg_advisory_xact_lock(hashtextextended(${`${connectionId}:${table}:${adProduct}`}, 0))`,
  )
}

/** Joins the transaction that replaces these days. The next build deletes the rows. */
export async function dropRollUps(
  client: PoolClient,
  connectionId: string,
  table: FactTable,
  days: RollUp['days'],
): Promise<void> {
  const stored = levelsFrom(table).flatMap(level =>
    (['console', 'clicks'] as const).map(counting => storedLevel({ level, counting })),
  )
  await client.query(
    sql`delete from table_roll_up
      where connection_id = ${connectionId} and level = any(${stored})
        and day_from <= ${days.to} and day_to >= ${days.from}`,
  )
}
