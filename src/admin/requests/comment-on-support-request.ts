import { randomUUID } from 'node:crypto'
import type { Users } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/email/ports.ts'
import type { SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { supportRequestRepliedEmail } from '../../domain/email/triggers.ts'
import { parseComment, type SupportRequestComment } from '../../domain/help/comment.ts'
import { statusAfterReply } from '../../domain/help/status.ts'
import type { SupportRequest } from '../../domain/help/support-request.ts'
import type { FormSubmissionId, SupportRequestCommentId } from '../../domain/identifiers.ts'
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

interface NewComment extends Pick<SupportRequestComment, 'requestId' | 'kind' | 'text'> {
  readonly by: SupportRequestComment['authorId']
  readonly form: FormSubmissionId
}

/** Only a reply reaches the user (S-30). */
export class CommentOnSupportRequest {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Idempotent per form; one commit.
   * @throws {StaffOnly | SupportRequestNotFound | InvalidComment}
   */
  execute({ by, requestId, form, kind, text: typed }: NewComment): Promise<SupportRequestCommentId> {
    const { users, comments, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const text = parseComment(typed)
      const request = await lockUserOfRequest(this.#deps, requestId)
      const sent = await comments.findBySubmission(requestId, form)
      if (sent) return sent
      const id = randomUUID() as SupportRequestCommentId
      const comment = { id, requestId, kind, authorId: by, commentedAt: clock.now(), text }
      await comments.insert(comment, form)
      if (kind === 'reply') await this.#sendReply(request, comment)
      return id
    })
  }

  async #sendReply(request: SupportRequest, reply: SupportRequestComment): Promise<void> {
    const { supportRequests, outbox, timeline } = this.#deps
    const { id: requestId, userId, connectionId } = request
    const { authorId: by, commentedAt } = reply
    await supportRequests.saveStatus(requestId, statusAfterReply(by, commentedAt))
    await outbox.put(supportRequestRepliedEmail(request, reply))
    const event = { kind: 'support_request_replied', requestId, by } as const
    await timeline.append(entry(commentedAt, { userId, connectionId }, event))
  }
}
