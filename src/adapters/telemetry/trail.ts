import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { Trail } from '../../application/ports.ts'
import { type RequestSignal, signals } from '../../application/signals.ts'
import type { ConnectionId, ReportId, RunId } from '../../domain/identifiers.ts'

export interface Marks {
  readonly correlationId: string
  readonly runId?: RunId
  readonly reportId?: ReportId
  readonly connectionId?: ConnectionId
}

/** Parent span (W3C Trace Context). */
export interface SpanPlace {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

interface Doing {
  readonly marks: Marks
  /** Parent of new spans; null without tracing. */
  span: SpanPlace | null
}

const doing = new AsyncLocalStorage<Doing>()

/** The context is the same before and after the body was read. */
const requests = new WeakMap<RequestSignal, Doing>()

function ofRequest(signal: RequestSignal): Doing {
  const known = requests.get(signal) ?? { marks: { correlationId: signal.id }, span: null }
  requests.set(signal, known)
  return known
}

for (const name of [signals.requests, signals.requestsGoOn])
  channel(name).bindStore(doing, signal => ofRequest(signal as RequestSignal))

/** Also covers what the work starts later. */
export const follow = <Result>(marks: Marks, work: () => Result): Result =>
  doing.run({ marks, span: null }, work)

export const doingNow = (): Doing | null => doing.getStore() ?? null

/** A copy, because pino's `mixin` writes into it. */
export const marksOfNow = (): Partial<Marks> => ({ ...doingNow()?.marks })

export class RequestTrail extends Trail {
  current(): string | null {
    return doingNow()?.marks.correlationId ?? null
  }
}
