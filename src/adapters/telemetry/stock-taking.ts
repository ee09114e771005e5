import { setTimeout as sleep } from 'node:timers/promises'
import type { Stock, TakeStock } from '../../admin/index.ts'
import { StockMetrics } from './stock-metrics.ts'

/**
 * Milliseconds: `freshFor` caches the metrics for all scrapers, `timeout` limits the wait for new ones, `knownFor` is
 * the age up to which old ones are served after that.
 */
const usual = { freshFor: 5000, patience: 2000, knownFor: 60_000 }

/** One query for all concurrent scrapes, which don't wait for a hanging database. */
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

  /** @returns null when the query failed, or timed out without recent metrics. */
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
    // A failure is not cached, so the end of an outage shows at once.
    if (stock) this.#told = { stock, at: performance.now() }
    return stock
  }
}
