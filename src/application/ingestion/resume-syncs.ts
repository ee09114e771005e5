import type { UserId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { SyncSchedule } from './ports.ts'

interface Dependencies {
  readonly syncSchedule: SyncSchedule
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
    const { syncSchedule, clock } = this.#deps
    return syncSchedule.scheduleAllOf(userId, clock.now())
  }
}
