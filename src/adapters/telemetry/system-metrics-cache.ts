import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectSystemMetrics, SystemMetrics } from '../../admin/overview/collect-system-metrics.ts'
import { SystemMetricGauges } from './system-metric-gauges.ts'

/** Milliseconds. When a query exceeds `timeout`, metrics up to `maxAge` old are served. */
const defaultTimes = { freshnessPeriod: 5000, timeout: 2000, maxAge: 60_000 }

/** Concurrent scrapes share one query. */
export class SystemMetricsCache {
  readonly #collectSystemMetrics: Pick<CollectSystemMetrics, 'execute'>
  readonly #onError: (error: unknown) => void
  readonly #times: typeof defaultTimes
  readonly #metrics = new SystemMetricGauges()
  #runningQuery: Promise<SystemMetrics | null> | null = null
  #cached: { readonly metrics: SystemMetrics; readonly at: number } | null = null

  constructor(
    collectSystemMetrics: Pick<CollectSystemMetrics, 'execute'>,
    onError: (error: unknown) => void,
    times = defaultTimes,
  ) {
    this.#collectSystemMetrics = collectSystemMetrics
    this.#onError = onError
    this.#times = times
  }

  /** @returns null when the query failed, or timed out without recent metrics. */
  async renderText(): Promise<string | null> {
    const metrics = await this.#latest()
    if (!metrics) return null
    this.#metrics.update(metrics)
    return this.#metrics.registry.metrics()
  }

  async #latest(): Promise<SystemMetrics | null> {
    const { freshnessPeriod, timeout, maxAge } = this.#times
    const fresh = this.#lastWithin(freshnessPeriod)
    if (fresh) return fresh
    this.#runningQuery ??= this.#query().finally(() => {
      this.#runningQuery = null
    })
    const sleepAbort = new AbortController()
    const staleMetrics = sleep(timeout, null, { signal: sleepAbort.signal }).then(
      () => this.#lastWithin(maxAge),
      () => null,
    )
    return Promise.race([this.#runningQuery, staleMetrics]).finally(() => sleepAbort.abort())
  }

  #lastWithin(milliseconds: number): SystemMetrics | null {
    const cached = this.#cached
    return cached && performance.now() - cached.at < milliseconds ? cached.metrics : null
  }

  async #query(): Promise<SystemMetrics | null> {
    const metrics = await this.#collectSystemMetrics.execute().catch(error => {
      this.#onError(error)
      return null
    })
    // Failures aren't cached, so recovery shows at once.
    if (metrics) this.#cached = { metrics, at: performance.now() }
    return metrics
  }
}
