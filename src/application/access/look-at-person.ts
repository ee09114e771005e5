import { isStaff, normaliseEmail, type Person } from '../../domain/access/person.ts'
import { PersonUnknown, StaffAlone } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AccountViews, People, Subscriber } from './ports.ts'

interface Needs {
  readonly people: People
  readonly views: AccountViews
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** A member of the staff looks somebody up; whose account it is can see who looked, and when. */
export class LookAtPerson {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {StaffAlone}
   * @throws {PersonUnknown}
   */
  async find({ by, email }: { by: Person; email: string }): Promise<PersonId> {
    if (!isStaff(by.role)) throw new StaffAlone()
    const id = await this.#needs.people.idOf({ email: normaliseEmail(email) })
    if (!id) throw new PersonUnknown()
    return id
  }

  /**
   * @throws {StaffAlone}
   * @throws {PersonUnknown}
   */
  async run({ by, personId }: { by: Person; personId: PersonId }): Promise<Subscriber> {
    const { people, views, unitOfWork, clock } = this.#needs
    if (!isStaff(by.role)) throw new StaffAlone()
    return unitOfWork.run(async () => {
      const person = await people.byId(personId)
      if (!person) throw new PersonUnknown()
      if (by.id !== personId)
        await views.note({ personId, viewerId: by.id, connectionId: null, at: clock.now() })
      return { person, subscription: await people.subscriptionOf(personId) }
    })
  }
}
