import type { ReportId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Ingestions } from './ports.ts'

/** Finds the reports that no bell rang for: lost jobs, killed workers, a restart. */
export class SweepReports {
  readonly #needs: { ingestions: Ingestions; clock: Clock }

  constructor(needs: { ingestions: Ingestions; clock: Clock }) {
    this.#needs = needs
  }

  run(limit: number): Promise<readonly ReportId[]> {
    const { ingestions, clock } = this.#needs
    return ingestions.due(clock.now(), limit)
  }
}
