import {
  type InboxCursor,
  type InboxOrder,
  SupportInbox,
  SupportRequestComments,
  SupportRequests,
} from '../../../../src/application/help/ports.ts'
import type { SupportRequestComment } from '../../../../src/domain/help/comment.ts'
import {
  type StatusChange,
  type SupportRequestStatus,
  supportRequestStatuses,
} from '../../../../src/domain/help/status.ts'
import type { SupportRequest } from '../../../../src/domain/help/support-request.ts'
import type {
  FormSubmissionId,
  SupportRequestCommentId,
  SupportRequestId,
  UserId,
} from '../../../../src/domain/identifiers.ts'
import type { FakeUsers } from '../access/users.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeSupportRequests extends SupportRequests {
  readonly #rows = new Table<
    SupportRequestId,
    { readonly request: SupportRequest; readonly form: FormSubmissionId }
  >()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#rows)
  }

  async findBySubmission(userId: UserId, form: FormSubmissionId): Promise<SupportRequestId | null> {
    const sent = this.#rows.all().find(row => row.request.userId === userId && row.form === form)
    return sent?.request.id ?? null
  }

  async insert(request: SupportRequest, form: FormSubmissionId): Promise<void> {
    if (await this.findBySubmission(request.userId, form)) throw new Error('the form was sent already')
    this.#rows.set(request.id, { request, form })
  }

  async countSince(userId: UserId, since: Date): Promise<number> {
    return this.#of(userId).filter(({ requestedAt }) => requestedAt > since).length
  }

  async latestOf(userId: UserId, limit: number): Promise<SupportRequest[]> {
    return this.#of(userId)
      .sort((one, other) => other.requestedAt.getTime() - one.requestedAt.getTime())
      .slice(0, limit)
  }

  async byId(id: SupportRequestId): Promise<SupportRequest | null> {
    return this.#rows.get(id)?.request ?? null
  }

  async saveStatus(id: SupportRequestId, status: StatusChange): Promise<void> {
    const row = this.#rows.get(id)
    if (row) this.#rows.set(id, { ...row, request: { ...row.request, status } })
  }

  forgetAll(): void {
    for (const { id } of this.all) this.#rows.delete(id)
  }

  get all(): SupportRequest[] {
    return this.#rows.all().map(({ request }) => request)
  }

  #of(userId: UserId): SupportRequest[] {
    return this.all.filter(request => request.userId === userId)
  }
}

export class FakeSupportRequestComments extends SupportRequestComments {
  readonly #rows = new Table<
    SupportRequestCommentId,
    { readonly comment: SupportRequestComment; readonly form: FormSubmissionId }
  >()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#rows)
  }

  async findBySubmission(
    requestId: SupportRequestId,
    form: FormSubmissionId,
  ): Promise<SupportRequestCommentId | null> {
    const sent = this.#rows.all().find(row => row.comment.requestId === requestId && row.form === form)
    return sent?.comment.id ?? null
  }

  async insert(comment: SupportRequestComment, form: FormSubmissionId): Promise<void> {
    if (await this.findBySubmission(comment.requestId, form)) throw new Error('the form was sent already')
    this.#rows.set(comment.id, { comment, form })
  }

  async listFor(requestId: SupportRequestId): Promise<SupportRequestComment[]> {
    return this.#inOrder().filter(comment => comment.requestId === requestId)
  }

  async answersTo(requestIds: readonly SupportRequestId[]): Promise<SupportRequestComment[]> {
    return this.#inOrder().filter(({ requestId, kind }) => requestIds.includes(requestId) && kind === 'reply')
  }

  #inOrder(): SupportRequestComment[] {
    const comments = this.#rows.all().map(({ comment }) => comment)
    return comments.sort((one, other) => one.commentedAt.getTime() - other.commentedAt.getTime())
  }
}

export class FakeSupportInbox extends SupportInbox {
  readonly #requests: FakeSupportRequests
  readonly #users: FakeUsers

  constructor(requests: FakeSupportRequests, users: FakeUsers) {
    super()
    this.#requests = requests
    this.#users = users
  }

  async list(
    filter: {
      readonly state: SupportRequestStatus
      readonly order: InboxOrder
      readonly after: InboxCursor | null
    },
    limit: number,
  ) {
    const { state, order, after } = filter
    const direction = order === 'oldest' ? 1 : -1
    const compare = (one: InboxCursor, other: InboxCursor) =>
      direction * (one.since.getTime() - other.since.getTime() || (one.id < other.id ? -1 : 1))
    const cursorOf = ({ id, status }: SupportRequest): InboxCursor => ({ id, since: status.since })
    return this.#requests.all
      .filter(request => request.status.state === state)
      .sort((one, other) => compare(cursorOf(one), cursorOf(other)))
      .filter(request => !after || (request.id !== after.id && compare(cursorOf(request), after) > 0))
      .slice(0, limit)
      .map(request => ({ request, name: this.#users.find(request.userId)?.name ?? '' }))
  }

  async counts(max: number): Promise<Record<SupportRequestStatus, number>> {
    const count = (state: SupportRequestStatus) =>
      Math.min(max, this.#requests.all.filter(({ status }) => status.state === state).length)
    return Object.fromEntries(supportRequestStatuses.map(state => [state, count(state)])) as Record<
      SupportRequestStatus,
      number
    >
  }
}
