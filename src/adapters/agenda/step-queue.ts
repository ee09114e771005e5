import PQueue from 'p-queue'
import type { DueReport } from '../../application/ingestion/report-ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'

interface Dependencies {
  /** @returns false if nothing progressed. */
  readonly step: (reportId: ReportId) => Promise<boolean>
  readonly onError: (error: unknown, context: { reportId: ReportId }) => void
  readonly concurrency: number
}

/** One step per report at a time within the process; interactive reports first. */
export class StepQueue {
  readonly #deps: Dependencies
  readonly #queue: PQueue
  readonly #inProgress = new Map<ReportId, Promise<void>>()
  #hasProgressed = false
  #signalCapacity: () => void = () => undefined
  #isStopping = false

  constructor(deps: Dependencies) {
    const { concurrency } = deps
    this.#deps = deps
    this.#queue = new PQueue({ concurrency })
    this.#queue.addEventListener('next', () => {
      if (this.#hasProgressed && this.#queue.size < concurrency) this.#signalCapacity()
    })
  }

  add({ id: reportId, isInteractive }: DueReport): void {
    if (this.#inProgress.has(reportId)) return
    const running = this.#queue
      .add(() => this.#run(reportId), { priority: isInteractive ? 1 : 0 })
      .then(
        () => undefined,
        error => this.#deps.onError(error, { reportId }),
      )
      .finally(() => this.#inProgress.delete(reportId))
    this.#inProgress.set(reportId, running)
  }

  async #run(reportId: ReportId): Promise<void> {
    if (this.#isStopping) return
    if (await this.#deps.step(reportId)) this.#hasProgressed = true
  }

  /**
   * Waits until a step progressed and fewer than `concurrency` are queued, for at most `milliseconds`.
   * One caller at a time.
   * The timeout covers a queue that jobs keep full and steps that can't progress (full disk, no load slot).
   */
  async waitForCapacity(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      this.#hasProgressed = false
      this.#signalCapacity = resolve
      timer = setTimeout(resolve, milliseconds)
      if (this.#isStopping) resolve()
    })
    clearTimeout(timer)
  }

  /** Starts no more steps. @returns those in progress. */
  stop(): Promise<void>[] {
    this.#isStopping = true
    this.#signalCapacity()
    return [...this.#inProgress.values()]
  }
}
