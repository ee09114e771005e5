import type { UserId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { SyncSchedule } from './ports.ts'

interface Dependencies {
  readonly syncs: SyncSchedule
  readonly clock: Clock
}

/** S-03 */
export class ResumeSyncs {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Joins the transaction; the sweep starts the syncs after the commit. */
  execute(userId: UserId): Promise<void> {
    const { syncs, clock } = this.#deps
    return syncs.scheduleAllOf(userId, clock.now())
  }
}
