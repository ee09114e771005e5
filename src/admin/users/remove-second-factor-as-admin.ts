import type { AuditLog, Users } from '../../application/access/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { CannotRemoveOwnSecondFactor, parseReason, UserNotFound } from '../../domain/access/staff-action.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'
import type { RemoveSecondFactor } from './remove-second-factor.ts'

interface Dependencies {
  readonly users: Users
  readonly removeSecondFactor: Pick<RemoveSecondFactor, 'execute'>
  readonly audit: AuditLog
}

/** S-43 */
export class RemoveSecondFactorAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidReason | AdminsOnly | CannotRemoveOwnSecondFactor | UserNotFound} */
  async execute(request: {
    readonly by: UserId
    readonly userId: UserId
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<'removed' | 'had_none'> {
    const { users, removeSecondFactor, audit } = this.#deps
    const { by, userId, from } = request
    const reason = parseReason(request.reason)
    const outcome = await removeSecondFactor.execute(
      { userId },
      {
        assertAllowed: async () => {
          await requireAdmin(users, by)
          if (by === userId) throw new CannotRemoveOwnSecondFactor()
        },
        inSameTransaction: async (factor, at) => {
          const before = { secondFactor: factor.confirmedAt ? 'set up' : 'begun' }
          const about = { staffId: by, userId, connectionId: null, before, after: { secondFactor: null } }
          await audit.append({ ...about, at, action: 'second_factor_removed', reason, from })
        },
      },
    )
    if (outcome === 'user_not_found') throw new UserNotFound()
    return outcome
  }
}
