import type { Chance, Clock } from '../ports.ts'
import type { DueReport, Ingestions, ReportLoader } from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly loader: Pick<ReportLoader, 'room'>
  readonly clock: Clock
  readonly chance: Chance
}

/** Times the limit, to pick from at random: workers that took the same reports would compete for leases. */
const spread = 4

export interface Sweep {
  readonly due: readonly DueReport[]
  /** False when more may be due, beyond the limit or waiting for a load slot. */
  readonly isAll: boolean
}

/** Finds reports that no job announced: lost jobs, killed workers, a restart. */
export class SweepReports {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** No more reports waiting for a load than free slots, so that they don't crowd out others. */
  async run(limit: number): Promise<Sweep> {
    const { ingestions, loader, clock } = this.#needs
    const room = loader.room()
    const due = await ingestions.due(clock.now(), limit * spread, room)
    return { due: this.#drawn(due, limit), isAll: due.length < Math.min(limit, room.other) }
  }

  /** Interactive reports first, never left out at random. */
  #drawn(due: readonly DueReport[], count: number): readonly DueReport[] {
    const { chance } = this.#needs
    const awaited = due.filter(({ isAwaited }) => isAwaited).slice(0, count)
    const others = due.filter(({ isAwaited }) => !isAwaited)
    for (let surplus = awaited.length + others.length - count; surplus > 0; surplus -= 1)
      others.splice(-1 - Math.floor(chance.next() * others.length), 1)
    return [...awaited, ...others]
  }
}
