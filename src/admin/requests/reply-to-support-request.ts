import { randomUUID } from 'node:crypto'
import type { Users } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/email/ports.ts'
import type { SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { supportRequestRepliedEmail } from '../../domain/email/triggers.ts'
import { parseComment, type SupportRequestComment } from '../../domain/help/comment.ts'
import { statusAfterReply } from '../../domain/help/status.ts'
import type {
  FormSubmissionId,
  SupportRequestCommentId,
  SupportRequestId,
  UserId,
} from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { requireStaff } from '../require-staff.ts'
import { lockUserOfRequest } from './lock-support-request.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId' | 'lock'>
  readonly supportRequests: Pick<SupportRequests, 'byId' | 'saveStatus'>
  readonly comments: SupportRequestComments
  readonly outbox: Pick<Outbox, 'put'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-30 */
export class ReplyToSupportRequest {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Idempotent per form; one commit.
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
    const { users, supportRequests, comments, outbox, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const text = parseComment(typed)
      const request = await lockUserOfRequest(this.#deps, requestId)
      const sent = await comments.findBySubmission(requestId, form)
      if (sent) return sent
      const now = clock.now()
      const id = randomUUID() as SupportRequestCommentId
      const answer: SupportRequestComment = {
        id,
        requestId,
        kind: 'reply',
        authorId: by,
        commentedAt: now,
        text: text,
      }
      await comments.insert(answer, form)
      await supportRequests.saveStatus(requestId, statusAfterReply(by, now))
      await outbox.put(supportRequestRepliedEmail(request, answer))
      const { userId, connectionId } = request
      await timeline.append(
        entry(now, { userId, connectionId }, { kind: 'support_request_replied', requestId, by }),
      )
      return id
    })
  }
}
