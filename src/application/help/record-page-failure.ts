import type { UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'

/** S-40 */
export class RecordPageFailure {
  readonly #deps: { timeline: Timeline; clock: Clock }

  constructor(deps: { timeline: Timeline; clock: Clock }) {
    this.#deps = deps
  }

  /** @param page the route pattern, without parameters. */
  async execute(failed: {
    readonly userId: UserId
    readonly requestId: string
    readonly page: string
  }): Promise<void> {
    const { timeline, clock } = this.#deps
    const { userId, requestId, page } = failed
    await timeline.append(entry(clock.now(), { userId }, { kind: 'page_failed', requestId, page }))
  }
}
