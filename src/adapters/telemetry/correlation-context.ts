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
  readonly logContext: LogContext
  /** Null without tracing. */
  span: SpanContext | null
}

const active = new AsyncLocalStorage<ActiveContext>()

const requests = new WeakMap<RequestSignal, ActiveContext>()

function contextOfRequest(signal: RequestSignal): ActiveContext {
  const context = requests.get(signal) ?? { logContext: { correlationId: signal.id }, span: null }
  requests.set(signal, context)
  return context
}

for (const name of [signals.requests, signals.requestResumed])
  channel(name).bindStore(active, signal => contextOfRequest(signal as RequestSignal))

/** Covers async work it starts, too. */
export const runInContext = <Result>(logContext: LogContext, work: () => Result): Result =>
  active.run({ logContext, span: null }, work)

export const activeContext = (): ActiveContext | null => active.getStore() ?? null

/** A copy, because pino's `mixin` writes into it. */
export const currentLogContext = (): Partial<LogContext> => ({ ...activeContext()?.logContext })

export class AsyncCorrelationContext extends CorrelationContext {
  current(): string | null {
    return activeContext()?.logContext.correlationId ?? null
  }
}
