import type { EntityManager } from '@mikro-orm/postgresql'
import { SupportRequestComments } from '../../../application/help/ports.ts'
import type { SupportRequestComment } from '../../../domain/help/comment.ts'
import type {
  FormSubmissionId,
  SupportRequestCommentId,
  SupportRequestId,
  UserId,
} from '../../../domain/identifiers.ts'
import { type SupportRequestCommentColumns, SupportRequestCommentRow } from './console-rows.ts'

const oldestFirst = { commentedAt: 'asc', id: 'asc' } as const

export class PostgresSupportRequestComments extends SupportRequestComments {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async findBySubmission(
    requestId: SupportRequestId,
    form: FormSubmissionId,
  ): Promise<SupportRequestCommentId | null> {
    const submission = { requestId, idempotencyKey: form }
    const row = await this.#em.findOne(SupportRequestCommentRow, submission, {
      fields: ['id'],
      disableIdentityMap: true,
    })
    return (row?.id ?? null) as SupportRequestCommentId | null
  }

  async insert({ text, ...comment }: SupportRequestComment, form: FormSubmissionId): Promise<void> {
    await this.#em.insert(SupportRequestCommentRow, { ...comment, body: text, idempotencyKey: form })
  }

  async listFor(requestId: SupportRequestId): Promise<SupportRequestComment[]> {
    const rows = await this.#em.find(
      SupportRequestCommentRow,
      { requestId },
      { orderBy: oldestFirst, disableIdentityMap: true },
    )
    return rows.map(toComment)
  }

  async answersTo(requestIds: readonly SupportRequestId[]): Promise<SupportRequestComment[]> {
    if (requestIds.length === 0) return []
    const rows = await this.#em.find(
      SupportRequestCommentRow,
      { requestId: { $in: [...requestIds] }, kind: 'reply' },
      { orderBy: oldestFirst, disableIdentityMap: true },
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
}: SupportRequestCommentColumns): SupportRequestComment => ({
  id: id as SupportRequestCommentId,
  requestId: requestId as SupportRequestId,
  kind,
  authorId: authorId as UserId,
  commentedAt,
  text: body,
})
