import { randomUUID } from 'node:crypto'
import { canUseDashboard, DashboardNotForSupport } from '../../domain/access/user.ts'
import { after } from '../../domain/calendar.ts'
import { isErased } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import { supportRequestSubmittedEmail } from '../../domain/email/triggers.ts'
import { initialStatus } from '../../domain/help/status.ts'
import {
  isDashboardPath,
  parseSupportRequest,
  type SupportRequest,
  type SupportRequestContent,
  SupportRequestLimitReached,
  supportRequestLimit,
} from '../../domain/help/support-request.ts'
import type {
  AttemptId,
  ConnectionId,
  FormSubmissionId,
  SupportRequestId,
  UserId,
} from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { isReference } from '../../domain/timeline/reference.ts'
import type { Users } from '../access/index.ts'
import type { Connections, PendingConnections } from '../connection/index.ts'
import type { Outbox } from '../email/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { SupportRequests } from './ports.ts'

interface Dependencies {
  readonly users: Pick<Users, 'lock'>
  readonly connections: Pick<Connections, 'get'>
  readonly pendingConnections: Pick<PendingConnections, 'findByUser'>
  readonly supportRequests: Pick<SupportRequests, 'findBySubmission' | 'insert' | 'countSince'>
  readonly outbox: Pick<Outbox, 'put'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface SubmittedSupportRequest {
  readonly userId: UserId
  readonly form: FormSubmissionId
  readonly about: ConnectionId | null
  readonly text: SupportRequestContent
  readonly page: string
  readonly reference: string
}

/** S-30 */
export class SubmitSupportRequest {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Idempotent per form.
   * @throws {InvalidSupportRequest | SupportRequestLimitReached | ConnectionNotFound | DashboardNotForSupport}
   */
  async execute({
    userId,
    form,
    about,
    text: typed,
    page,
    reference,
  }: SubmittedSupportRequest): Promise<SupportRequestId> {
    const { users, supportRequests, outbox, timeline, unitOfWork, clock } = this.#deps
    const text = parseSupportRequest(typed)
    return unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      if (!canUseDashboard(user.role)) throw new DashboardNotForSupport()
      const sent = await supportRequests.findBySubmission(userId, form)
      if (sent) return sent
      const now = clock.now()
      const recent = await supportRequests.countSince(userId, after(now, -supportRequestLimit.within))
      if (recent >= supportRequestLimit.count) throw new SupportRequestLimitReached()

      const connectionId = about && (await this.#ignoreErased(userId, about))
      const request: SupportRequest = {
        id: randomUUID() as SupportRequestId,
        userId,
        requestedAt: now,
        connectionId,
        text: text,
        page: isDashboardPath(page) ? page : null,
        reference: isReference(reference) ? reference : null,
        status: initialStatus(now),
      }
      await supportRequests.insert(request, form)
      await outbox.put(supportRequestSubmittedEmail(request))
      const attemptId = connectionId ? null : await this.#openAttemptOf(userId, now)
      const subject = { userId, connectionId, attemptId }
      await timeline.append(entry(now, subject, { kind: 'support_request_submitted', requestId: request.id }))
      return request.id
    })
  }

  /** Otherwise nothing would ever erase the request. */
  async #ignoreErased(userId: UserId, id: ConnectionId): Promise<ConnectionId | null> {
    const connection = await this.#deps.connections.get(id, userId)
    return isErased(connection) ? null : id
  }

  async #openAttemptOf(userId: UserId, now: Date): Promise<AttemptId | null> {
    const pending = await this.#deps.pendingConnections.findByUser(userId)
    return pending && !isExpired(pending, now) ? pending.attemptId : null
  }
}
