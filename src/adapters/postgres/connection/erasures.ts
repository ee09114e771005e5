import type { EntityManager } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { Erasures } from '../../../application/connection/ports.ts'
import { type ClosedConnection, consentOf } from '../../../domain/connection/connection.ts'
import { identifyingTerms } from '../../../domain/help/erasure.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import { withFailpoints } from '../engine/failpoints.ts'

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

/** Entries with nothing to erase. */
const kindsWithoutDetails = ['closed', 'erasure_requested', 'erasure_started', 'erased', 'details_erased']

export class PostgresErasures extends Erasures {
  readonly #em: EntityManager
  readonly #pool: Pool

  constructor(em: EntityManager, pool: Pool) {
    super()
    this.#em = em
    this.#pool = pool
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const rows = await this.#em.execute<{ id: string }[]>(
      `select id from connection
       where status in ('closed', 'erasing') and (erase_at is null or erase_at <= ?)
       order by erase_at nulls first limit ?`,
      [now, limit],
    )
    return rows.map(({ id }) => id as ConnectionId)
  }

  async eraseDetails(connection: ClosedConnection): Promise<void> {
    const { id, userId } = connection
    await this.#em.execute('delete from sync_run where connection_id = ?', [id])
    await this.#em.execute('delete from reconciliation where connection_id = ?', [id])
    await this.#em.execute('delete from table_roll_up_due where connection_id = ?', [id])
    await this.#em.execute('delete from sync_schedule where connection_id = ?', [id])
    await this.#em.execute('delete from email_message where connection_id = ?', [id])
    await this.#em.execute('delete from progress_view where connection_id = ?', [id])
    await this.#em.execute('delete from case_summary where connection_id = ?', [id])
    const own = await this.#ownOf(connection)
    await this.#eraseSupportRequests(connection, own.names)
    await this.#em.execute(
      `update timeline_entry set event = jsonb_build_object('kind', 'details_erased', 'was', kind)
       where user_id = ? and kind not in (${kindsWithoutDetails.map(() => '?').join(', ')}) and (
         connection_id = ?
         or (connection_id is null and attempt_id in (
           select attempt_id from timeline_entry
           where connection_id = ? and kind in ('connected', 'reopened', 'reauthorised')))
         or exists (
           select from jsonb_array_elements(?::jsonb) as own(word)
           where position(word::text in event::text) > 0))`,
      [userId, ...kindsWithoutDetails, id, id, JSON.stringify(own.ids)],
    )
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    for (const table of figureTables) {
      const deleteBatch = `delete from ${table} where ctid = any(array(
        select ctid from ${table} where connection_id = $1 limit ${batchSize}))`
      // Another worker may be deleting too, so the deleted count proves nothing.
      const selectRemaining = `select 1 from ${table} where connection_id = $1 limit 1`
      while ((await this.#pool.query(selectRemaining, [id])).rowCount)
        await withFailpoints('figures erased', () => this.#pool.query(deleteBatch, [id]))
    }
  }

  /** S-30: {@link isErasedWithConnection} in SQL. Comments and emails about the requests go too. */
  async #eraseSupportRequests({ id, userId }: ClosedConnection, names: readonly string[]): Promise<void> {
    await this.#em.execute(
      `with gone as (
         delete from support_request where user_id = ? and (
           connection_id = ?
           or position(?::text in page) > 0
           or (connection_id is null and exists (
             select from jsonb_array_elements_text(?::jsonb) as own(name)
             where position(name in lower(concat_ws(' ', amazon_email, message))) > 0
               or exists (
                 select from support_request_comment
                 where request_id = support_request.id and position(name in lower(support_request_comment.body)) > 0))))
         returning id)
       delete from email_message where user_id = ? and content ->> 'requestId' in (select id::text from gone)`,
      [userId, id, id, JSON.stringify(names), userId],
    )
  }

  /** The connection's Amazon ids and names, unless the user's other connections share them. */
  async #ownOf(connection: ClosedConnection): Promise<{ ids: string[]; names: string[] }> {
    const { id, userId, profile } = connection
    const others = await this.#em.execute<{ shared: string[] }[]>(
      `select array_remove(array[profile_id, lower(account_id), lower(account_name), amazon_user ->> 'userId',
         lower(amazon_user ->> 'userId'), lower(amazon_user ->> 'name'), lower(amazon_user ->> 'email')], null) as shared
       from connection where user_id = ? and id <> ? and profile_id is not null`,
      [userId, id],
    )
    const shared = new Set(others.flatMap(row => row.shared))
    const isOwn = (word: string) => !shared.has(word)
    const { amazonUser } = consentOf(connection)
    const ids = [profile.id as string, ...(amazonUser ? [amazonUser.userId] : [])]
    return { ids: ids.filter(isOwn), names: identifyingTerms(connection).filter(isOwn) }
  }
}
