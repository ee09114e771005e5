import { Gauge, Registry } from 'prom-client'
import type { SystemMetrics } from '../../admin/index.ts'

const alerts = [
  'no_worker',
  'system_wide_rejection',
  'mass_revocation',
  'region_paused',
  'reports_late',
  'figures_mismatch',
  'emails_failed',
] as const satisfies readonly SystemMetrics['alerts'][number]['alert'][]

/** Equal in every process. */
export class SystemMetricGauges {
  readonly registry = new Registry()

  readonly #reports = this.#gauge('ads_reports_open', 'Open reports by state.', 'state')
  readonly #late = this.#gauge('ads_reports_late_seconds', 'How long the first late report has been due.')
  readonly #failed = this.#gauge('ads_reports_failed_24h', 'Reports that failed in the last 24 hours.')
  readonly #runs = this.#gauge('ads_syncs_in_progress', 'Sync runs in progress.', 'kind')
  readonly #syncs = this.#gauge('ads_syncs_due', 'Daily syncs that are due but deferred.')
  readonly #syncsDue = this.#gauge('ads_syncs_due_seconds', 'How long the first daily sync has been due.')
  readonly #waiting = this.#gauge(
    'ads_oldest_waiting_seller_seconds',
    'Longest wait of a seller for an initial or reauthorisation sync.',
  )
  readonly #connections = this.#gauge('ads_connections', 'Connections by health.', 'health')
  readonly #emails = this.#gauge('ads_emails_due', 'Due emails.')
  readonly #emailsLate = this.#gauge('ads_emails_due_seconds', 'How long the first email has been due.')
  readonly #worker = this.#gauge('ads_worker_heartbeat_age_seconds', 'Age of the last worker heartbeat.')
  readonly #paused = this.#gauge('ads_region_paused', '1 while nothing is sent to the region.', 'region')
  readonly #pace = this.#gauge('ads_region_report_requests_per_minute', 'Allowed report requests.', 'region')
  readonly #alerts = this.#gauge('ads_alerts', 'Active console alerts.', 'alert')

  update(metrics: SystemMetrics): void {
    const since = (date: Date | null): number =>
      date ? Math.max(0, (metrics.at.getTime() - date.getTime()) / 1000) : 0
    const { queue, emailsDue, regions } = metrics
    for (const state of ['waiting', 'running', 'late'] as const) this.#reports.set({ state }, queue[state])
    this.#late.set(since(queue.lateSince))
    this.#failed.set(metrics.failures.day)
    for (const [kind, count] of Object.entries(queue.runs)) this.#runs.set({ kind }, count)
    this.#syncs.set(queue.syncsDue.count)
    this.#syncsDue.set(since(queue.syncsDue.since))
    this.#waiting.set(since(metrics.longestWaitingSince))
    this.#connections.reset()
    for (const [health, count] of metrics.cases.health) this.#connections.set({ health }, count)
    this.#emails.set(emailsDue.count)
    this.#emailsLate.set(since(emailsDue.since))
    if (metrics.workerSeenAt) this.#worker.set(since(metrics.workerSeenAt))
    else this.#worker.remove()
    for (const { region, state, requestsPerMinute } of regions) {
      this.#paused.set({ region }, state === 'paused' ? 1 : 0)
      this.#pace.set({ region }, requestsPerMinute)
    }
    for (const alert of alerts)
      this.#alerts.set({ alert }, metrics.alerts.filter(active => active.alert === alert).length)
  }

  #gauge(name: string, help: string, ...labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }
}
