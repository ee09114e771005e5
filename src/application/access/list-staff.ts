import type { Origin } from '../../domain/access/audit.ts'
import { isStaff, type Person, roles } from '../../domain/access/person.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AuditLog, People, SecondFactors } from './ports.ts'

interface Needs {
  readonly people: People
  readonly factors: SecondFactors
  readonly audit: AuditLog
  readonly clock: Clock
}

export interface StaffMember {
  readonly person: Person
  readonly hasSecondFactor: boolean
}

/** S-43 */
export class ListStaff {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Sorted by email; audited (S-46). @throws {AdminsOnly} */
  async run({ by, from }: { by: PersonId; from: Origin }): Promise<readonly StaffMember[]> {
    const { people, factors, audit, clock } = this.#needs
    await demandAdmin(people, by)
    const staff = await people.listOf(roles.filter(isStaff))
    const confirmed = await factors.confirmedOf(staff.map(({ id }) => id))
    const about = { staffId: by, personId: null, connectionId: null, reason: '', before: null }
    await audit.append({
      ...about,
      at: clock.now(),
      action: 'staff_listed',
      after: { people: staff.length },
      from,
    })
    return staff.map(person => ({ person, hasSecondFactor: confirmed.has(person.id) }))
  }
}
