import PQueue from 'p-queue'
import type { DueReport } from '../../application/ingestion/ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'

interface Needs {
  readonly step: (reportId: ReportId) => Promise<unknown>
  readonly onError: (error: unknown, about: { reportId: ReportId }) => void
  /** How many steps are taken at once. */
  readonly concurrency: number
}

/**
 * The steps that one process takes: one of each report at a time (between processes the lease decides), and what somebody waits for
 * before all that waits for its turn.
 */
export class StepQueue {
  readonly #needs: Needs
  readonly #turns: PQueue
  readonly #inHand = new Map<ReportId, Promise<void>>()
  #isStopping = false

  constructor(needs: Needs) {
    this.#needs = needs
    this.#turns = new PQueue({ concurrency: needs.concurrency })
  }

  add({ id: reportId, isAwaited }: DueReport): void {
    if (this.#inHand.has(reportId)) return
    const taken = this.#turns
      .add(() => (this.#isStopping ? undefined : this.#needs.step(reportId)), { priority: isAwaited ? 1 : 0 })
      .then(
        () => undefined,
        error => this.#needs.onError(error, { reportId }),
      )
      .finally(() => this.#inHand.delete(reportId))
    this.#inHand.set(reportId, taken)
  }

  /** Settles when fewer wait for their turn than take steps at once: whoever has more brings it then. */
  room(): Promise<void> {
    return this.#turns.onSizeLessThan(this.#needs.concurrency)
  }

  /** Begins no further step. @returns those that are under way. */
  stop(): Promise<void>[] {
    this.#isStopping = true
    return [...this.#inHand.values()]
  }
}
