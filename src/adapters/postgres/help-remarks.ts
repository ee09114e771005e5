import type { EntityManager } from '@mikro-orm/postgresql'
import { SupportRequestComments } from '../../application/help/ports.ts'
import type { HelpComment } from '../../domain/help/comment.ts'
import type { FormSubmissionId, HelpCommentId, SupportRequestId, UserId } from '../../domain/identifiers.ts'
import { type HelpCommentColumns, HelpCommentRow } from './schema.ts'

/** The id breaks ties. */
const inOrder = { commentedAt: 'asc', id: 'asc' } as const

export class PostgresHelpComments extends SupportRequestComments {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async sentWith(requestId: SupportRequestId, form: FormSubmissionId): Promise<HelpCommentId | null> {
    const sent = { requestId, idempotencyKey: form }
    const row = await this.#em.findOne(HelpCommentRow, sent, { fields: ['id'], disableIdentityMap: true })
    return (row?.id ?? null) as HelpCommentId | null
  }

  async keep({ text, ...comment }: HelpComment, form: FormSubmissionId): Promise<void> {
    await this.#em.insert(HelpCommentRow, { ...comment, body: text, idempotencyKey: form })
  }

  async listFor(requestId: SupportRequestId): Promise<HelpComment[]> {
    const rows = await this.#em.find(
      HelpCommentRow,
      { requestId },
      { orderBy: inOrder, disableIdentityMap: true },
    )
    return rows.map(toComment)
  }

  async answersTo(requestIds: readonly SupportRequestId[]): Promise<HelpComment[]> {
    if (requestIds.length === 0) return []
    const rows = await this.#em.find(
      HelpCommentRow,
      { requestId: { $in: [...requestIds] }, kind: 'reply' },
      { orderBy: inOrder, disableIdentityMap: true },
    )
    return rows.map(toComment)
  }
}

const toComment = ({
  id,
  requestId,
  kind,
  authorId,
  commentedAt,
  body,
}: HelpCommentColumns): HelpComment => ({
  id: id as HelpCommentId,
  requestId: requestId as SupportRequestId,
  kind,
  authorId: authorId as UserId,
  commentedAt,
  text: body,
})
