import { isStaff, type Person, roles } from '../../domain/access/person.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandAdmin } from './demand-staff.ts'
import type { People, SecondFactors } from './ports.ts'

interface Needs {
  readonly people: People
  readonly factors: SecondFactors
}

export interface StaffMember {
  readonly person: Person
  /** Set up, and confirmed with a code. */
  readonly hasSecondFactor: boolean
}

/** Who enters the console, for the admins (S-43). */
export class ListStaff {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * By their address.
   * @throws {AdminsAlone}
   */
  async run({ by }: { by: PersonId }): Promise<readonly StaffMember[]> {
    const { people, factors } = this.#needs
    await demandAdmin(people, by)
    const staff = await people.listOf(roles.filter(isStaff))
    const confirmed = await factors.confirmedOf(staff.map(({ id }) => id))
    return staff.map(person => ({ person, hasSecondFactor: confirmed.has(person.id) }))
  }
}
