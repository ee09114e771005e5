import { normaliseEmail } from '../../domain/access/person.ts'
import { PersonUnknown } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { demandStaff } from './demand-staff.ts'
import type { AccountViews, People, Subscriber } from './ports.ts'

interface Needs {
  readonly people: People
  readonly views: AccountViews
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Writes the staff access log, which the user sees. */
export class LookAtPerson {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {StaffOnly | UserNotFound} */
  async find({ by, email }: { by: PersonId; email: string }): Promise<PersonId> {
    const { people } = this.#needs
    await demandStaff(people, by)
    const id = await people.idOf({ email: normaliseEmail(email) })
    if (!id) throw new PersonUnknown()
    return id
  }

  /** @throws {StaffOnly | UserNotFound} */
  run({ by, personId }: { by: PersonId; personId: PersonId }): Promise<Subscriber> {
    const { people, views, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await demandStaff(people, by)
      const person = await people.byId(personId)
      if (!person) throw new PersonUnknown()
      if (by !== personId) await views.note({ personId, viewerId: by, connectionId: null, at: clock.now() })
      return { person, subscription: await people.subscriptionOf(personId) }
    })
  }
}
