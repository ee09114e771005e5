import PQueue from 'p-queue'
import type { DueReport } from '../../application/ingestion/ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'

interface Needs {
  /** @returns false without progress. */
  readonly step: (reportId: ReportId) => Promise<boolean>
  readonly onError: (error: unknown, about: { reportId: ReportId }) => void
  readonly concurrency: number
}

/** One step per report at a time within the process; interactive reports first. */
export class StepQueue {
  readonly #needs: Needs
  readonly #turns: PQueue
  readonly #inHand = new Map<ReportId, Promise<void>>()
  #hasGotOn = false
  #tellRoom: () => void = () => undefined
  #isStopping = false

  constructor(needs: Needs) {
    const { concurrency } = needs
    this.#needs = needs
    this.#turns = new PQueue({ concurrency })
    this.#turns.addEventListener('next', () => {
      if (this.#hasGotOn && this.#turns.size < concurrency) this.#tellRoom()
    })
  }

  add({ id: reportId, isAwaited }: DueReport): void {
    if (this.#inHand.has(reportId)) return
    const taken = this.#turns
      .add(() => this.#take(reportId), { priority: isAwaited ? 1 : 0 })
      .then(
        () => undefined,
        error => this.#needs.onError(error, { reportId }),
      )
      .finally(() => this.#inHand.delete(reportId))
    this.#inHand.set(reportId, taken)
  }

  async #take(reportId: ReportId): Promise<void> {
    if (this.#isStopping) return
    if (await this.#needs.step(reportId)) this.#hasGotOn = true
  }

  /**
   * Waits until a step made progress and fewer than `concurrency` steps wait, or for `milliseconds`. One caller at a
   * time.
   * The limit is needed when jobs keep the queue full, or when no step can progress (disk full, no load slot).
   */
  async room(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      this.#hasGotOn = false
      this.#tellRoom = resolve
      timer = setTimeout(resolve, milliseconds)
      if (this.#isStopping) resolve()
    })
    clearTimeout(timer)
  }

  /** @returns the steps in progress; no other starts. */
  stop(): Promise<void>[] {
    this.#isStopping = true
    this.#tellRoom()
    return [...this.#inHand.values()]
  }
}
