import type { Clock, RandomSource } from '../ports.ts'
import type { DueReport, ReportLoader, SyncRuns } from './ports.ts'

interface Dependencies {
  readonly ingestions: SyncRuns
  readonly loader: Pick<ReportLoader, 'capacity'>
  readonly clock: Clock
  readonly random: RandomSource
}

/** Times the limit, to pick from at random: workers that took the same reports would compete for leases. */
const spread = 4

export interface DueReportBatch {
  readonly due: readonly DueReport[]
  /** False when more may be due, beyond the limit or waiting for a load slot. */
  readonly isAll: boolean
}

/** Finds reports that no job announced: lost jobs, killed workers, a restart. */
export class FindDueReports {
  readonly #deps: Dependencies

  constructor(needs: Dependencies) {
    this.#deps = needs
  }

  /** No more reports waiting for a load than free slots, so that they don't crowd out others. */
  async execute(limit: number): Promise<DueReportBatch> {
    const { ingestions, loader, clock } = this.#deps
    const room = loader.capacity()
    const due = await ingestions.due(clock.now(), limit * spread, room)
    return { due: this.#drawn(due, limit), isAll: due.length < Math.min(limit, room.other) }
  }

  /** Interactive reports first, never left out at random. */
  #drawn(due: readonly DueReport[], count: number): readonly DueReport[] {
    const { random } = this.#deps
    const interactive = due.filter(({ isInteractive }) => isInteractive).slice(0, count)
    const others = due.filter(({ isInteractive }) => !isInteractive)
    for (let surplus = interactive.length + others.length - count; surplus > 0; surplus -= 1)
      others.splice(-1 - Math.floor(random.next() * others.length), 1)
    return [...interactive, ...others]
  }
}
