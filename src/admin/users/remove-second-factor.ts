import type { IssueAccessLink, Passkeys } from '../../application/access/index.ts'
import type { AccessEmails, SecondFactors, Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import { isStaff } from '../../domain/access/user.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly passkeys: Passkeys
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Removes the app, the recovery codes and all passkeys. Staff get a link to set up new ones. */
export class RemoveSecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  execute(about: UserReference): Promise<'removed' | 'had_none' | 'user_not_found'> {
    const { users, sessions, factors, passkeys, issueAccessLink, emails, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      const user = await users.lock(userId)
      const hadOne = (await factors.of(userId)) !== null || (await passkeys.of(userId)).length > 0
      await factors.remove(userId)
      await passkeys.removeAllOf(userId)
      // Sessions may be stolen, too.
      await sessions.closeAllOf(userId, clock.now())
      if (!hadOne) return 'had_none'
      await emails.sendNotice(user, { event: 'second_factor_removed' })
      if (isStaff(user.role))
        await emails.sendLink(user, 'enrolment', await issueAccessLink.make(userId, 'enrolment'))
      return 'removed'
    })
  }
}
