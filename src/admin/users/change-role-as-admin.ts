import type { AuditLog, Users } from '../../application/access/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import {
  CannotChangeOwnRole,
  isAdmin,
  parseReason,
  RoleConflict,
  UserNotFound,
} from '../../domain/access/staff-action.ts'
import type { Role } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'
import type { ChangeRole } from './change-role.ts'

interface Dependencies {
  readonly users: Users
  readonly changeRole: Pick<ChangeRole, 'execute'>
  readonly audit: AuditLog
}

/** S-43 */
export class ChangeRoleAsAdmin {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidReason | AdminsOnly | CannotChangeOwnRole | UserNotFound | RoleConflict} */
  async execute(request: {
    readonly by: UserId
    readonly userId: UserId
    /** As the admin saw it. */
    readonly shown: Role
    readonly role: Role
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<'changed' | 'unchanged'> {
    const { users, changeRole, audit } = this.#deps
    const { by, userId, shown, role, from } = request
    const reason = parseReason(request.reason)
    const outcome = await changeRole.execute({
      about: { userId },
      role,
      source: 'console',
      by: { userId: by, reason },
      assertAllowed: async before => {
        await requireAdmin(users, by)
        if (by === userId && !isAdmin(role)) throw new CannotChangeOwnRole()
        if (before !== shown) throw new RoleConflict()
      },
      inSameTransaction: async (before, at) => {
        const change = { before: { role: before }, after: { role } }
        const about = { staffId: by, userId, connectionId: null }
        await audit.append({ ...about, ...change, at, action: 'role_changed', reason, from })
      },
    })
    if (outcome === 'user_not_found') throw new UserNotFound()
    return outcome
  }
}
