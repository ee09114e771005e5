import type { Passkeys } from '../../application/access/index.ts'
import type { SecondFactors } from '../../application/access/ports.ts'
import { CannotRemoveOwnSecondFactor } from '../../domain/access/staff-action.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import { lockUser } from './lock-user.ts'
import type { RemoveSecondFactor } from './remove-second-factor.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly removeSecondFactor: Pick<RemoveSecondFactor, 'execute'>
}

/** S-43 */
export class RemoveSecondFactorAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Without a second factor, no session ends: *End all sessions* does, and is audited.
   * @throws {InvalidReason | AdminsOnly | UserNotFound | CannotRemoveOwnSecondFactor}
   */
  execute(request: VerifiedRequest & { readonly userId: UserId }): Promise<'removed' | 'had_none'> {
    const { users, factors, passkeys, removeSecondFactor } = this.#deps
    const { by, userId } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async () => {
      await lockUser(users, userId)
      if (by === userId) throw new CannotRemoveOwnSecondFactor()
      const before = {
        app: (await factors.of(userId)) !== null,
        passkeys: (await passkeys.of(userId)).length,
      }
      if (!before.app && before.passkeys === 0) return { result: 'had_none' }
      await removeSecondFactor.execute({ userId })
      const change = { before, after: { app: false, passkeys: 0 } }
      return { result: 'removed', entry: { action: 'second_factor_removed', userId, ...change } }
    })
  }
}
