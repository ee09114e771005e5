import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { type RequestSignal, signals } from '../../application/diagnostics-channels.ts'
import { CorrelationContext } from '../../application/ports.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../domain/identifiers.ts'

export interface LogContext {
  readonly correlationId: string
  readonly syncRunId?: SyncRunId
  readonly reportId?: ReportId
  readonly connectionId?: ConnectionId
}

/** W3C Trace Context. */
export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

interface ActiveContext {
  readonly marks: LogContext
  /** Null without tracing. */
  span: SpanContext | null
}

const active = new AsyncLocalStorage<ActiveContext>()

const requests = new WeakMap<RequestSignal, ActiveContext>()

function ofRequest(signal: RequestSignal): ActiveContext {
  const known = requests.get(signal) ?? { marks: { correlationId: signal.id }, span: null }
  requests.set(signal, known)
  return known
}

for (const name of [signals.requests, signals.requestResumed])
  channel(name).bindStore(active, signal => ofRequest(signal as RequestSignal))

/** Covers async work it starts, too. */
export const runInContext = <Result>(marks: LogContext, work: () => Result): Result =>
  active.run({ marks, span: null }, work)

export const activeContext = (): ActiveContext | null => active.getStore() ?? null

/** A copy, because pino's `mixin` writes into it. */
export const currentLogContext = (): Partial<LogContext> => ({ ...activeContext()?.marks })

export class AsyncCorrelationContext extends CorrelationContext {
  current(): string | null {
    return activeContext()?.marks.correlationId ?? null
  }
}
