import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountView, AccountViews, type NamedView } from '../../application/access/ports.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'

export class PostgresAccountViews extends AccountViews {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async note({ personId, viewerId, connectionId, at }: AccountView): Promise<void> {
    await this.#em.execute(
      'insert into account_view (person_id, viewer_id, connection_id, viewed_at) values (?, ?, ?, ?)',
      [personId, viewerId, connectionId, at],
    )
  }

  async latestOf(personId: PersonId, limit: number): Promise<NamedView[]> {
    const rows = await this.#em.execute<
      { viewer_name: string; connection_id: string | null; viewed_at: string }[]
    >(
      `select viewer.name as viewer_name, connection_id, max(viewed_at) as viewed_at
       from account_view join person as viewer on viewer.id = account_view.viewer_id
       where account_view.person_id = ?
       group by viewer.id, connection_id, date_bin('1 hour', viewed_at, 'epoch')
       order by max(viewed_at) desc, max(account_view.id) desc limit ?`,
      [personId, limit],
    )
    return rows.map(row => ({
      viewerName: row.viewer_name,
      connectionId: row.connection_id as ConnectionId | null,
      at: new Date(row.viewed_at),
    }))
  }
}
