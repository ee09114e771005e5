import type { SupportRequestComment } from '../../domain/help/comment.ts'
import type { SupportRequest } from '../../domain/help/support-request.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { SupportRequestComments, SupportRequests } from './ports.ts'

const maxRequests = 20

export interface OwnRequest {
  readonly request: SupportRequest
  readonly answers: readonly SupportRequestComment[]
}

interface Dependencies {
  readonly supportRequests: Pick<SupportRequests, 'latestOf'>
  readonly comments: Pick<SupportRequestComments, 'answersTo'>
}

/** S-30 */
export class ListOwnSupportRequests {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(userId: UserId): Promise<readonly OwnRequest[]> {
    const { supportRequests, comments } = this.#deps
    const requests = await supportRequests.latestOf(userId, maxRequests)
    const answers = await comments.answersTo(requests.map(({ id }) => id))
    return requests.map(request => ({
      request,
      answers: answers.filter(({ requestId }) => requestId === request.id),
    }))
  }
}
