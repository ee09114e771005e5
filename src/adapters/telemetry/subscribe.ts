import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import type { Logger } from 'pino'
import {
  type CallSignal,
  type CommitSignal,
  type RequestSignal,
  type SignInFailureSignal,
  type StepSignal,
  signals,
} from '../../application/diagnostics-channels.ts'
import { outcomeOf, responseDetailsOf } from './amazon-call-outcome.ts'
import { activeContext } from './correlation-context.ts'
import type { ProcessMetrics } from './metrics.ts'
import { type OpenSpan, type SpanStart, spanContextFor, type Traces } from './traces.ts'

interface Dependencies {
  readonly metrics: ProcessMetrics
  readonly log: Logger
  /** Null when tracing is off. */
  readonly traces: Traces | null
}

interface ActiveSignal {
  readonly startedAt: number
  readonly span: OpenSpan | null
}

type Ended<Signal> = Signal & { readonly error?: unknown }

/** @returns a function that unsubscribes. */
export function subscribeToSignals(deps: Dependencies): () => void {
  const subscriber = new TelemetrySubscriber(deps)
  const listeners = [
    [signals.requests, (signal: unknown) => subscriber.beginRequest(signal as RequestSignal)],
    [signals.requestEnds, (signal: unknown) => subscriber.endRequest(signal as RequestSignal)],
    [signals.commits, (signal: unknown) => subscriber.logCommit(signal as CommitSignal)],
    [
      signals.signInFailures,
      (signal: unknown) => deps.metrics.recordSignInFailure(signal as SignInFailureSignal),
    ],
  ] as const
  const steps = tracingChannel<unknown, StepSignal>(signals.steps)
  const calls = tracingChannel<unknown, CallSignal>(signals.amazonCalls)
  const onStep = {
    ...ignoredEvents,
    start: (signal: StepSignal) => subscriber.beginStep(signal),
    asyncEnd: (signal: Ended<StepSignal>) => subscriber.endStep(signal),
  }
  const onCall = {
    ...ignoredEvents,
    start: (signal: CallSignal) => subscriber.beginCall(signal),
    asyncEnd: (signal: Ended<CallSignal>) => subscriber.endCall(signal),
  }
  for (const [name, listener] of listeners) subscribe(name, listener)
  steps.subscribe(onStep)
  calls.subscribe(onCall)
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener)
    steps.unsubscribe(onStep)
    calls.unsubscribe(onCall)
  }
}

const ignore = () => undefined
const ignoredEvents = { end: ignore, asyncStart: ignore, error: ignore }

class TelemetrySubscriber {
  readonly #metrics: ProcessMetrics
  readonly #log: Logger
  readonly #traces: Traces | null
  readonly #activeSignals = new WeakMap<object, ActiveSignal>()

  constructor({ metrics, log, traces }: Dependencies) {
    this.#metrics = metrics
    this.#log = log
    this.#traces = traces
  }

  beginRequest(signal: RequestSignal): void {
    const { method, route } = signal
    this.#metrics.recordRequestStart()
    const name = `${method} ${route ?? 'unknown'}`
    this.#start(signal, { name, kind: 'server', attributes: { 'http.request.method': method } })
  }

  endRequest(signal: RequestSignal): void {
    this.#metrics.recordRequestEnd(signal)
    const { route, status } = signal
    const attributes = { 'http.route': route ?? 'unknown', 'http.response.status_code': status }
    this.#endSpan(signal, attributes, status >= 500 ? String(status) : null)
  }

  logCommit(commit: CommitSignal): void {
    this.#metrics.recordCommit(commit)
    for (const { event, attemptId, connectionId, syncRunId, reportId } of commit.entries) {
      const ids = Object.entries({ attemptId, connectionId, syncRunId, reportId }).filter(([, id]) => id)
      this.#log.info({ event: event.kind, ...Object.fromEntries(ids) }, 'timeline event')
    }
  }

  beginStep(signal: StepSignal): void {
    this.#metrics.recordStepStart()
    const { syncRunId, reportId, connectionId, report, status } = signal
    const attributes = {
      'ads.sync_run_id': syncRunId,
      'ads.report_id': reportId,
      'ads.connection_id': connectionId,
      'ads.report': report,
    }
    this.#start(signal, { name: `step ${status}`, kind: 'internal', attributes })
  }

  endStep(signal: Ended<StepSignal>): void {
    const hasFailed = signal.error !== undefined
    this.#metrics.recordStepEnd(hasFailed ? 'failed' : 'done')
    const { report, status } = signal
    const milliseconds = Math.round(this.#secondsOf(signal) * 1000)
    this.#log.debug({ report, status, milliseconds }, 'report step ended')
    this.#endSpan(signal, {}, hasFailed ? 'failed' : null)
  }

  beginCall(signal: CallSignal): void {
    const { call, region } = signal
    const attributes = { 'ads.call': call, 'ads.region': region ?? 'all' }
    this.#start(signal, { name: `amazon ${call}`, kind: 'client', attributes })
  }

  endCall(signal: Ended<CallSignal>): void {
    const { call, region, error } = signal
    const errorResponse = responseDetailsOf(error)
    const status = signal.status ?? errorResponse.status
    const amazonRequestId = signal.requestId ?? errorResponse.requestId
    const outcome = outcomeOf(error)
    const seconds = this.#secondsOf(signal)
    this.#metrics.recordCallEnd(signal, outcome, seconds, error)
    const milliseconds = Math.round(seconds * 1000)
    this.#log.debug({ call, region, status, outcome, amazonRequestId, milliseconds }, 'amazon call ended')
    const attributes = {
      'ads.outcome': outcome,
      ...(status !== null && { 'http.response.status_code': status }),
      ...(amazonRequestId && { 'ads.amazon_request_id': amazonRequestId }),
    }
    this.#endSpan(signal, attributes, outcome === 'ok' ? null : outcome)
  }

  #start(signal: object, span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>): void {
    this.#activeSignals.set(signal, { startedAt: performance.now(), span: this.#openSpan(span) })
  }

  #openSpan(span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>): OpenSpan | null {
    if (!this.#traces) return null
    const active = activeContext()
    const correlationId = active?.logContext.correlationId ?? null
    const parent = span.kind === 'server' ? null : (active?.span ?? spanContextFor(correlationId))
    const openSpan = this.#traces.begin({ ...span, parent, correlationId })
    if (active && span.kind !== 'client') active.span = openSpan.spanContext
    return openSpan
  }

  #endSpan(signal: object, attributes: SpanStart['attributes'], error: string | null): void {
    this.#activeSignals.get(signal)?.span?.end(attributes, error)
  }

  #secondsOf(signal: object): number {
    const now = performance.now()
    return (now - (this.#activeSignals.get(signal)?.startedAt ?? now)) / 1000
  }
}
