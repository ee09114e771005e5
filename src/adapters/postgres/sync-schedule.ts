import type { EntityManager } from '@mikro-orm/postgresql'
import { SyncSchedule } from '../../application/ingestion/ports.ts'
import { after } from '../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { maxClockSkew } from '../../domain/ingestion/region-rate-limit.ts'
import { maxSyncDeferral } from '../../domain/ingestion/sync-schedule.ts'
import type { Region } from '../../domain/profile/region.ts'

export class PostgresSyncSchedule extends SyncSchedule {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async schedule(connectionId: ConnectionId, at: Date, isInteractive = false): Promise<void> {
    await this.#em.execute(
      `insert into sync (connection_id, next_at, is_awaited) values (?, ?, ?)
       on conflict (connection_id) do update set next_at = excluded.next_at, is_awaited = excluded.is_awaited, not_before = null`,
      [connectionId, at, isInteractive],
    )
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    await this.#em.execute('delete from sync where connection_id = ?', [connectionId])
  }

  async scheduleMissing(at: Date): Promise<number> {
    const planned = await this.#em.execute<unknown[]>(
      `insert into sync (connection_id, next_at)
       select id, ? from connection
       where status = 'active' and not exists (select from sync where connection_id = connection.id)
       on conflict do nothing returning connection_id`,
      [at],
    )
    return planned.length
  }

  async scheduleAllOf(userId: UserId, at: Date): Promise<void> {
    await this.#em.execute(
      `insert into sync (connection_id, next_at, is_awaited)
       select id, ?, true from connection where person_id = ? and status = 'active'
       on conflict (connection_id) do update set next_at = excluded.next_at, is_awaited = true, not_before = null`,
      [at, userId],
    )
  }

  async due(now: Date, limit: number, regions: readonly Region[]): Promise<ConnectionId[]> {
    // No real deferral ends later: a clock that ran ahead set it.
    const beyond = after(now, maxSyncDeferral + maxClockSkew)
    const first = (which: string) =>
      `(select connection_id, next_at, is_awaited from sync join connection on connection.id = connection_id
        where ${which} and next_at <= ? and (not_before is null or not_before <= ? or not_before > ?) and status = 'active' order by next_at limit ?)`
    const rows = await this.#em.execute<{ connection_id: string }[]>(
      `select connection_id from (${first('is_awaited')} union all ${first('not is_awaited and region = any(?::text[])')}) as due
       order by is_awaited desc, next_at limit ?`,
      [now, now, beyond, limit, `{${regions.join(',')}}`, now, now, beyond, limit, limit],
    )
    return rows.map(row => row.connection_id as ConnectionId)
  }

  async claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ isInteractive: boolean } | null> {
    const [moved] = await this.#em.execute<{ is_awaited: boolean }[]>(
      `with due as (select connection_id, is_awaited from sync where connection_id = ? and next_at <= ? for update)
       update sync set next_at = ?, is_awaited = false, not_before = null from due where sync.connection_id = due.connection_id
       returning due.is_awaited`,
      [connectionId, now, next],
    )
    return moved ? { isInteractive: moved.is_awaited } : null
  }

  async defer(
    connectionId: ConnectionId,
    now: Date,
    { interactive, other }: { readonly interactive: Date; readonly other: Date },
  ): Promise<void> {
    await this.#em.execute(
      `update sync set not_before = case when is_awaited then ?::timestamptz else ?::timestamptz end
       where connection_id = ? and next_at <= ?`,
      [interactive, other, connectionId, now],
    )
  }
}
