import { writeFileSync } from 'node:fs'
import type { TestProduct } from '../../support/product/test-product.ts'

const marginSeconds = 60

/** Advances the clocks of all processes and of Amazon past idle time. */
export class IdleTimeSkipper {
  readonly #product: TestProduct
  readonly #file: string
  #seconds = 0

  /** @param file the workers' `CLOCK_SHIFT_FILE`. */
  constructor(product: TestProduct, file: string) {
    this.#product = product
    this.#file = file
    writeFileSync(file, '0')
  }

  /**
   * When no report is due or leased, jumps past the next due time. The margin skips further waits: a report deferred
   * for its region is due every few seconds, and each wait would take real time.
   */
  async skipIdleTime(): Promise<void> {
    const { clock, sandbox, query } = this.#product
    const [next] = await query<{ at: Date | null; leased: number }>(
      `select min(due_at) as at, count(*) filter (where leased_until > clock_timestamp())::int as leased
       from report where status in ('requested', 'generating', 'completed')`,
    )
    if (!next?.at || next.leased > 0) return
    const seconds = Math.ceil((next.at.getTime() - clock.now().getTime()) / 1000) + marginSeconds
    if (seconds <= marginSeconds) return
    this.#seconds += seconds
    clock.advance(seconds * 1000)
    sandbox.controls.set({ clockOffsetSeconds: this.#seconds })
    writeFileSync(this.#file, String(this.#seconds))
  }
}
