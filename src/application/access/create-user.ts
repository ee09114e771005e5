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

type NewUser = Pick<User, 'email' | 'name' | 'role'>

interface AddedUser {
  readonly user: User
  readonly link: Secret
}

/** The invitation link sets the password. */
export class CreateUser {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(newUser: NewUser): Promise<AddedUser | 'email_already_registered'> {
    const added = await this.#deps.unitOfWork.transaction(() => this.add(newUser))
    if (added !== 'email_already_registered') await this.applyEarlierEvents()
    return added
  }

  /** Joins the transaction; call {@link applyEarlierEvents} after the commit. */
  async add(newUser: NewUser): Promise<AddedUser | 'email_already_registered'> {
    const { users, issueAccessLink, clock } = this.#deps
    const user = { ...newUser, id: randomUUID() as UserId, email: normaliseEmail(newUser.email) }
    if (!(await users.insert(user, clock.now()))) return 'email_already_registered'
    return { user, link: await issueAccessLink.make(user.id, 'invitation') }
  }

  /** Applies billing events from before the user existed; on an error the worker retries. */
  async applyEarlierEvents(): Promise<void> {
    await this.#deps.applySubscriptionEvent.applyWaiting(50).catch(() => 0)
  }
}
