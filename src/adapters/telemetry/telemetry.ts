import type { Logger } from 'pino'
import { Gauge } from 'prom-client'
import type { CollectSystemMetrics } from '../../admin/overview/collect-system-metrics.ts'
import type { DatabaseHealth } from '../../admin/ports.ts'
import { type PoolCounts, ProcessMetrics } from './metrics.ts'
import { subscribeToSignals } from './subscribe.ts'
import { SystemMetricsCache } from './system-metrics-cache.ts'
import type { Traces } from './traces.ts'

interface Dependencies {
  readonly log: Logger
  readonly collectSystemMetrics: Pick<CollectSystemMetrics, 'execute'>
  readonly databaseHealth: Pick<DatabaseHealth, 'check'>
  readonly pools: () => readonly PoolCounts[]
  /** Null when tracing is off. */
  readonly traces: Traces | null
  readonly onError: (error: unknown) => void
}

/** S-52. */
export class Telemetry {
  readonly #metrics: ProcessMetrics
  readonly #systemMetrics: SystemMetricsCache
  readonly #databaseHealth: Dependencies['databaseHealth']
  readonly #isDatabaseUp: Gauge
  readonly #traces: Traces | null
  readonly #unsubscribe: () => void

  constructor({ log, collectSystemMetrics, databaseHealth, pools, traces, onError }: Dependencies) {
    this.#metrics = new ProcessMetrics(pools)
    this.#systemMetrics = new SystemMetricsCache(collectSystemMetrics, onError)
    this.#databaseHealth = databaseHealth
    this.#isDatabaseUp = new Gauge({
      name: 'ads_database_up',
      help: '1 while the database answers. Otherwise the metrics from the database are absent.',
      registers: [this.#metrics.registry],
    })
    this.#traces = traces
    this.#unsubscribe = subscribeToSignals({ metrics: this.#metrics, log, traces })
  }

  /** Takes at most three seconds, even if the database hangs. */
  async metrics(): Promise<{ readonly contentType: string; readonly text: string }> {
    const databaseCheck = this.#databaseHealth.check().then(
      () => true,
      () => false,
    )
    const [isUp, metrics] = await Promise.all([databaseCheck, this.#systemMetrics.renderText()])
    this.#isDatabaseUp.set(isUp ? 1 : 0)
    const processMetrics = await this.#metrics.registry.metrics()
    return {
      contentType: this.#metrics.registry.contentType,
      text: isUp && metrics !== null ? `${processMetrics}\n${metrics}` : processMetrics,
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    await this.#traces?.close()
  }
}
