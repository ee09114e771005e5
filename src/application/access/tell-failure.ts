import type { PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'

/** A page failed on our side: support finds whose it was by the reference that the page told (S-40). */
export class TellFailure {
  readonly #needs: { timeline: Timeline; clock: Clock }

  constructor(needs: { timeline: Timeline; clock: Clock }) {
    this.#needs = needs
  }

  /** @param page the route, and nothing of what was asked for. */
  async run(failed: {
    readonly personId: PersonId
    readonly requestId: string
    readonly page: string
  }): Promise<void> {
    const { timeline, clock } = this.#needs
    const { personId, requestId, page } = failed
    await timeline.append(entry(clock.now(), { personId }, { kind: 'page_failed', requestId, page }))
  }
}
