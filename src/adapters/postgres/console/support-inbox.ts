import type { EntityManager } from '@mikro-orm/postgresql'
import {
  type InboxCursor,
  type InboxItem,
  type InboxOrder,
  SupportInbox,
} from '../../../application/help/ports.ts'
import type { SupportRequestStatus } from '../../../domain/help/status.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { SupportRequestRow } from './console-rows.ts'
import { toSupportRequest } from './support-requests.ts'

export class PostgresSupportInbox extends SupportInbox {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async list(
    filter: {
      readonly state: SupportRequestStatus
      readonly order: InboxOrder
      readonly after: InboxCursor | null
    },
    limit: number,
  ): Promise<InboxItem[]> {
    const { state, order, after } = filter
    const [comparison, direction] = order === 'oldest' ? ['>', 'asc'] : ['<', 'desc']
    const rows = await this.#em.execute<{ request: JsonRow; name: string }[]>(
      `select to_jsonb(support_request) as request, app_user.name
       from support_request join app_user on app_user.id = user_id
       where state = ? ${after ? `and (since, support_request.id) ${comparison} (?, ?)` : ''}
       order by since ${direction}, support_request.id ${direction} limit ?`,
      [state, ...(after ? [after.since, after.id] : []), limit],
    )
    return rows.map(({ request, name }) => ({
      request: toSupportRequest(columnsFromJson(this.#em, SupportRequestRow, request)),
      name,
    }))
  }

  async counts(max: number): Promise<Record<SupportRequestStatus, number>> {
    const [row] = await this.#em.execute<Record<SupportRequestStatus, number>[]>(
      `select (select count(*)::int from (select from support_request where state = 'open' limit ?) as few) as open,
         (select count(*)::int from (select from support_request where state = 'waiting_on_customer' limit ?) as few) as waiting_on_customer,
         (select count(*)::int from (select from support_request where state = 'solved' limit ?) as few) as solved`,
      [max, max, max],
    )
    if (!row) throw new Error('the query returned no row')
    return row
  }
}
