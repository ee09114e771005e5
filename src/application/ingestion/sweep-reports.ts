import type { Clock } from '../ports.ts'
import type { DueReport, Ingestions } from './ports.ts'

/** Finds the reports that no bell rang for: lost jobs, killed workers, a restart. */
export class SweepReports {
  readonly #needs: { ingestions: Ingestions; clock: Clock }

  constructor(needs: { ingestions: Ingestions; clock: Clock }) {
    this.#needs = needs
  }

  run(limit: number): Promise<readonly DueReport[]> {
    const { ingestions, clock } = this.#needs
    return ingestions.due(clock.now(), limit)
  }
}
