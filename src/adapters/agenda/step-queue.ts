import PQueue from 'p-queue'
import type { DueReport } from '../../application/ingestion/ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'

interface Needs {
  /** False when it came to nothing. */
  readonly step: (reportId: ReportId) => Promise<boolean>
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
   * To be asked after steps were added, by one alone. Settles when a step got on and fewer wait for their turn than
   * take steps at once: whoever has more brings it then. After so many milliseconds at the latest: bells may keep the
   * queue full, and where each step comes to nothing, as with a full disk or no room for loads, more of them are of no use.
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

  /** Begins no further step. @returns those that are under way. */
  stop(): Promise<void>[] {
    this.#isStopping = true
    this.#tellRoom()
    return [...this.#inHand.values()]
  }
}
