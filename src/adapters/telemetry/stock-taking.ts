import { setTimeout as sleep } from 'node:timers/promises'
import type { Stock, TakeStock } from '../../admin/index.ts'
import { StockMetrics } from './stock-metrics.ts'

/**
 * Milliseconds: for how long all who ask are told the same, how long one of them waits, and for how long those who would wait
 * longer are told what was known last.
 */
const usual = { freshFor: 5000, patience: 2000, knownFor: 60_000 }

/** The database is asked once for all who scrape at a time; one that does not answer keeps nobody waiting. */
export class StockTaking {
  readonly #takeStock: Pick<TakeStock, 'run'>
  readonly #onError: (error: unknown) => void
  readonly #times: typeof usual
  readonly #metrics = new StockMetrics()
  #underway: Promise<Stock | null> | null = null
  #told: { readonly stock: Stock; readonly at: number } | null = null

  constructor(takeStock: Pick<TakeStock, 'run'>, onError: (error: unknown) => void, times = usual) {
    this.#takeStock = takeStock
    this.#onError = onError
    this.#times = times
  }

  /** @returns null where the question failed, or is not answered in time and nothing of late is known. */
  async text(): Promise<string | null> {
    const stock = await this.#latest()
    if (!stock) return null
    this.#metrics.tell(stock)
    return this.#metrics.registry.metrics()
  }

  async #latest(): Promise<Stock | null> {
    const { freshFor, patience, knownFor } = this.#times
    const fresh = this.#toldWithin(freshFor)
    if (fresh) return fresh
    // A question that still hangs is not asked a second time.
    this.#underway ??= this.#take().finally(() => {
      this.#underway = null
    })
    const over = new AbortController()
    const late = sleep(patience, null, { signal: over.signal }).then(
      () => this.#toldWithin(knownFor),
      () => null,
    )
    return Promise.race([this.#underway, late]).finally(() => over.abort())
  }

  #toldWithin(milliseconds: number): Stock | null {
    const told = this.#told
    return told && performance.now() - told.at < milliseconds ? told.stock : null
  }

  async #take(): Promise<Stock | null> {
    const stock = await this.#takeStock.run().catch(error => {
      this.#onError(error)
      return null
    })
    // What fails is asked again at once: an outage is over when it is over.
    if (stock) this.#told = { stock, at: performance.now() }
    return stock
  }
}
