import type { SupportRequestComment } from '../../domain/help/comment.ts'
import type { StatusChange, SupportRequestStatus } from '../../domain/help/status.ts'
import type { SupportRequest } from '../../domain/help/support-request.ts'
import type {
  FormSubmissionId,
  SupportRequestCommentId,
  SupportRequestId,
  UserId,
} from '../../domain/identifiers.ts'

/** S-30 */
export abstract class SupportRequests {
  abstract findBySubmission(userId: UserId, form: FormSubmissionId): Promise<SupportRequestId | null>
  /** Call it under the requesting user's lock, so that a resubmission is detected. */
  abstract insert(request: SupportRequest, form: FormSubmissionId): Promise<void>
  abstract countSince(userId: UserId, since: Date): Promise<number>
  abstract latestOf(userId: UserId, limit: number): Promise<readonly SupportRequest[]>
  abstract byId(id: SupportRequestId): Promise<SupportRequest | null>
  /** Call it under the requesting user's lock. */
  abstract saveStatus(id: SupportRequestId, status: StatusChange): Promise<void>
}

export abstract class SupportRequestComments {
  abstract findBySubmission(
    requestId: SupportRequestId,
    form: FormSubmissionId,
  ): Promise<SupportRequestCommentId | null>
  /** Call it under the requesting user's lock, so that a resubmission is detected. */
  abstract insert(comment: SupportRequestComment, form: FormSubmissionId): Promise<void>
  /** Oldest first. */
  abstract listFor(requestId: SupportRequestId): Promise<readonly SupportRequestComment[]>
  /** Oldest first. */
  abstract answersTo(requestIds: readonly SupportRequestId[]): Promise<readonly SupportRequestComment[]>
}

/** By the last status change. */
export const inboxOrders = ['oldest', 'newest'] as const
export type InboxOrder = (typeof inboxOrders)[number]

export interface InboxCursor {
  readonly since: Date
  readonly id: SupportRequestId
}

export interface InboxItem {
  readonly request: SupportRequest
  readonly name: string
}

export abstract class SupportInbox {
  abstract list(
    filter: {
      readonly state: SupportRequestStatus
      readonly order: InboxOrder
      readonly after: InboxCursor | null
    },
    limit: number,
  ): Promise<readonly InboxItem[]>
  /** Per status, up to `max` each. */
  abstract counts(max: number): Promise<Readonly<Record<SupportRequestStatus, number>>>
}
