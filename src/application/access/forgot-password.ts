import { resetsAllowed } from '../../domain/access/access-link.ts'
import { normaliseEmail } from '../../domain/access/person.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { IssueLink } from './issue-link.ts'
import type { AccessLinks, AccessMails, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly issueLink: IssueLink
  readonly mails: AccessMails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Milliseconds; longer than any usual run, so that the response time reveals nothing. */
const answerAfter = 400

export class ForgotPassword {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Ends alike, and as late, whether or not the address exists or the email was queued. */
  async run(email: string): Promise<void> {
    const { clock, onError } = this.#needs
    await Promise.all([this.#mail(normaliseEmail(email)).catch(onError), clock.sleep(answerAfter)])
  }

  #mail(email: string): Promise<void> {
    const { people, links, issueLink, mails, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const personId = await people.idOf({ email })
      if (!personId) return
      const person = await people.lock(personId)
      const since = after(clock.now(), -resetsAllowed.within)
      if ((await links.countSince(personId, 'reset', since)) >= resetsAllowed.count) return
      await mails.resetPassword(person, await issueLink.make(personId, 'reset'))
    })
  }
}
