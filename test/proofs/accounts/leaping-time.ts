import { writeFileSync } from 'node:fs'
import type { TestProduct } from '../../support/test-product.ts'

/** Seconds. */
const late = 60

/** The clocks of every process and of Amazon, moved together over the waits that nobody works in. */
export class LeapingTime {
  readonly #product: TestProduct
  readonly #file: string
  #seconds = 0

  /** @param file of the workers' `CLOCK_SHIFT_FILE`. */
  constructor(product: TestProduct, file: string) {
    this.#product = product
    this.#file = file
    writeFileSync(file, '0')
  }

  /**
   * Where nothing is due and nobody is at work, to a little after the moment at which the next report is: what a region's
   * budget holds back asks every few seconds, and would be waited for in real ones.
   */
  async leap(): Promise<void> {
    const { clock, sandbox, query } = this.#product
    const [next] = await query<{ at: Date | null; held: number }>(
      `select min(next_try_at) as at, count(*) filter (where leased_until > clock_timestamp())::int as held
       from report where status in ('requested', 'generating', 'completed')`,
    )
    if (!next?.at || next.held > 0) return
    const seconds = Math.ceil((next.at.getTime() - clock.now().getTime()) / 1000) + late
    if (seconds <= late) return
    this.#seconds += seconds
    clock.advance(seconds * 1000)
    sandbox.controls.set({ clockOffsetSeconds: this.#seconds })
    writeFileSync(this.#file, String(this.#seconds))
  }
}
