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

/** Creates a user without a password; the invitation link sets it. */
export class AddPerson {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(
    its: Pick<Person, 'email' | 'name' | 'role'>,
    which: {
      /** If it throws, no user is created. */
      readonly demand?: () => Promise<void>
      /** Runs in the same transaction. */
      readonly alongside?: (person: Person, link: Secret, at: Date) => Promise<void>
    } = {},
  ): Promise<{ readonly id: PersonId; readonly link: Secret } | 'known'> {
    const { people, issueLink, changeSubscription, unitOfWork, clock } = this.#needs
    const id = randomUUID() as PersonId
    const added = await unitOfWork.run(async () => {
      await which.demand?.()
      const now = clock.now()
      const person = { ...its, id, email: normaliseEmail(its.email) }
      if (!(await people.admit(person, now))) return 'known' as const
      const link = await issueLink.make(id, 'invitation')
      await which.alongside?.(person, link, now)
      return { id, link }
    })
    // Applies events from before the user existed; on an error the worker retries.
    if (added !== 'known') await changeSubscription.takeUp(50).catch(() => 0)
    return added
  }
}
