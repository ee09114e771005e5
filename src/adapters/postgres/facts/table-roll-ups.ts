import type { EntityManager } from '@mikro-orm/postgresql'
import type { Pool, PoolClient } from 'pg'
import { TableRollUps } from '../../../application/performance/ports.ts'
import type { Day } from '../../../domain/calendar.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { type FactTable, reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import type { Level } from '../../../domain/performance/level.ts'
import {
  factTableOf,
  levelsFrom,
  type ReportedRows,
  type RollUp,
  reportTypesOf,
} from '../../../domain/performance/roll-up.ts'
import { acquireCancellableClient } from '../engine/cancellable-client.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { toPositionalParameters } from '../engine/prepared-statements.ts'
import { isReadOnly } from '../engine/read-only-transaction.ts'
import { columnsOf, summedRowsSql, tieBreakers } from './table-rows.ts'
import { wastedSpend } from './table-statements.ts'

export class PostgresTableRollUps extends TableRollUps {
  readonly #em: EntityManager
  readonly #pool: Pool

  constructor(em: EntityManager, pool: Pool) {
    super()
    this.#em = em
    this.#pool = pool
  }

  async due(now: Date, limit: number): Promise<{ connectionId: ConnectionId; dueAt: Date }[]> {
    const rows = await this.#em.execute<{ id: string; due_at: Date }[]>(
      'select connection_id as id, due_at from table_roll_up_due where due_at <= ? order by due_at limit ?',
      [now, limit],
    )
    return rows.map(row => ({ connectionId: row.id as ConnectionId, dueAt: new Date(row.due_at) }))
  }

  async reportedRows(connectionId: ConnectionId): Promise<ReportedRows[]> {
    const rows = await this.#em.execute<(Omit<ReportedRows, 'rows'> & { rows: string })[]>(
      'select type, day::text as day, rows from file_total where connection_id = ?',
      [connectionId],
    )
    return rows.map(row => ({ ...row, rows: Number(row.rows) }))
  }

  async request(
    connectionId: ConnectionId,
    { level, days }: RollUp,
    { moreThan, now }: { moreThan: number; now: Date },
  ): Promise<void> {
    if (isReadOnly()) return
    // Writes nothing for few rows, nor within a minute of the same request.
    await this.#em.execute(
      `with asked as (
         insert into table_roll_up_request (connection_id, level, day_from, day_to, requested_at)
         select ?, ?, ?, ?, ? where (
           select sum(rows) from file_total
           where connection_id = ? and type = any(?::text[]) and day between ? and ?) > ?
         on conflict (connection_id, level, day_from, day_to) do update set requested_at = excluded.requested_at
           where table_roll_up_request.requested_at < excluded.requested_at - interval '1 minute'
         returning connection_id, requested_at)
       insert into table_roll_up_due (connection_id, due_at) select connection_id, requested_at from asked
       on conflict (connection_id) do update set due_at = excluded.due_at`,
      [
        ...[connectionId, level, days.from, days.to, now],
        ...[connectionId, `{${reportTypesOf(level).join(',')}}`, days.from, days.to, moreThan],
      ],
    )
  }

  async requested(connectionId: ConnectionId, since: Date, limit: number): Promise<RollUp[]> {
    const rows = await this.#em.execute<{ level: Level; from: Day; to: Day }[]>(
      `select level, day_from::text as from, day_to::text as to from table_roll_up_request
       where connection_id = ? and requested_at > ? order by requested_at desc limit ?`,
      [connectionId, since, limit],
    )
    return rows.map(({ level, from, to }) => ({ level, days: { from, to } }))
  }

  async retainOnly(
    connectionId: ConnectionId,
    wanted: readonly RollUp[],
    requestedBefore: Date,
  ): Promise<void> {
    const retained = wanted.map(({ level, days }) => [level, days.from, days.to])
    const others =
      retained.length > 0 ? `and (level, day_from, day_to) not in (${retained.map(() => '(?, ?, ?)')})` : ''
    await this.#em.execute(`delete from table_roll_up where connection_id = ? ${others}`, [
      connectionId,
      ...retained.flat(),
    ])
    await this.#em.execute(
      `delete from table_roll_up_row where connection_id = ?
         and roll_up_id not in (select id from table_roll_up where connection_id = ?)`,
      [connectionId, connectionId],
    )
    await this.#em.execute(
      'delete from table_roll_up_request where connection_id = ? and requested_at <= ?',
      [connectionId, requestedBefore],
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
    await this.#em.execute(
      `delete from table_roll_up_due where connection_id = ? and date_trunc('milliseconds', due_at) = ?`,
      [connectionId, dueAt],
    )
  }

  async postpone(connectionId: ConnectionId, until: Date): Promise<void> {
    await this.#em.execute('update table_roll_up_due set due_at = ? where connection_id = ?', [
      until,
      connectionId,
    ])
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
  const scope = [connectionId, level, days.from, days.to]
  const { rows: inserted } = await client.query<{ id: string }>(
    `insert into table_roll_up (connection_id, level, day_from, day_to, row_count) select $1, $2, $3, $4, 0
     where exists (select from connection where id = $1 and status in ('active', 'needs_authorisation'))
     on conflict do nothing returning id`,
    scope,
  )
  const [created] = inserted
  if (!created) return false
  const columns = columnsOf(level).join(', ')
  await client.query(
    toPositionalParameters(
      `with written as (
         insert into table_roll_up_row (connection_id, roll_up_id, spend_rank, ${columns})
         select ?::uuid, ?::bigint, row_number() over (order by cost desc, ${tieBreakers(level)}), ${columns}
         from (${summedRowsSql(level)}) as rows
         returning cost, clicks, orders)
       update table_roll_up set (row_count, wasted_spend_count) = (
         select count(*), count(*) filter (where ${wastedSpend.sql}) from written)
       where id = ?`,
    ),
    [connectionId, created.id, connectionId, days.from, days.to, created.id],
  )
  // Closing takes none of these locks, and after an erasure nothing may be written.
  const liveConnection = await client.query(
    `select from connection where id = $1 and status in ('active', 'needs_authorisation') for share`,
    [connectionId],
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
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${facts.connectionId}:${facts.table}:${facts.adProduct}`,
  ])
}

/** Joins the transaction that replaces these days. The next build deletes the rows. */
export async function dropRollUps(
  client: PoolClient,
  connectionId: string,
  table: FactTable,
  days: RollUp['days'],
): Promise<void> {
  await client.query(
    `delete from table_roll_up where connection_id = $1 and level = any($2) and day_from <= $4 and day_to >= $3`,
    [connectionId, levelsFrom(table), days.from, days.to],
  )
}
