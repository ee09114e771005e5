import { type HelpState, putInto } from '../../domain/help/standing.ts'
import type { HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import { holdRequest } from './hold-request.ts'
import type { HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'byId' | 'lock'>
  readonly helpRequests: Pick<HelpRequests, 'byId' | 'put'>
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Changes the status of a support request (S-30). */
export class PutHelpRequest {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {StaffOnly | SupportRequestNotFound} */
  run({
    by,
    requestId,
    state,
  }: {
    readonly by: PersonId
    readonly requestId: HelpRequestId
    readonly state: HelpState
  }): Promise<'changed' | 'unchanged'> {
    const { people, helpRequests, timeline, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await demandStaff(people, by)
      const { personId, connectionId, standing } = await holdRequest(this.#needs, requestId)
      const now = clock.now()
      const next = putInto(standing, state, by, now)
      if (!next) return 'unchanged'
      await helpRequests.put(requestId, next)
      if (state === 'solved') {
        const story = { personId, connectionId }
        await timeline.append(entry(now, story, { kind: 'help_solved', requestId, by }))
      }
      return 'changed'
    })
  }
}
