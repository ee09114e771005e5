import type { Pool } from 'pg'
import { Erasures } from '../../../application/connection/ports.ts'
import type { ClosedConnection } from '../../../domain/connection/connection.ts'
import { identifyingTerms } from '../../../domain/help/erasure.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { raw, type Sql, sql } from '../engine/sql.ts'

export const figureTables: readonly string[] = [
  ...new Set(reportCatalogue.map(({ table }) => table)),
  'campaign_day',
  'ad_product_day',
  'file_total',
  'table_roll_up',
  'table_roll_up_row',
  'table_roll_up_request',
]

/** Rows per statement: a few tenths of a second. */
const batchSize = 50_000

/** Tables whose rows go with the details; a run takes its reports along. */
const detailTables = [
  'sync_run',
  'reconciliation',
  'table_roll_up_due',
  'sync_schedule',
  'email_message',
  'progress_view',
  'case_summary',
]

export class PostgresErasures extends Erasures {
  readonly #sql: Sql
  readonly #pool: Pool

  constructor(sql: Sql, pool: Pool) {
    super()
    this.#sql = sql
    this.#pool = pool
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const rows = await this.#sql.query<{ id: ConnectionId }>(
      sql`select id from connection
        where status in ('closed', 'erasing') and (erase_at is null or erase_at <= ${now})
        order by erase_at nulls first limit ${limit}`,
    )
    return rows.map(({ id }) => id)
  }

  async eraseDetails(connection: ClosedConnection): Promise<void> {
    const { id } = connection
    for (const table of detailTables)
      await this.#sql.query(sql`delete from ${raw(table)} where connection_id = ${id}`)
    await this.#eraseSupportRequests(connection, await this.#ownNamesOf(connection))
    await this.#sql.query(sql`select erase_timeline_details(${id})`)
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    for (const table of figureTables.map(raw)) {
      const deleteBatch = sql`delete from ${table} where ctid = any(array(
        select ctid from ${table} where connection_id = ${id} limit ${batchSize}))`
      // Another worker may be deleting too, so the deleted count proves nothing.
      const selectRemaining = sql`select 1 from ${table} where connection_id = ${id} limit 1`
      while ((await this.#pool.query(selectRemaining)).rowCount)
        await withFailpoints('figures erased', () => this.#pool.query(deleteBatch))
    }
  }

  /** S-30: {@link isErasedWithConnection} in SQL. Comments and emails about the requests go too. */
  async #eraseSupportRequests({ id, userId }: ClosedConnection, names: readonly string[]): Promise<void> {
    await this.#sql.query(
      sql`with gone as (
          delete from support_request where user_id = ${userId} and (
            connection_id = ${id}
            or position(${id}::text in page) > 0
            or (connection_id is null and exists (
              select from unnest(${names}::text[]) as own(name)
              where position(name in lower(concat_ws(' ', amazon_email, message))) > 0
                or exists (
                  select from support_request_comment
                  where request_id = support_request.id and position(name in lower(support_request_comment.body)) > 0))))
          returning id)
        delete from email_message where user_id = ${userId} and content ->> 'requestId' in (select id::text from gone)`,
    )
  }

  /** The connection's Amazon ids and names in lower case, unless the user's other connections share them. */
  async #ownNamesOf(connection: ClosedConnection): Promise<string[]> {
    const { id, userId } = connection
    const others = await this.#sql.query<{ shared: string[] }>(
      sql`select array_remove(array[profile_id, lower(account_id), lower(account_name),
          lower(amazon_user ->> 'userId'), lower(amazon_user ->> 'name'), lower(amazon_user ->> 'email')], null) as shared
        from connection where user_id = ${userId} and id <> ${id} and profile_id is not null`,
    )
    const shared = new Set(others.flatMap(row => row.shared))
    return identifyingTerms(connection).filter(name => !shared.has(name))
  }
}
