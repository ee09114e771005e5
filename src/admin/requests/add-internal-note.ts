import { randomUUID } from 'node:crypto'
import type { Users } from '../../application/access/ports.ts'
import type { SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { parseComment } from '../../domain/help/comment.ts'
import type {
  FormSubmissionId,
  SupportRequestCommentId,
  SupportRequestId,
  UserId,
} from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'
import { lockUserOfRequest } from './lock-support-request.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId' | 'lock'>
  readonly supportRequests: Pick<SupportRequests, 'byId'>
  readonly comments: SupportRequestComments
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Hidden from the user (S-30). */
export class AddInternalNote {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Idempotent per form.
   * @throws {StaffOnly | SupportRequestNotFound | InvalidComment}
   */
  execute({
    by,
    requestId,
    form,
    text: typed,
  }: {
    readonly by: UserId
    readonly requestId: SupportRequestId
    readonly form: FormSubmissionId
    readonly text: string
  }): Promise<SupportRequestCommentId> {
    const { users, comments, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const text = parseComment(typed)
      await lockUserOfRequest(this.#deps, requestId)
      const sent = await comments.findBySubmission(requestId, form)
      if (sent) return sent
      const id = randomUUID() as SupportRequestCommentId
      const commentedAt = clock.now()
      await comments.insert(
        { id, requestId, kind: 'internal_note', authorId: by, commentedAt, text: text },
        form,
      )
      return id
    })
  }
}
