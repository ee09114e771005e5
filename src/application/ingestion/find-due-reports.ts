import type { Clock, RandomSource } from '../ports.ts'
import type { DueReport, ReportLoader, ReportQueue } from './report-ports.ts'

interface Dependencies {
  readonly reportQueue: Pick<ReportQueue, 'due'>
  readonly loader: Pick<ReportLoader, 'capacity'>
  readonly clock: Clock
  readonly random: RandomSource
}

/** Reads this many times the limit and picks at random: otherwise workers compete for the same leases. */
const candidateFactor = 4

export interface DueReportBatch {
  readonly due: readonly DueReport[]
  /** False when more reports may be due. */
  readonly isComplete: boolean
}

/** Finds reports whose job was lost. */
export class FindDueReports {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Finds no more reports to load than there are free slots, so that they don't crowd out others. */
  async execute(limit: number): Promise<DueReportBatch> {
    const { reportQueue, loader, clock } = this.#deps
    const capacity = loader.capacity()
    const due = await reportQueue.due(clock.now(), limit * candidateFactor, capacity)
    return { due: this.#pick(due, limit), isComplete: due.length < Math.min(limit, capacity.other) }
  }

  /** Interactive reports are never left out. */
  #pick(due: readonly DueReport[], count: number): readonly DueReport[] {
    const { random } = this.#deps
    const interactive = due.filter(({ isInteractive }) => isInteractive).slice(0, count)
    const others = due.filter(({ isInteractive }) => !isInteractive)
    for (let surplus = interactive.length + others.length - count; surplus > 0; surplus -= 1)
      others.splice(-1 - Math.floor(random.next() * others.length), 1)
    return [...interactive, ...others]
  }
}
