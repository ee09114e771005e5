import { makeLink } from '../../domain/access/access-link.ts'
import type { Origin } from '../../domain/access/audit.ts'
import { usesDashboard } from '../../domain/access/person.ts'
import { demandReason, NothingToConnect, PersonUnknown } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import { demandStaff } from './demand-staff.ts'
import type { IssueLink } from './issue-link.ts'
import type { AccessLinks, AccessMails, AuditLog, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly issueLink: Pick<IssueLink, 'make'>
  readonly mails: AccessMails
  readonly timeline: Timeline
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** By staff, with a reason (S-43). */
export class SendConnectLink {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Replaces the previous link; hidden from the sender.
   * @throws {InvalidReason | StaffOnly | UserNotFound | UserHasNoDashboard}
   */
  run(asked: {
    readonly by: PersonId
    readonly personId: PersonId
    readonly reason: string
    readonly from: Origin
  }): Promise<void> {
    const { people, links, issueLink, mails, timeline, audit, unitOfWork, clock } = this.#needs
    const { by, personId, from } = asked
    return unitOfWork.run(async () => {
      const reason = demandReason(asked.reason)
      await demandStaff(people, by)
      if (!(await people.byId(personId))) throw new PersonUnknown()
      const person = await people.lock(personId)
      if (!usesDashboard(person.role)) throw new NothingToConnect()
      await links.eraseAllOf(personId, 'connect')
      await mails.inviteToConnect(person, await issueLink.make(personId, 'connect'))
      const at = clock.now()
      const happening = { kind: 'connect_link_sent', by: { personId: by, reason } } as const
      await timeline.append(entry(at, { personId }, happening))
      const validUntil = makeLink(personId, 'connect', at).expiresAt.toISOString()
      const about = { staffId: by, personId, connectionId: null, before: null, after: { validUntil } }
      await audit.append({ ...about, at, action: 'connect_link_sent', reason, from })
    })
  }
}
