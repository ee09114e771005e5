import type { EndSessions } from '../../application/access/index.ts'
import type { AuditLog, Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { parseReason, UserNotFound } from '../../domain/access/staff-action.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly endSessions: Pick<EndSessions, 'endAll'>
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-43 */
export class SignUserOut {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Not audited if no session ended.
   * @throws {InvalidReason | AdminsOnly | UserNotFound}
   */
  execute(request: {
    readonly by: UserId
    readonly userId: UserId
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<number> {
    const { users, sessions, endSessions, audit, unitOfWork, clock } = this.#deps
    const { by, userId, from } = request
    return unitOfWork.transaction(async () => {
      const reason = parseReason(request.reason)
      await requireAdmin(users, by)
      if (!(await users.byId(userId))) throw new UserNotFound()
      // Concurrent sign-ins need this lock too.
      await users.lock(userId)
      const at = clock.now()
      const { length: ended } = await sessions.activeByUser(userId, at)
      if (ended === 0) return 0
      await endSessions.endAll(userId)
      const about = { staffId: by, userId, connectionId: null }
      const change = { before: { signIns: ended }, after: { signIns: 0, ended } }
      await audit.append({ ...about, ...change, at, action: 'sessions_ended', reason, from })
      return ended
    })
  }
}
