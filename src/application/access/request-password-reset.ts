import { passwordResetLimit } from '../../domain/access/access-link.ts'
import { normaliseEmail } from '../../domain/access/user.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { IssueAccessLink } from './issue-access-link.ts'
import type { AccessEmails, AccessLinks, Users } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly links: AccessLinks
  readonly issueAccessLink: IssueAccessLink
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Milliseconds. Longer than a usual run, so that the response time reveals nothing. */
const minResponseTime = 400

export class RequestPasswordReset {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Has the same result and duration for unknown addresses, disabled accounts and errors. */
  async execute(email: string): Promise<void> {
    const { clock, onError } = this.#deps
    await Promise.all([this.#sendLink(normaliseEmail(email)).catch(onError), clock.sleep(minResponseTime)])
  }

  #sendLink(email: string): Promise<void> {
    const { users, links, issueAccessLink, emails, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const userId = await users.idOf({ email })
      if (!userId) return
      const user = await users.lock(userId)
      if (await users.disabledSince(userId)) return
      const since = after(clock.now(), -passwordResetLimit.within)
      if ((await links.countSince(userId, 'reset', since)) >= passwordResetLimit.count) return
      await emails.sendLink(user, 'reset', await issueAccessLink.make(userId, 'reset'))
    })
  }
}
