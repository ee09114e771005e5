import type { EndSessions } from '../../application/access/index.ts'
import type { Sessions } from '../../application/access/ports.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import { lockUser } from './lock-user.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly sessions: Sessions
  readonly endSessions: Pick<EndSessions, 'endAll'>
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
  execute(request: VerifiedRequest & { readonly userId: UserId }): Promise<number> {
    const { users, sessions, endSessions, clock } = this.#deps
    const { userId } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async () => {
      // Concurrent sign-ins need this lock too.
      await lockUser(users, userId)
      const { length: ended } = await sessions.activeByUser(userId, clock.now())
      if (ended === 0) return { result: 0 }
      await endSessions.endAll(userId)
      const change = { before: { signIns: ended }, after: { signIns: 0, ended } }
      return { result: ended, entry: { action: 'sessions_ended', userId, ...change } }
    })
  }
}
