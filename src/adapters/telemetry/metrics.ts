import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import {
  type CallSignal,
  type CommitSignal,
  type FinishedSyncRun,
  type RequestSignal,
  type SignInFailureSignal,
  signInFailureCauses,
} from '../../application/diagnostics-channels.ts'
import { regions } from '../../domain/profile/region.ts'
import type { TimelineEvent, TimelineEventKind } from '../../domain/timeline/entry.ts'
import { type AmazonCallOutcome, refreshOutcomeOf, refreshOutcomes } from './amazon-call-outcome.ts'

/** Seconds. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30]
const runBuckets = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400]

export interface PoolCounts {
  readonly pool: string
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

/** Labels have few predefined values, which bounds the number of series. */
export class ProcessMetrics {
  /** Not global: one process (a test) can run several instances of the app. */
  readonly registry = new Registry()

  readonly #requests = new Histogram({
    name: 'ads_http_request_duration_seconds',
    help: 'Answered requests by route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: requestBuckets,
    registers: [this.registry],
  })
  readonly #requestsInFlight = this.#createGauge('ads_http_requests_in_flight', 'Requests in progress.')
  readonly #calls = new Histogram({
    name: 'ads_amazon_call_duration_seconds',
    help: 'Calls to Amazon by call, region and outcome.',
    labelNames: ['call', 'region', 'outcome'] as const,
    buckets: callBuckets,
    registers: [this.registry],
  })
  readonly #refreshes = this.#createCounter(
    'ads_token_refreshes_total',
    'Access token refreshes by region and outcome.',
    ['region', 'outcome'] as const,
  )
  readonly #stepsInProgress = this.#createGauge(
    'ads_report_steps_in_progress',
    'Report steps in progress in this process.',
  )
  readonly #steps = this.#createCounter('ads_report_steps_total', 'Ended report steps by outcome.', [
    'outcome',
  ] as const)
  readonly #reports = this.#createCounter('ads_reports_finished_total', 'Finished reports by outcome.', [
    'outcome',
  ] as const)
  readonly #runs = new Histogram({
    name: 'ads_sync_duration_seconds',
    help: 'Finished sync runs, from request to finish.',
    labelNames: ['kind', 'outcome'] as const,
    buckets: runBuckets,
    registers: [this.registry],
  })
  readonly #reconciliations = this.#createCounter(
    'ads_reconciliations_total',
    "Accounts whose figures were compared with Amazon's files.",
    ['outcome'] as const,
  )
  readonly #emails = this.#createCounter('ads_emails_total', 'Emails sent or failed.', ['outcome'] as const)
  readonly #authorisationLosses = this.#createCounter(
    'ads_authorisations_lost_total',
    'Authorisations lost, by reason.',
    ['why'] as const,
  )
  readonly #signInFailures = this.#createCounter(
    'ads_sign_in_failures_total',
    'Failed sign-ins, codes and current passwords, by cause.',
    ['cause'] as const,
  )

  constructor(pools: () => readonly PoolCounts[]) {
    collectDefaultMetrics({ register: this.registry })
    const connections = new Gauge({
      name: 'ads_database_pool_connections',
      help: 'Database connections by pool: total, idle, and requests waiting for one.',
      labelNames: ['pool', 'state'] as const,
      registers: [this.registry],
      collect() {
        for (const { pool, total, idle, waiting } of pools())
          for (const [state, count] of Object.entries({ total, idle, waiting }))
            connections.set({ pool, state }, count)
      },
    })
    for (const region of regions)
      for (const outcome of refreshOutcomes) this.#refreshes.inc({ region, outcome }, 0)
    for (const outcome of ['agrees', 'mismatch']) this.#reconciliations.inc({ outcome }, 0)
    for (const outcome of ['loaded', 'failed']) this.#reports.inc({ outcome }, 0)
    for (const outcome of ['sent', 'failed']) this.#emails.inc({ outcome }, 0)
    for (const cause of signInFailureCauses) this.#signInFailures.inc({ cause }, 0)
    for (const outcome of ['done', 'failed']) this.#steps.inc({ outcome }, 0)
  }

  recordRequestStart(): void {
    this.#requestsInFlight.inc()
  }

  recordRequestEnd({ method, route, status, seconds }: RequestSignal): void {
    this.#requestsInFlight.dec()
    const labels = {
      method: methodLabel(method),
      route: route ?? 'unknown',
      status: `${Math.floor(status / 100)}xx`,
    }
    this.#requests.observe(labels, seconds)
  }

  recordStepStart(): void {
    this.#stepsInProgress.inc()
  }

  recordStepEnd(outcome: 'done' | 'failed'): void {
    this.#stepsInProgress.dec()
    this.#steps.inc({ outcome })
  }

  recordCallEnd(
    { call, region }: CallSignal,
    outcome: AmazonCallOutcome,
    seconds: number,
    error: unknown,
  ): void {
    this.#calls.observe({ call, region: region ?? 'all', outcome }, seconds)
    if (call === 'token_refresh' && region) this.#refreshes.inc({ region, outcome: refreshOutcomeOf(error) })
  }

  recordCommit({ entries, finished }: CommitSignal): void {
    for (const { event } of entries) this.#countEvent(event)
    for (const run of finished)
      this.#runs.observe({ kind: run.kind, outcome: runOutcomeOf(run) }, run.seconds)
  }

  recordSignInFailure({ cause }: SignInFailureSignal): void {
    this.#signInFailures.inc({ cause })
  }

  #countEvent(event: TimelineEvent): void {
    if (event.kind === 'authorisation_lost') this.#authorisationLosses.inc({ why: event.why })
    const outcomeEntry = eventOutcomes[event.kind]
    if (!outcomeEntry) return
    const [counterName, outcome] = outcomeEntry
    const counters = { reports: this.#reports, reconciliations: this.#reconciliations, emails: this.#emails }
    counters[counterName].inc({ outcome })
  }

  #createGauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] })
  }

  #createCounter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}

const eventOutcomes: Partial<
  Record<TimelineEventKind, readonly ['reports' | 'reconciliations' | 'emails', string]>
> = {
  report_loaded: ['reports', 'loaded'],
  report_failed: ['reports', 'failed'],
  figures_reconciled: ['reconciliations', 'agrees'],
  figures_mismatch: ['reconciliations', 'mismatch'],
  email_sent: ['emails', 'sent'],
  email_failed: ['emails', 'failed'],
}

const runOutcomeOf = ({ loaded, failed }: FinishedSyncRun): string =>
  failed === 0 ? 'loaded' : loaded === 0 ? 'failed' : 'partly'

/** Clients can send any method. */
const methodLabel = (method: string): string =>
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other'
