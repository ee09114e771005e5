import { randomUUID } from 'node:crypto'
import { demandRemark, type HelpRemark } from '../../domain/help/remark.ts'
import { asAnswered } from '../../domain/help/standing.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { helpAnsweredMail } from '../../domain/mail/occasions.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { Outbox } from '../mail/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import { holdRequest } from './hold-request.ts'
import type { HelpRemarks, HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'byId' | 'lock'>
  readonly helpRequests: Pick<HelpRequests, 'byId' | 'put'>
  readonly remarks: HelpRemarks
  readonly outbox: Pick<Outbox, 'put'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** The request then waits for the customer (S-30). */
export class AnswerHelpRequest {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Commits reply, email and status together; a repeated form returns the first reply.
   * @throws {StaffOnly | SupportRequestNotFound | InvalidComment}
   */
  run({
    by,
    requestId,
    form,
    words: typed,
  }: {
    readonly by: PersonId
    readonly requestId: HelpRequestId
    readonly form: HelpFormId
    readonly words: string
  }): Promise<HelpRemarkId> {
    const { people, helpRequests, remarks, outbox, timeline, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await demandStaff(people, by)
      const words = demandRemark(typed)
      const request = await holdRequest(this.#needs, requestId)
      const sent = await remarks.sentWith(requestId, form)
      if (sent) return sent
      const now = clock.now()
      const id = randomUUID() as HelpRemarkId
      const answer: HelpRemark = { id, requestId, kind: 'answer', writtenBy: by, writtenAt: now, words }
      await remarks.keep(answer, form)
      await helpRequests.put(requestId, asAnswered(by, now))
      await outbox.put(helpAnsweredMail(request, answer))
      const { personId, connectionId } = request
      await timeline.append(entry(now, { personId, connectionId }, { kind: 'help_answered', requestId, by }))
      return id
    })
  }
}
