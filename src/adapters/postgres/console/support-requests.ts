import type { EntityManager } from '@mikro-orm/postgresql'
import { SupportRequests } from '../../../application/help/ports.ts'
import type { StatusChange } from '../../../domain/help/status.ts'
import type { SupportRequest } from '../../../domain/help/support-request.ts'
import type { ConnectionId, FormSubmissionId, SupportRequestId, UserId } from '../../../domain/identifiers.ts'
import { type SupportRequestColumns, SupportRequestRow } from './console-rows.ts'

export class PostgresSupportRequests extends SupportRequests {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async findBySubmission(userId: UserId, form: FormSubmissionId): Promise<SupportRequestId | null> {
    const submission = { userId, idempotencyKey: form }
    const row = await this.#em.findOne(SupportRequestRow, submission, {
      fields: ['id'],
      disableIdentityMap: true,
    })
    return (row?.id ?? null) as SupportRequestId | null
  }

  async insert({ text, status, ...request }: SupportRequest, form: FormSubmissionId): Promise<void> {
    await this.#em.insert(SupportRequestRow, {
      ...request,
      ...text,
      ...toStatusColumns(status),
      idempotencyKey: form,
    })
  }

  countSince(userId: UserId, since: Date): Promise<number> {
    return this.#em.count(SupportRequestRow, { userId, requestedAt: { $gt: since } })
  }

  async latestOf(userId: UserId, limit: number): Promise<SupportRequest[]> {
    const rows = await this.#em.find(
      SupportRequestRow,
      { userId },
      { orderBy: { requestedAt: 'desc', id: 'asc' }, limit, disableIdentityMap: true },
    )
    return rows.map(toSupportRequest)
  }

  async byId(id: SupportRequestId): Promise<SupportRequest | null> {
    const row = await this.#em.findOne(SupportRequestRow, { id }, { disableIdentityMap: true })
    return row && toSupportRequest(row)
  }

  async saveStatus(id: SupportRequestId, status: StatusChange): Promise<void> {
    await this.#em.nativeUpdate(SupportRequestRow, { id }, toStatusColumns(status))
  }
}

const toStatusColumns = ({ state, since, by }: StatusChange) => ({ state, since, statusChangedBy: by })

export const toSupportRequest = (row: SupportRequestColumns): SupportRequest => ({
  id: row.id as SupportRequestId,
  userId: row.userId as UserId,
  requestedAt: row.requestedAt,
  connectionId: row.connectionId as ConnectionId | null,
  text: { message: row.message, amazonEmail: row.amazonEmail, marketplace: row.marketplace },
  page: row.page ?? null,
  reference: row.reference ?? null,
  status: { state: row.state, since: row.since, by: (row.statusChangedBy ?? null) as UserId | null },
})
