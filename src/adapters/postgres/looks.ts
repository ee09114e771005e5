import type { EntityManager } from '@mikro-orm/postgresql'
import { Looks } from '../../application/mail/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'

export class PostgresLooks extends Looks {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async note(connectionId: ConnectionId, now: Date, since: Date): Promise<void> {
    // A conflict alone would lock the row and so write to it: whoever looked a moment ago only reads.
    await this.#em.execute(
      `insert into loading_look (connection_id, looked_at)
       select ?, ? where not exists (select from loading_look where connection_id = ? and looked_at > ?)
       on conflict (connection_id) do update set looked_at = greatest(loading_look.looked_at, excluded.looked_at)`,
      [connectionId, now, connectionId, since],
    )
  }
}
