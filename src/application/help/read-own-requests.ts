import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpRemark } from '../../domain/help/remark.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { HelpRemarks, HelpRequests } from './ports.ts'

const shown = 20

export interface OwnRequest {
  readonly request: HelpRequest
  /** In the order of writing. */
  readonly answers: readonly HelpRemark[]
}

interface Needs {
  readonly helpRequests: Pick<HelpRequests, 'latestOf'>
  readonly remarks: Pick<HelpRemarks, 'answersTo'>
}

/** Returns the user's own requests with the replies (S-30). */
export class ReadOwnRequests {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Newest first. */
  async run(personId: PersonId): Promise<readonly OwnRequest[]> {
    const { helpRequests, remarks } = this.#needs
    const requests = await helpRequests.latestOf(personId, shown)
    const answers = await remarks.answersTo(requests.map(({ id }) => id))
    return requests.map(request => ({
      request,
      answers: answers.filter(({ requestId }) => requestId === request.id),
    }))
  }
}
