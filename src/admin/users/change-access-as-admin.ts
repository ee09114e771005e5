import { AdminsOnly, CannotDisableOwnAccount } from '../../domain/access/staff-action.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import type { ChangeAccess } from './change-access.ts'
import { lockUser } from './lock-user.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly changeAccess: Pick<ChangeAccess, 'execute'>
}

/** S-43 */
export class ChangeAccessAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidReason | AdminsOnly | UserNotFound | CannotDisableOwnAccount}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  execute(
    request: VerifiedRequest & { readonly userId: UserId; readonly isDisabled: boolean },
  ): Promise<'changed' | 'unchanged'> {
    const { users, changeAccess } = this.#deps
    const { userId, isDisabled } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async by => {
      // Again, under the lock: of two admins who disable each other, only one succeeds.
      if (!(await users.lockAdmins()).includes(by.userId)) throw new AdminsOnly()
      await lockUser(users, userId)
      if (by.userId === userId) throw new CannotDisableOwnAccount()
      const outcome = await changeAccess.execute({ about: { userId }, isDisabled, source: 'console', by })
      if (outcome !== 'changed') return { result: 'unchanged' }
      const action = isDisabled ? 'user_disabled' : 'user_enabled'
      const change = { before: { disabled: !isDisabled }, after: { disabled: isDisabled } }
      return { result: 'changed', entry: { action, userId, ...change } }
    })
  }
}
