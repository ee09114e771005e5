import type { Clock } from '../ports.ts'
import type { DueReport, Ingestions, ReportLoader } from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly loader: Pick<ReportLoader, 'room'>
  readonly clock: Clock
}

export interface Sweep {
  readonly due: readonly DueReport[]
  /** Otherwise there may be more: beyond as many as were asked for, or among those that wait for a free load. */
  readonly isAll: boolean
}

/** Finds the reports that no bell rang for: lost jobs, killed workers, a restart. */
export class SweepReports {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Of those that only wait for a free load as many as there are: a sweep that is full of them would find no other. */
  async run(limit: number): Promise<Sweep> {
    const { ingestions, loader, clock } = this.#needs
    const room = loader.room()
    const due = await ingestions.due(clock.now(), limit, room)
    return { due, isAll: due.length < Math.min(limit, room.other) }
  }
}
