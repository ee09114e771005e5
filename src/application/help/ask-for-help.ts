import { randomUUID } from 'node:crypto'
import { DashboardNotForStaff, usesDashboard } from '../../domain/access/person.ts'
import { after } from '../../domain/calendar.ts'
import { isErased } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import {
  demandHelpWords,
  HelpAskedTooOften,
  type HelpRequest,
  type HelpWords,
  helpAllowed,
  isDashboardPath,
} from '../../domain/help/help-request.ts'
import { asAsked } from '../../domain/help/standing.ts'
import type {
  AttemptId,
  ConnectionId,
  HelpFormId,
  HelpRequestId,
  PersonId,
} from '../../domain/identifiers.ts'
import { helpRequestedMail } from '../../domain/mail/occasions.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { isReference } from '../../domain/timeline/reference.ts'
import type { People } from '../access/index.ts'
import type { Connections, PendingConnections } from '../connection/index.ts'
import type { Outbox } from '../mail/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'lock'>
  readonly connections: Pick<Connections, 'get'>
  readonly pendings: Pick<PendingConnections, 'of'>
  readonly helpRequests: Pick<HelpRequests, 'sentWith' | 'keep' | 'countSince'>
  readonly outbox: Pick<Outbox, 'put'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface AskedHelp {
  readonly personId: PersonId
  readonly form: HelpFormId
  readonly about: ConnectionId | null
  readonly words: HelpWords
  /** Stored only if they are ours. */
  readonly page: string
  readonly reference: string
}

/** Submits a request and notifies support (S-30). */
export class AskForHelp {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * A repeated form returns the first request.
   * @throws {InvalidSupportRequest | SupportRequestLimitReached | ConnectionNotFound}
   * @throws {DashboardNotForStaff} for a user who has lost the seller pages since.
   */
  async run({ personId, form, about, words: typed, page, reference }: AskedHelp): Promise<HelpRequestId> {
    const { people, helpRequests, outbox, timeline, unitOfWork, clock } = this.#needs
    const words = demandHelpWords(typed)
    return unitOfWork.run(async () => {
      const person = await people.lock(personId)
      if (!usesDashboard(person.role)) throw new DashboardNotForStaff()
      const sent = await helpRequests.sentWith(personId, form)
      if (sent) return sent
      const now = clock.now()
      const recent = await helpRequests.countSince(personId, after(now, -helpAllowed.within))
      if (recent >= helpAllowed.count) throw new HelpAskedTooOften()

      const connectionId = about && (await this.#keptOf(personId, about))
      const request: HelpRequest = {
        id: randomUUID() as HelpRequestId,
        personId,
        askedAt: now,
        connectionId,
        words,
        page: isDashboardPath(page) ? page : null,
        reference: isReference(reference) ? reference : null,
        standing: asAsked(now),
      }
      await helpRequests.keep(request, form)
      await outbox.put(helpRequestedMail(request))
      const attemptId = connectionId ? null : await this.#openAttemptOf(personId, now)
      const story = { personId, connectionId, attemptId }
      await timeline.append(entry(now, story, { kind: 'help_asked', requestId: request.id }))
      return request.id
    })
  }

  /** It would not be erased with an erased connection. */
  async #keptOf(personId: PersonId, id: ConnectionId): Promise<ConnectionId | null> {
    const connection = await this.#needs.connections.get(id, personId)
    return isErased(connection) ? null : id
  }

  async #openAttemptOf(personId: PersonId, now: Date): Promise<AttemptId | null> {
    const pending = await this.#needs.pendings.of(personId)
    return pending && !isExpired(pending, now) ? pending.attemptId : null
  }
}
