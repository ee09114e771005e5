import type { Passkeys } from '../../application/access/index.ts'
import type { AuditLog, SecondFactors, Users } from '../../application/access/ports.ts'
import type { Clock } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { isStaff, roles, type User } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly factors: Pick<SecondFactors, 'confirmedOf'>
  readonly passkeys: Pick<Passkeys, 'ownersAmong'>
  readonly audit: AuditLog
  readonly clock: Clock
}

export interface StaffMember {
  readonly user: User
  readonly hasSecondFactor: boolean
}

/** S-43 */
export class ListStaff {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Audited (S-46).
   * @throws {AdminsOnly}
   */
  async execute({ by, from }: { by: UserId; from: RequestOrigin }): Promise<readonly StaffMember[]> {
    const { users, factors, passkeys, audit, clock } = this.#deps
    await requireAdmin(users, by)
    const staff = await users.listOf(roles.filter(isStaff))
    const ids = staff.map(({ id }) => id)
    const enrolled = new Set([...(await factors.confirmedOf(ids)), ...(await passkeys.ownersAmong(ids))])
    const about = { staffId: by, userId: null, connectionId: null, reason: '', before: null }
    await audit.append({
      ...about,
      at: clock.now(),
      action: 'staff_listed',
      after: { users: staff.length },
      from,
    })
    return staff.map(user => ({ user, hasSecondFactor: enrolled.has(user.id) }))
  }
}
