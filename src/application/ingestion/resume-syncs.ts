import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Syncs } from './ports.ts'

interface Needs {
  readonly syncs: Syncs
  readonly clock: Clock
}

/** S-03: makes the user's syncs due now; they fill the days missed while syncs were skipped. */
export class ResumeSyncs {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Joins the transaction; the sweep starts the syncs after the commit. */
  run(personId: PersonId): Promise<void> {
    const { syncs, clock } = this.#needs
    return syncs.planAllOf(personId, clock.now())
  }
}
