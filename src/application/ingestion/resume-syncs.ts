import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Syncs } from './ports.ts'

interface Needs {
  readonly syncs: Syncs
  readonly clock: Clock
}

/** S-03: what was paused goes on at once, and the sync that is due now fills the days that were missed. */
export class ResumeSyncs {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Joins the unit of work: the sweep of what is due finds it after the commit. */
  run(personId: PersonId): Promise<void> {
    const { syncs, clock } = this.#needs
    return syncs.planAllOf(personId, clock.now())
  }
}
