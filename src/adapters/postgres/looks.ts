import type { EntityManager } from '@mikro-orm/postgresql'
import { LRUCache } from 'lru-cache'
import { Looks } from '../../application/mail/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'

export class PostgresLooks extends Looks {
  readonly #em: EntityManager
  /** When each was noted last, by this process: most looks need no question. */
  readonly #noted = new LRUCache<ConnectionId, number>({ max: 10_000 })

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async note(connectionId: ConnectionId, now: Date, since: Date): Promise<void> {
    if ((this.#noted.get(connectionId) ?? Number.NEGATIVE_INFINITY) > since.getTime()) return
    // A conflict alone would lock the row and so write to it: whoever looked a moment ago only reads.
    await this.#em.execute(
      `insert into loading_look (connection_id, looked_at)
       select ?, ? where not exists (select from loading_look where connection_id = ? and looked_at > ?)
       on conflict (connection_id) do update set looked_at = greatest(loading_look.looked_at, excluded.looked_at)`,
      [connectionId, now, connectionId, since],
    )
    this.#noted.set(connectionId, now.getTime())
  }
}
