import type { EntityManager } from '@mikro-orm/postgresql'
import { Syncs } from '../../application/ingestion/ports.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'

export class PostgresSyncs extends Syncs {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async plan(connectionId: ConnectionId, at: Date): Promise<void> {
    await this.#em.execute(
      `insert into sync (connection_id, next_at) values (?, ?)
       on conflict (connection_id) do update set next_at = excluded.next_at`,
      [connectionId, at],
    )
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    await this.#em.execute('delete from sync where connection_id = ?', [connectionId])
  }

  async planMissing(at: Date): Promise<number> {
    const planned = await this.#em.execute<unknown[]>(
      `insert into sync (connection_id, next_at)
       select id, ? from connection
       where status = 'active' and not exists (select from sync where connection_id = connection.id)
       on conflict do nothing returning connection_id`,
      [at],
    )
    return planned.length
  }

  async planAllOf(personId: PersonId, at: Date): Promise<void> {
    await this.#em.execute(
      `insert into sync (connection_id, next_at)
       select id, ? from connection where person_id = ? and status = 'active'
       on conflict (connection_id) do update set next_at = excluded.next_at`,
      [at, personId],
    )
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const rows = await this.#em.execute<{ connection_id: string }[]>(
      `select connection_id from sync join connection on connection.id = connection_id
       where next_at <= ? and status = 'active' order by next_at limit ?`,
      [now, limit],
    )
    return rows.map(row => row.connection_id as ConnectionId)
  }

  async move(connectionId: ConnectionId, now: Date, next: Date): Promise<boolean> {
    const moved = await this.#em.execute<unknown[]>(
      'update sync set next_at = ? where connection_id = ? and next_at <= ? returning connection_id',
      [next, connectionId, now],
    )
    return moved.length > 0
  }
}
