import { AdminsOnly, CannotChangeOwnRole, isAdmin, RoleConflict } from '../../domain/access/staff-action.ts'
import type { Role } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import type { ChangeRole } from './change-role.ts'
import { lockUser } from './lock-user.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly changeRole: Pick<ChangeRole, 'execute'>
}

interface ChangeRoleRequest extends VerifiedRequest {
  readonly userId: UserId
  /** As the admin saw it. */
  readonly shown: Role
  readonly role: Role
}

/** S-43 */
export class ChangeRoleAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidReason | AdminsOnly | UserNotFound | CannotChangeOwnRole | RoleConflict}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  execute(request: ChangeRoleRequest): Promise<'changed' | 'unchanged'> {
    const { users, changeRole } = this.#deps
    const { userId, shown, role } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async by => {
      // Again, under the lock: of two admins who demote each other, only one succeeds.
      if (!(await users.lockAdmins()).includes(by.userId)) throw new AdminsOnly()
      await lockUser(users, userId)
      if (by.userId === userId && !isAdmin(role)) throw new CannotChangeOwnRole()
      const { role: before } = await users.lock(userId)
      if (before !== shown) throw new RoleConflict()
      if (before === role) return { result: 'unchanged' }
      await changeRole.execute({ about: { userId }, role, source: 'console', by })
      const change = { before: { role: before }, after: { role } }
      return { result: 'changed', entry: { action: 'role_changed', userId, ...change } }
    })
  }
}
