import type { Chance, Clock } from '../ports.ts'
import type { DueReport, Ingestions, ReportLoader } from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly loader: Pick<ReportLoader, 'room'>
  readonly clock: Clock
  readonly chance: Chance
}

/** Of so many times as many as are taken they are drawn: workers that all took the first would be in each other's way. */
const spread = 4

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
    const due = await ingestions.due(clock.now(), limit * spread, room)
    return { due: this.#drawn(due, limit), isAll: due.length < Math.min(limit, room.other) }
  }

  /** What somebody waits for comes first, and is not left to chance. */
  #drawn(due: readonly DueReport[], count: number): readonly DueReport[] {
    const { chance } = this.#needs
    const awaited = due.filter(({ isAwaited }) => isAwaited).slice(0, count)
    const others = due.filter(({ isAwaited }) => !isAwaited)
    for (let surplus = awaited.length + others.length - count; surplus > 0; surplus -= 1)
      others.splice(-1 - Math.floor(chance.next() * others.length), 1)
    return [...awaited, ...others]
  }
}
