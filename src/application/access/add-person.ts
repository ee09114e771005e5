import { randomUUID } from 'node:crypto'
import { normaliseEmail, type Person } from '../../domain/access/person.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { ChangeSubscription } from './change-subscription.ts'
import type { IssueLink } from './issue-link.ts'
import type { People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly issueLink: IssueLink
  readonly changeSubscription: Pick<ChangeSubscription, 'takeUp'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Somebody begins to exist here, without a password: the invitation lets them choose one. */
export class AddPerson {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(its: Pick<Person, 'email' | 'name' | 'role'>): Promise<{ readonly link: Secret } | 'known'> {
    const { people, issueLink, changeSubscription, unitOfWork, clock } = this.#needs
    const id = randomUUID() as PersonId
    const added = await unitOfWork.run(async () => {
      const person = { ...its, id, email: normaliseEmail(its.email) }
      if (!(await people.admit(person, clock.now()))) return 'known' as const
      return { link: await issueLink.make(id, 'invitation') }
    })
    // What billing said of them before they existed; what fails now is taken up by the worker.
    if (added !== 'known') await changeSubscription.takeUp(50).catch(() => 0)
    return added
  }
}
