import type { EntityManager } from '@mikro-orm/postgresql'
import {
  type InboxCursor,
  type InboxItem,
  type InboxOrder,
  SupportInbox,
} from '../../../application/help/ports.ts'
import type { SupportRequestStatus } from '../../../domain/help/status.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { empty, raw, type Sql, sql } from '../engine/sql.ts'
import { SupportRequestRow } from './console-rows.ts'
import { toSupportRequest } from './support-requests.ts'

export class PostgresSupportInbox extends SupportInbox {
  readonly #em: EntityManager
  readonly #sql: Sql

  constructor(em: EntityManager, sql: Sql) {
    super()
    this.#em = em
    this.#sql = sql
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
    const [comparison, direction] = order === 'oldest' ? [raw('>'), raw('asc')] : [raw('<'), raw('desc')]
    const afterCursor = after
      ? sql`and (since, support_request.id) ${comparison} (${after.since}, ${after.id})`
      : empty
    const rows = await this.#sql.query<{ request: JsonRow; name: string }>(
      sql`select to_jsonb(support_request) as request, app_user.name
        from support_request join app_user on app_user.id = user_id
        where state = ${state} ${afterCursor}
        order by since ${direction}, support_request.id ${direction} limit ${limit}`,
    )
    return rows.map(({ request, name }) => ({
      request: toSupportRequest(columnsFromJson(this.#em, SupportRequestRow, request)),
      name,
    }))
  }

  async counts(max: number): Promise<Record<SupportRequestStatus, number>> {
    const countOf = (state: SupportRequestStatus) =>
      sql`(select count(*)::int from (select from support_request where state = ${state} limit ${max}) as few)`
    const [row] = await this.#sql.query<Record<SupportRequestStatus, number>>(
      sql`select ${countOf('open')} as open, ${countOf('waiting_on_customer')} as waiting_on_customer, ${countOf('solved')} as solved`,
    )
    if (!row) throw new Error('the query returned no row')
    return row
  }
}
