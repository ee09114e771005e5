import { setTimeout as sleep } from 'node:timers/promises'
import type { Stock, TakeStock } from '../../admin/index.ts'
import { StockMetrics } from './stock-metrics.ts'

/** Milliseconds: for how long all who ask are told the same, and how long one of them waits. */
const freshFor = 5000
const patience = 2000

/** The database is asked once for all who scrape at a time; one that does not answer keeps nobody waiting. */
export class StockTaking {
  readonly #takeStock: Pick<TakeStock, 'run'>
  readonly #onError: (error: unknown) => void
  readonly #metrics = new StockMetrics()
  #underway: Promise<Stock | null> | null = null
  #told: { readonly stock: Stock | null; readonly at: number } | null = null

  constructor(takeStock: Pick<TakeStock, 'run'>, onError: (error: unknown) => void) {
    this.#takeStock = takeStock
    this.#onError = onError
  }

  /** @returns null where the database does not answer. */
  async text(): Promise<string | null> {
    const stock = await this.#latest()
    if (!stock) return null
    this.#metrics.tell(stock)
    return this.#metrics.registry.metrics()
  }

  async #latest(): Promise<Stock | null> {
    const told = this.#told
    if (told && performance.now() - told.at < freshFor) return told.stock
    // A question that still hangs is not asked a second time.
    this.#underway ??= this.#take().finally(() => {
      this.#underway = null
    })
    const over = new AbortController()
    const late = sleep(patience, null, { signal: over.signal }).catch(() => null)
    return Promise.race([this.#underway, late]).finally(() => over.abort())
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
