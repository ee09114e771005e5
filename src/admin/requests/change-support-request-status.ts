import type { Users } from '../../application/access/ports.ts'
import type { SupportRequests } from '../../application/help/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { changeStatus, type SupportRequestStatus } from '../../domain/help/status.ts'
import type { SupportRequestId, UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { requireStaff } from '../require-staff.ts'
import { lockUserOfRequest } from './lock-support-request.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId' | 'lock'>
  readonly supportRequests: Pick<SupportRequests, 'byId' | 'saveStatus'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-30 */
export class ChangeSupportRequestStatus {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {StaffOnly | SupportRequestNotFound} */
  execute({
    by,
    requestId,
    state,
  }: {
    readonly by: UserId
    readonly requestId: SupportRequestId
    readonly state: SupportRequestStatus
  }): Promise<'changed' | 'unchanged'> {
    const { users, supportRequests, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const { userId, connectionId, status } = await lockUserOfRequest(this.#deps, requestId)
      const now = clock.now()
      const next = changeStatus(status, state, by, now)
      if (!next) return 'unchanged'
      await supportRequests.saveStatus(requestId, next)
      if (state === 'solved') {
        const subject = { userId, connectionId }
        await timeline.append(entry(now, subject, { kind: 'support_request_solved', requestId, by }))
      }
      return 'changed'
    })
  }
}
