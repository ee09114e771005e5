import type { Origin } from '../../domain/access/audit.ts'
import type { Role } from '../../domain/access/person.ts'
import {
  administers,
  demandReason,
  OwnRoleKept,
  PersonUnknown,
  RoleStale,
} from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { ChangeRole } from './change-role.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AuditLog, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly changeRole: Pick<ChangeRole, 'run'>
  readonly audit: AuditLog
}

/** By an admin, with a reason (S-43). */
export class GiveRole {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {InvalidReason | AdminsOnly | CannotChangeOwnRole | UserNotFound | RoleConflict} */
  async run(asked: {
    readonly by: PersonId
    readonly personId: PersonId
    /** When the admin decided. */
    readonly shown: Role
    readonly role: Role
    readonly reason: string
    readonly from: Origin
  }): Promise<'changed' | 'unchanged'> {
    const { people, changeRole, audit } = this.#needs
    const { by, personId, shown, role, from } = asked
    const reason = demandReason(asked.reason)
    const outcome = await changeRole.run({
      about: { personId },
      role,
      source: 'console',
      by: { personId: by, reason },
      demand: async before => {
        await demandAdmin(people, by)
        if (by === personId && !administers(role)) throw new OwnRoleKept()
        if (before !== shown) throw new RoleStale()
      },
      alongside: async (before, at) => {
        const change = { before: { role: before }, after: { role } }
        const about = { staffId: by, personId, connectionId: null }
        await audit.append({ ...about, ...change, at, action: 'role_changed', reason, from })
      },
    })
    if (outcome === 'nobody') throw new PersonUnknown()
    return outcome
  }
}
