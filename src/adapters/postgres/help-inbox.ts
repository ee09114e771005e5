import type { EntityManager } from '@mikro-orm/postgresql'
import { HelpInbox, type InboxLine, type InboxOrder, type InboxPlace } from '../../application/help/ports.ts'
import type { HelpState } from '../../domain/help/standing.ts'
import { toRequest } from './help-requests.ts'
import { columnsFromJson, type JsonRow } from './json-rows.ts'
import { HelpRequestRow } from './schema.ts'

export class PostgresHelpInbox extends HelpInbox {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  /** Later pages are as fast as the first: all read along the status index. */
  async list(
    which: { readonly state: HelpState; readonly order: InboxOrder; readonly after: InboxPlace | null },
    limit: number,
  ): Promise<InboxLine[]> {
    const { state, order, after } = which
    const [follows, way] = order === 'oldest' ? ['>', 'asc'] : ['<', 'desc']
    const rows = await this.#em.execute<{ request: JsonRow; name: string }[]>(
      `select to_jsonb(help_request) as request, person.name
       from help_request join person on person.id = person_id
       where state = ? ${after ? `and (since, help_request.id) ${follows} (?, ?)` : ''}
       order by since ${way}, help_request.id ${way} limit ?`,
      [state, ...(after ? [after.since, after.id] : []), limit],
    )
    return rows.map(({ request, name }) => ({
      request: toRequest(columnsFromJson(this.#em, HelpRequestRow, request)),
      name,
    }))
  }

  async counts(most: number): Promise<Record<HelpState, number>> {
    const [row] = await this.#em.execute<Record<HelpState, number>[]>(
      `select (select count(*)::int from (select from help_request where state = 'open' limit ?) as few) as open,
         (select count(*)::int from (select from help_request where state = 'waiting' limit ?) as few) as waiting,
         (select count(*)::int from (select from help_request where state = 'solved' limit ?) as few) as solved`,
      [most, most, most],
    )
    if (!row) throw new Error('a select without a table has one row')
    return row
  }
}
