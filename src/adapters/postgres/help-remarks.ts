import type { EntityManager } from '@mikro-orm/postgresql'
import { HelpRemarks } from '../../application/help/ports.ts'
import type { HelpRemark } from '../../domain/help/remark.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { type HelpRemarkColumns, HelpRemarkRow } from './schema.ts'

/** The id breaks ties. */
const inOrder = { writtenAt: 'asc', id: 'asc' } as const

export class PostgresHelpRemarks extends HelpRemarks {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async sentWith(requestId: HelpRequestId, form: HelpFormId): Promise<HelpRemarkId | null> {
    const sent = { requestId, formId: form }
    const row = await this.#em.findOne(HelpRemarkRow, sent, { fields: ['id'], disableIdentityMap: true })
    return (row?.id ?? null) as HelpRemarkId | null
  }

  async keep(remark: HelpRemark, form: HelpFormId): Promise<void> {
    await this.#em.insert(HelpRemarkRow, { ...remark, formId: form })
  }

  async on(requestId: HelpRequestId): Promise<HelpRemark[]> {
    const rows = await this.#em.find(
      HelpRemarkRow,
      { requestId },
      { orderBy: inOrder, disableIdentityMap: true },
    )
    return rows.map(toRemark)
  }

  async answersTo(requestIds: readonly HelpRequestId[]): Promise<HelpRemark[]> {
    if (requestIds.length === 0) return []
    const rows = await this.#em.find(
      HelpRemarkRow,
      { requestId: { $in: [...requestIds] }, kind: 'answer' },
      { orderBy: inOrder, disableIdentityMap: true },
    )
    return rows.map(toRemark)
  }
}

const toRemark = ({ id, requestId, kind, writtenBy, writtenAt, words }: HelpRemarkColumns): HelpRemark => ({
  id: id as HelpRemarkId,
  requestId: requestId as HelpRequestId,
  kind,
  writtenBy: writtenBy as PersonId,
  writtenAt,
  words,
})
