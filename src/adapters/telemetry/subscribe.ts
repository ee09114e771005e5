import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import type { Logger } from 'pino'
import {
  type CallSignal,
  type CommitSignal,
  type RequestSignal,
  type StepSignal,
  signals,
} from '../../application/diagnostics-channels.ts'
import { outcomeOf, responseIn } from './amazon-call-outcome.ts'
import { activeContext } from './correlation-context.ts'
import type { ProcessMetrics } from './metrics.ts'
import { type OpenSpan, type SpanStart, spanContextFor, type Traces } from './traces.ts'

interface Watch {
  readonly metrics: ProcessMetrics
  readonly log: Logger
  /** Null when tracing is off. */
  readonly traces: Traces | null
}

interface Underway {
  readonly startedAt: number
  readonly span: OpenSpan | null
}

type Ended<Signal> = Signal & { readonly error?: unknown }

/** @returns a function that unsubscribes. */
export function subscribeToSignals(deps: Watch): () => void {
  const watcher = new TelemetrySubscriber(deps)
  const plain = [
    [signals.requests, (signal: unknown) => watcher.beginRequest(signal as RequestSignal)],
    [signals.requestEnds, (signal: unknown) => watcher.endRequest(signal as RequestSignal)],
    [signals.commits, (signal: unknown) => watcher.logCommit(signal as CommitSignal)],
  ] as const
  const steps = tracingChannel<unknown, StepSignal>(signals.steps)
  const calls = tracingChannel<unknown, CallSignal>(signals.amazonCalls)
  const onStep = {
    ...rest,
    start: (signal: StepSignal) => watcher.beginStep(signal),
    asyncEnd: (signal: Ended<StepSignal>) => watcher.endStep(signal),
  }
  const onCall = {
    ...rest,
    start: (signal: CallSignal) => watcher.beginCall(signal),
    asyncEnd: (signal: Ended<CallSignal>) => watcher.endCall(signal),
  }
  for (const [name, listener] of plain) subscribe(name, listener)
  steps.subscribe(onStep)
  calls.subscribe(onCall)
  return () => {
    for (const [name, listener] of plain) unsubscribe(name, listener)
    steps.unsubscribe(onStep)
    calls.unsubscribe(onCall)
  }
}

const nothing = () => undefined
const rest = { end: nothing, asyncStart: nothing, error: nothing }

class TelemetrySubscriber {
  readonly #metrics: ProcessMetrics
  readonly #log: Logger
  readonly #traces: Traces | null
  readonly #underway = new WeakMap<object, Underway>()

  constructor({ metrics, log, traces }: Watch) {
    this.#metrics = metrics
    this.#log = log
    this.#traces = traces
  }

  beginRequest(signal: RequestSignal): void {
    const { method, route } = signal
    this.#metrics.requestBegan()
    const name = `${method} ${route ?? 'unknown'}`
    this.#begin(signal, { name, kind: 'server', attributes: { 'http.request.method': method } })
  }

  endRequest(signal: RequestSignal): void {
    this.#metrics.requestEnded(signal)
    const { route, status } = signal
    const attributes = { 'http.route': route ?? 'unknown', 'http.response.status_code': status }
    this.#endSpan(signal, attributes, status >= 500 ? String(status) : null)
  }

  logCommit(commit: CommitSignal): void {
    this.#metrics.committed(commit)
    for (const { event, attemptId, connectionId, syncRunId, reportId } of commit.entries) {
      const ids = Object.entries({ attemptId, connectionId, syncRunId, reportId }).filter(([, id]) => id)
      this.#log.info({ event: event.kind, ...Object.fromEntries(ids) }, 'timeline event')
    }
  }

  beginStep(signal: StepSignal): void {
    this.#metrics.stepBegan()
    const { syncRunId, reportId, connectionId, report, status } = signal
    const attributes = {
      'ads.sync_run_id': syncRunId,
      'ads.report_id': reportId,
      'ads.connection_id': connectionId,
      'ads.report': report,
    }
    this.#begin(signal, { name: `step ${status}`, kind: 'internal', attributes })
  }

  endStep(signal: Ended<StepSignal>): void {
    const hasFailed = signal.error !== undefined
    this.#metrics.stepEnded(hasFailed ? 'failed' : 'done')
    const { report, status } = signal
    const milliseconds = Math.round(this.#secondsOf(signal) * 1000)
    this.#log.debug({ report, status, milliseconds }, 'report step ended')
    this.#endSpan(signal, {}, hasFailed ? 'failed' : null)
  }

  beginCall(signal: CallSignal): void {
    const { call, region } = signal
    const attributes = { 'ads.call': call, 'ads.region': region ?? 'all' }
    this.#begin(signal, { name: `amazon ${call}`, kind: 'client', attributes })
  }

  endCall(signal: Ended<CallSignal>): void {
    const { call, region, error } = signal
    const known = responseIn(error)
    const status = signal.status ?? known.status
    const amazonRequestId = signal.requestId ?? known.requestId
    const outcome = outcomeOf(error)
    const seconds = this.#secondsOf(signal)
    this.#metrics.callEnded(signal, outcome, seconds, error)
    const milliseconds = Math.round(seconds * 1000)
    this.#log.debug({ call, region, status, outcome, amazonRequestId, milliseconds }, 'amazon call ended')
    const attributes = {
      'ads.outcome': outcome,
      ...(status !== null && { 'http.response.status_code': status }),
      ...(amazonRequestId && { 'ads.amazon_request_id': amazonRequestId }),
    }
    this.#endSpan(signal, attributes, outcome === 'ok' ? null : outcome)
  }

  #begin(signal: object, span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>): void {
    this.#underway.set(signal, { startedAt: performance.now(), span: this.#traced(span) })
  }

  #traced(span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>): OpenSpan | null {
    if (!this.#traces) return null
    const active = activeContext()
    const correlationId = active?.marks.correlationId ?? null
    const parent = span.kind === 'server' ? null : (active?.span ?? spanContextFor(correlationId))
    const open = this.#traces.begin({ ...span, parent, correlationId })
    if (active && span.kind !== 'client') active.span = open.place
    return open
  }

  #endSpan(signal: object, attributes: SpanStart['attributes'], fault: string | null): void {
    this.#underway.get(signal)?.span?.end(attributes, fault)
  }

  #secondsOf(signal: object): number {
    const now = performance.now()
    return (now - (this.#underway.get(signal)?.startedAt ?? now)) / 1000
  }
}
