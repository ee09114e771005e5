import type { PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'

/** S-40: support finds the user by the reference shown. */
export class TellFailure {
  readonly #needs: { timeline: Timeline; clock: Clock }

  constructor(needs: { timeline: Timeline; clock: Clock }) {
    this.#needs = needs
  }

  /** @param page the route pattern, without parameters. */
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
