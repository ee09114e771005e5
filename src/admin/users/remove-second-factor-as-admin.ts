import type { SecondFactors } from '../../application/access/ports.ts'
import { CannotRemoveOwnSecondFactor } from '../../domain/access/staff-action.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { type AuditedDependencies, audited, type StaffRequest } from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import { lockUser } from './lock-user.ts'
import type { RemoveSecondFactor } from './remove-second-factor.ts'

interface Dependencies extends AuditedDependencies {
  readonly factors: Pick<SecondFactors, 'of'>
  readonly removeSecondFactor: Pick<RemoveSecondFactor, 'execute'>
}

/** S-43 */
export class RemoveSecondFactorAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidReason | AdminsOnly | UserNotFound | CannotRemoveOwnSecondFactor} */
  execute(request: StaffRequest & { readonly userId: UserId }): Promise<'removed' | 'had_none'> {
    const { users, factors, removeSecondFactor } = this.#deps
    const { by, userId } = request
    return audited(this.#deps, requireAdmin, request, async () => {
      await lockUser(users, userId)
      if (by === userId) throw new CannotRemoveOwnSecondFactor()
      const factor = await factors.of(userId)
      await removeSecondFactor.execute({ userId })
      if (!factor) return { result: 'had_none' }
      const change = {
        before: { secondFactor: factor.confirmedAt ? 'set up' : 'begun' },
        after: { secondFactor: null },
      }
      return { result: 'removed', entry: { action: 'second_factor_removed', userId, ...change } }
    })
  }
}
