import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import type { Logger } from 'pino'
import {
  type CallSignal,
  type CommitSignal,
  type RequestSignal,
  type StepSignal,
  signals,
} from '../../application/signals.ts'
import { answerIn, outcomeOf } from './call-outcome.ts'
import type { ProcessMetrics } from './metrics.ts'
import { type OpenSpan, placeOf, type Traces } from './traces.ts'
import { doingNow } from './trail.ts'

interface Watch {
  readonly metrics: ProcessMetrics
  readonly log: Logger
  /** Null while nobody asks for traces. */
  readonly traces: Traces | null
}

/** What is under way, by its signal: forgotten with it. */
interface Underway {
  readonly begunAt: number
  readonly span: OpenSpan | null
}

/** What a tracing channel adds to a signal that failed. */
type Ended<Signal> = Signal & { readonly error?: unknown }

/**
 * Hears what adapters tell, and counts, logs and traces it. Signals are told within the work that they are about: a line
 * is marked as that work's lines are.
 * @returns what ends it.
 */
export function watch({ metrics, log, traces }: Watch): () => void {
  const underway = new WeakMap<object, Underway>()
  const secondsOf = (signal: object): number => {
    const now = performance.now()
    return (now - (underway.get(signal)?.begunAt ?? now)) / 1000
  }
  const begin = (signal: object, span: OpenSpan | null) =>
    underway.set(signal, { begunAt: performance.now(), span })

  const onRequest = (message: unknown) => {
    const signal = message as RequestSignal
    metrics.requestBegan()
    const name = `${signal.method} ${signal.route ?? 'unknown'}`
    begin(signal, within({ name, kind: 'server', attributes: { 'http.request.method': signal.method } }))
  }
  const onRequestEnd = (message: unknown) => {
    const signal = message as RequestSignal
    metrics.requestEnded(signal)
    const { route, status } = signal
    const fault = status >= 500 ? String(status) : null
    underway
      .get(signal)
      ?.span?.end({ 'http.route': route ?? 'unknown', 'http.response.status_code': status }, fault)
  }
  const onCommit = (message: unknown) => {
    const commit = message as CommitSignal
    metrics.committed(commit)
    for (const { happening, attemptId, connectionId, runId, reportId } of commit.entries) {
      const ids = Object.entries({ attemptId, connectionId, runId, reportId }).filter(([, id]) => id)
      log.info({ happening: happening.kind, ...Object.fromEntries(ids) }, 'it happened')
    }
  }
  const onStep = {
    ...rest,
    start(signal: StepSignal) {
      metrics.stepBegan()
      const { runId, reportId, connectionId, report, status } = signal
      const attributes = {
        'ads.run_id': runId,
        'ads.report_id': reportId,
        'ads.connection_id': connectionId,
        'ads.report': report,
      }
      begin(signal, within({ name: `step ${status}`, kind: 'internal', attributes }))
    },
    asyncEnd(signal: Ended<StepSignal>) {
      const hasFailed = signal.error !== undefined
      metrics.stepEnded(hasFailed ? 'failed' : 'done')
      const { report, status } = signal
      log.debug({ report, status, milliseconds: Math.round(secondsOf(signal) * 1000) }, 'a step of a report')
      underway.get(signal)?.span?.end({}, hasFailed ? 'failed' : null)
    },
  }
  const onCall = {
    ...rest,
    start(signal: CallSignal) {
      const { call, region } = signal
      const attributes = { 'ads.call': call, 'ads.region': region ?? 'all' }
      begin(signal, within({ name: `amazon ${call}`, kind: 'client', attributes }))
    },
    asyncEnd(signal: Ended<CallSignal>) {
      const { call, region, error } = signal
      const known = answerIn(error)
      const status = signal.status ?? known.status
      const amazonRequestId = signal.requestId ?? known.requestId
      const outcome = outcomeOf(error)
      const seconds = secondsOf(signal)
      metrics.callEnded(signal, outcome, seconds, error)
      const milliseconds = Math.round(seconds * 1000)
      log.debug({ call, region, status, outcome, amazonRequestId, milliseconds }, 'a call to Amazon')
      const attributes = {
        'ads.outcome': outcome,
        ...(status !== null && { 'http.response.status_code': status }),
        ...(amazonRequestId && { 'ads.amazon_request_id': amazonRequestId }),
      }
      underway.get(signal)?.span?.end(attributes, outcome === 'ok' ? null : outcome)
    },
  }

  /** What is begun in it from now on belongs below. */
  function within(
    span: Pick<Parameters<Traces['begin']>[0], 'name' | 'kind' | 'attributes'>,
  ): OpenSpan | null {
    if (!traces) return null
    const doing = doingNow()
    const correlationId = doing?.marks.correlationId ?? null
    const parent = span.kind === 'server' ? null : (doing?.span ?? placeOf(correlationId))
    const open = traces.begin({ ...span, parent, correlationId })
    if (doing && span.kind !== 'client') doing.span = open.place
    return open
  }

  const plain = [
    [signals.requests, onRequest],
    [signals.requestEnds, onRequestEnd],
    [signals.commits, onCommit],
  ] as const
  for (const [name, hear] of plain) subscribe(name, hear)
  const steps = tracingChannel<unknown, StepSignal>(signals.steps)
  const calls = tracingChannel<unknown, CallSignal>(signals.amazonCalls)
  steps.subscribe(onStep)
  calls.subscribe(onCall)
  return () => {
    for (const [name, hear] of plain) unsubscribe(name, hear)
    steps.unsubscribe(onStep)
    calls.unsubscribe(onCall)
  }
}

const nothing = () => undefined
/** Of the five that a tracing channel tells. */
const rest = { end: nothing, asyncStart: nothing, error: nothing }
