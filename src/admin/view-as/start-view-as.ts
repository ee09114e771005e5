import { randomUUID } from 'node:crypto'
import type {
  AuditLog,
  OneTimeCodes,
  SecondFactors,
  Sessions,
  Users,
  ViewAsSessions,
} from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { InvalidCode } from '../../domain/access/second-factor.ts'
import { parseReason, StaffOnly, UserNotFound } from '../../domain/access/staff-action.ts'
import { isStaff } from '../../domain/access/user.ts'
import { assertCanViewAs, startViewAs, type ViewAsSession } from '../../domain/access/view-as-session.ts'
import type { SessionId, UserId, ViewAsSessionId } from '../../domain/identifiers.ts'
import { checkCode } from '../users/check-code.ts'
import type { EndViewAs } from './end-view-as.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly viewAsSessions: ViewAsSessions
  readonly endViewAs: Pick<EndViewAs, 'endBeforeNext'>
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-44 */
export class StartViewAs {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {StaffOnly | UserNotFound | CannotViewAs} */
  async checkAllowed({ by, userId }: { by: UserId; userId: UserId }) {
    const { users } = this.#deps
    const [viewer, user] = await Promise.all([users.byId(by), users.byId(userId)])
    if (!viewer || !isStaff(viewer.role)) throw new StaffOnly()
    if (!user) throw new UserNotFound()
    assertCanViewAs(viewer, user)
    return user
  }

  /**
   * Replaces the running view-as session. Rejects recovery codes (for lost phones).
   * @throws {InvalidReason} before checking the code, which stays usable.
   * @throws {StaffOnly | UserNotFound | CannotViewAs | InvalidCode | SecondFactorLocked}
   */
  async execute(request: {
    readonly by: UserId
    readonly staffSessionId: SessionId
    readonly userId: UserId
    readonly reason: string
    readonly code: string
    readonly from: RequestOrigin
  }): Promise<ViewAsSession> {
    const { users, sessions, factors, viewAsSessions, endViewAs, audit, unitOfWork, clock } = this.#deps
    const { by, staffSessionId, userId, from } = request
    const reason = parseReason(request.reason)
    await this.checkAllowed({ by, userId })
    // Throw after the commit, so that the failed attempt is counted.
    const outcome = await unitOfWork.transaction(async () => {
      const { role } = await users.lock(by)
      const now = clock.now()
      const signIn = await sessions.find(staffSessionId, now)
      if (!isStaff(role) || signIn?.session.kind !== 'staff' || signIn.session.userId !== by)
        return { rejected: new StaffOnly() }
      const factor = await factors.of(by)
      if (!factor?.confirmedAt) return { rejected: new InvalidCode() }
      const codeCheck = await checkCode(this.#deps, factor, { typed: request.code, now })
      if ('rejected' in codeCheck) return codeCheck

      await factors.save(codeCheck.accepted)
      await endViewAs.endBeforeNext(by, from)
      const id = randomUUID() as ViewAsSessionId
      const viewAs = startViewAs({ id, userId, viewerId: by, staffSessionId, reason }, now)
      await viewAsSessions.begin(viewAs)
      await audit.append({
        at: now,
        staffId: by,
        action: 'view_as_started',
        userId,
        connectionId: null,
        reason,
        before: null,
        after: { viewAs: id, endsAt: viewAs.endsAt.toISOString() },
        from,
      })
      return { viewAs }
    })
    if ('rejected' in outcome) throw outcome.rejected
    return outcome.viewAs
  }
}
