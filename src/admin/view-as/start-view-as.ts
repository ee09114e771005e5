import { randomUUID } from 'node:crypto'
import type { VerifyIdentity } from '../../application/access/index.ts'
import type { AuditLog, Sessions, Users, ViewAsSessions } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { VerificationRequired } from '../../domain/access/session.ts'
import { parseReason, StaffOnly, UserNotFound } from '../../domain/access/staff-action.ts'
import { isStaff } from '../../domain/access/user.ts'
import { assertCanViewAs, startViewAs, type ViewAsSession } from '../../domain/access/view-as-session.ts'
import type { UserId, ViewAsSessionId } from '../../domain/identifiers.ts'
import type { Verification } from '../audited.ts'
import type { EndViewAs } from './end-view-as.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly verifyIdentity: Pick<VerifyIdentity, 'execute'>
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
   * Replaces the running view-as session.
   * @throws {InvalidReason} before the answer is checked: a code works only once.
   * @throws {StaffOnly | UserNotFound | CannotViewAs}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  async execute(request: {
    readonly by: UserId
    readonly verification: Verification
    readonly userId: UserId
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<ViewAsSession> {
    const { users, sessions, verifyIdentity, viewAsSessions, endViewAs, audit, unitOfWork, clock } =
      this.#deps
    const { by, userId, from } = request
    const { sessionId: staffSessionId, answer } = request.verification
    const reason = parseReason(request.reason)
    await this.checkAllowed({ by, userId })
    // Stricter than other actions: the last five minutes don't count.
    if (!answer) throw new VerificationRequired()
    await verifyIdentity.execute({ id: staffSessionId, userId: by }, answer)
    return unitOfWork.transaction(async () => {
      const { role } = await users.lock(by)
      const now = clock.now()
      const signIn = await sessions.find(staffSessionId, now)
      if (!isStaff(role) || signIn?.session.kind !== 'staff') throw new StaffOnly()
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
      return viewAs
    })
  }
}
