import { after } from '../../domain/calendar.ts'
import { progressViewInterval } from '../../domain/email/delivery-decision.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { ProgressViews } from './ports.ts'

interface Dependencies {
  readonly progressViews: ProgressViews
  readonly clock: Clock
}

/** S-31 */
export class RecordProgressView {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(connectionId: ConnectionId): Promise<void> {
    const { progressViews, clock } = this.#deps
    const now = clock.now()
    await progressViews.record(connectionId, now, after(now, -progressViewInterval))
  }
}
