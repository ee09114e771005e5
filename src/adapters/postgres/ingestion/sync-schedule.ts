import type { EntityManager } from '@mikro-orm/postgresql'
import { SyncSchedule } from '../../../application/ingestion/ports.ts'
import { after } from '../../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { maxClockSkew } from '../../../domain/ingestion/deferral.ts'
import { maxSyncDeferral } from '../../../domain/ingestion/sync-schedule.ts'
import type { Region } from '../../../domain/profile/region.ts'

export class PostgresSyncSchedule extends SyncSchedule {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async schedule(connectionId: ConnectionId, at: Date, isInteractive = false): Promise<void> {
    await this.#em.execute(
      `insert into sync_schedule (connection_id, due_at, is_interactive) values (?, ?, ?)
       on conflict (connection_id) do update set due_at = excluded.due_at, is_interactive = excluded.is_interactive, deferred_until = null`,
      [connectionId, at, isInteractive],
    )
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    await this.#em.execute('delete from sync_schedule where connection_id = ?', [connectionId])
  }

  async scheduleMissing(at: Date): Promise<number> {
    const scheduled = await this.#em.execute<unknown[]>(
      `insert into sync_schedule (connection_id, due_at)
       select id, ? from connection
       where status = 'active' and not exists (select from sync_schedule where connection_id = connection.id)
       on conflict do nothing returning connection_id`,
      [at],
    )
    return scheduled.length
  }

  async scheduleAllOf(userId: UserId, at: Date): Promise<void> {
    await this.#em.execute(
      `insert into sync_schedule (connection_id, due_at, is_interactive)
       select id, ?, true from connection where user_id = ? and status = 'active'
       on conflict (connection_id) do update set due_at = excluded.due_at, is_interactive = true, deferred_until = null`,
      [at, userId],
    )
  }

  async due(now: Date, limit: number, regions: readonly Region[]): Promise<ConnectionId[]> {
    // A deferral that ends later was set by a fast clock.
    const latestDeferral = after(now, maxSyncDeferral + maxClockSkew)
    const mostOverdueFirst = (condition: string) =>
      `(select connection_id, due_at, is_interactive from sync_schedule join connection on connection.id = connection_id
        where ${condition} and due_at <= ? and (deferred_until is null or deferred_until <= ? or deferred_until > ?) and status = 'active' order by due_at limit ?)`
    const rows = await this.#em.execute<{ connection_id: string }[]>(
      `select connection_id from (${mostOverdueFirst('is_interactive')} union all ${mostOverdueFirst('not is_interactive and region = any(?::text[])')}) as due
       order by is_interactive desc, due_at limit ?`,
      [now, now, latestDeferral, limit, `{${regions.join(',')}}`, now, now, latestDeferral, limit, limit],
    )
    return rows.map(row => row.connection_id as ConnectionId)
  }

  async claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ isInteractive: boolean } | null> {
    const [claimed] = await this.#em.execute<{ is_interactive: boolean }[]>(
      `with due as (select connection_id, is_interactive from sync_schedule where connection_id = ? and due_at <= ? for update)
       update sync_schedule set due_at = ?, is_interactive = false, deferred_until = null from due where sync_schedule.connection_id = due.connection_id
       returning due.is_interactive`,
      [connectionId, now, next],
    )
    return claimed ? { isInteractive: claimed.is_interactive } : null
  }

  async defer(
    connectionId: ConnectionId,
    now: Date,
    { interactive, other }: { readonly interactive: Date; readonly other: Date },
  ): Promise<void> {
    await this.#em.execute(
      `update sync_schedule set deferred_until = case when is_interactive then ?::timestamptz else ?::timestamptz end
       where connection_id = ? and due_at <= ?`,
      [interactive, other, connectionId, now],
    )
  }
}
