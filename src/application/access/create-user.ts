import { randomUUID } from 'node:crypto'
import { normaliseEmail, type User } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { ApplySubscriptionEvent } from './apply-subscription-event.ts'
import type { IssueAccessLink } from './issue-access-link.ts'
import type { Users } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly issueAccessLink: IssueAccessLink
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'applyWaiting'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** The invitation link sets the password. */
export class CreateUser {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(
    newUser: Pick<User, 'email' | 'name' | 'role'>,
    hooks: {
      /** If it throws, no user is created. */
      readonly assertAllowed?: () => Promise<void>
      readonly inSameTransaction?: (user: User, link: Secret, at: Date) => Promise<void>
    } = {},
  ): Promise<{ readonly id: UserId; readonly link: Secret } | 'email_already_registered'> {
    const { users, issueAccessLink, applySubscriptionEvent, unitOfWork, clock } = this.#deps
    const id = randomUUID() as UserId
    const added = await unitOfWork.transaction(async () => {
      await hooks.assertAllowed?.()
      const now = clock.now()
      const user = { ...newUser, id, email: normaliseEmail(newUser.email) }
      if (!(await users.insert(user, now))) return 'email_already_registered' as const
      const link = await issueAccessLink.make(id, 'invitation')
      await hooks.inSameTransaction?.(user, link, now)
      return { id, link }
    })
    // Events from before the user existed; on an error the worker retries.
    if (added !== 'email_already_registered') await applySubscriptionEvent.applyWaiting(50).catch(() => 0)
    return added
  }
}
