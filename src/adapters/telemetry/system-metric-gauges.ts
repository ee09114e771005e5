import { Gauge, Registry } from 'prom-client'
import type { SystemMetrics } from '../../admin/overview/collect-system-metrics.ts'

const alertNames = [
  'no_worker',
  'system_wide_rejection',
  'mass_revocation',
  'grants_invalidated',
  'region_paused',
  'reports_late',
  'figures_mismatch',
  'emails_failed',
] as const satisfies readonly SystemMetrics['alerts'][number]['alert'][]

/** Equal in every process. */
export class SystemMetricGauges {
  readonly registry = new Registry()

  readonly #reports = this.#createGauge('ads_reports_open', 'Open reports by state.', 'state')
  readonly #lateSeconds = this.#createGauge(
    'ads_reports_late_seconds',
    'How long the first late report has been due.',
  )
  readonly #failedReports = this.#createGauge(
    'ads_reports_failed_24h',
    'Reports that failed in the last 24 hours.',
  )
  readonly #syncRuns = this.#createGauge('ads_syncs_in_progress', 'Sync runs in progress.', 'kind')
  readonly #syncsDueCount = this.#createGauge('ads_syncs_due', 'Daily syncs that are due but deferred.')
  readonly #syncsDueSeconds = this.#createGauge(
    'ads_syncs_due_seconds',
    'How long the first daily sync has been due.',
  )
  readonly #longestWaitSeconds = this.#createGauge(
    'ads_oldest_waiting_seller_seconds',
    'Longest wait of a seller for an initial or reauthorisation sync.',
  )
  readonly #connections = this.#createGauge('ads_connections', 'Connections by health.', 'health')
  readonly #emailsDueCount = this.#createGauge('ads_emails_due', 'Due emails.')
  readonly #emailsDueSeconds = this.#createGauge(
    'ads_emails_due_seconds',
    'How long the first email has been due.',
  )
  readonly #heartbeatAge = this.#createGauge(
    'ads_worker_heartbeat_age_seconds',
    'Age of the last worker heartbeat.',
  )
  readonly #regionPaused = this.#createGauge(
    'ads_region_paused',
    '1 while nothing is sent to the region.',
    'region',
  )
  readonly #requestRate = this.#createGauge(
    'ads_region_report_requests_per_minute',
    'Allowed report requests.',
    'region',
  )
  readonly #alerts = this.#createGauge('ads_alerts', 'Active console alerts.', 'alert')

  update(metrics: SystemMetrics): void {
    const secondsSince = (date: Date | null): number =>
      date ? Math.max(0, (metrics.at.getTime() - date.getTime()) / 1000) : 0
    const { queue, emailsDue, regions } = metrics
    for (const state of ['waiting', 'running', 'late'] as const) this.#reports.set({ state }, queue[state])
    this.#lateSeconds.set(secondsSince(queue.lateSince))
    this.#failedReports.set(metrics.failures.day)
    for (const [kind, count] of Object.entries(queue.runs)) this.#syncRuns.set({ kind }, count)
    this.#syncsDueCount.set(queue.syncsDue.count)
    this.#syncsDueSeconds.set(secondsSince(queue.syncsDue.since))
    this.#longestWaitSeconds.set(secondsSince(metrics.longestWaitingSince))
    this.#connections.reset()
    for (const [health, count] of metrics.cases.health) this.#connections.set({ health }, count)
    this.#emailsDueCount.set(emailsDue.count)
    this.#emailsDueSeconds.set(secondsSince(emailsDue.since))
    if (metrics.workerSeenAt) this.#heartbeatAge.set(secondsSince(metrics.workerSeenAt))
    else this.#heartbeatAge.remove()
    for (const { region, state, requestsPerMinute } of regions) {
      this.#regionPaused.set({ region }, state === 'paused' ? 1 : 0)
      this.#requestRate.set({ region }, requestsPerMinute)
    }
    for (const alert of alertNames)
      this.#alerts.set({ alert }, metrics.alerts.filter(active => active.alert === alert).length)
  }

  #createGauge(name: string, help: string, ...labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }
}
