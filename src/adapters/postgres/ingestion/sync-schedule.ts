import { SyncSchedule } from '../../../application/ingestion/ports.ts'
import { after } from '../../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { maxClockSkew } from '../../../domain/ingestion/deferral.ts'
import { maxSyncDeferral } from '../../../domain/ingestion/sync-schedule.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { type Sql, type Statement, sql } from '../engine/sql.ts'

export class PostgresSyncSchedule extends SyncSchedule {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async schedule(connectionId: ConnectionId, at: Date, isInteractive = false): Promise<void> {
    await this.#sql.query(
      sql`insert into sync_schedule (connection_id, due_at, is_interactive) values (${connectionId}, ${at}, ${isInteractive})
        on conflict (connection_id) do update set due_at = excluded.due_at, is_interactive = excluded.is_interactive, deferred_until = null`,
    )
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    await this.#sql.query(sql`delete from sync_schedule where connection_id = ${connectionId}`)
  }

  async scheduleMissing(at: Date): Promise<number> {
    const scheduled = await this.#sql.query(
      sql`insert into sync_schedule (connection_id, due_at)
        select id, ${at} from connection
        where status = 'active' and not exists (select from sync_schedule where connection_id = connection.id)
        on conflict do nothing returning connection_id`,
    )
    return scheduled.length
  }

  async scheduleAllOf(userId: UserId, at: Date): Promise<void> {
    await this.#sql.query(
      sql`insert into sync_schedule (connection_id, due_at, is_interactive)
        select id, ${at}, true from connection where user_id = ${userId} and status = 'active'
        on conflict (connection_id) do update set due_at = excluded.due_at, is_interactive = true, deferred_until = null`,
    )
  }

  async due(now: Date, limit: number, regions: readonly Region[]): Promise<ConnectionId[]> {
    // A deferral that ends later was set by a fast clock.
    const latestDeferral = after(now, maxSyncDeferral + maxClockSkew)
    const mostOverdueFirst = (condition: Statement) =>
      sql`(select connection_id, due_at, is_interactive from sync_schedule join connection on connection.id = connection_id
        where ${condition} and due_at <= ${now} and status = 'active'
          and (deferred_until is null or deferred_until <= ${now} or deferred_until > ${latestDeferral})
        order by due_at limit ${limit})`
    const rows = await this.#sql.query<{ id: ConnectionId }>(
      sql`select connection_id as id from (
          ${mostOverdueFirst(sql`is_interactive`)}
          union all ${mostOverdueFirst(sql`not is_interactive and region = any(${regions})`)}) as due
        order by is_interactive desc, due_at limit ${limit}`,
    )
    return rows.map(({ id }) => id)
  }

  async claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ isInteractive: boolean } | null> {
    const [claimed] = await this.#sql.query<{ isInteractive: boolean }>(
      sql`with due as (
          select connection_id, is_interactive from sync_schedule
          where connection_id = ${connectionId} and due_at <= ${now} for update)
        update sync_schedule set due_at = ${next}, is_interactive = false, deferred_until = null
        from due where sync_schedule.connection_id = due.connection_id
        returning due.is_interactive as "isInteractive"`,
    )
    return claimed ?? null
  }

  async defer(
    connectionId: ConnectionId,
    now: Date,
    { interactive, other }: { readonly interactive: Date; readonly other: Date },
  ): Promise<void> {
    await this.#sql.query(
      sql`update sync_schedule
        set deferred_until = case when is_interactive then ${interactive}::timestamptz else ${other}::timestamptz end
        where connection_id = ${connectionId} and due_at <= ${now}`,
    )
  }
}
