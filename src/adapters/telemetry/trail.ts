import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { Trail } from '../../application/ports.ts'
import { type RequestSignal, signals } from '../../application/signals.ts'
import type { ConnectionId, ReportId, RunId } from '../../domain/identifiers.ts'

/** What each line of the log is found by. */
export interface Marks {
  readonly correlationId: string
  readonly runId?: RunId
  readonly reportId?: ReportId
  readonly connectionId?: ConnectionId
}

/** Where a trace goes on (W3C Trace Context). */
export interface SpanPlace {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** What goes on at the moment. */
interface Doing {
  readonly marks: Marks
  /** What is begun in it belongs below; null while nobody traces. */
  span: SpanPlace | null
}

const doing = new AsyncLocalStorage<Doing>()

/** One and the same for a request before and after its body was read. */
const requests = new WeakMap<RequestSignal, Doing>()

function ofRequest(signal: RequestSignal): Doing {
  const known = requests.get(signal) ?? { marks: { correlationId: signal.id }, span: null }
  requests.set(signal, known)
  return known
}

for (const name of [signals.requests, signals.requestsGoOn])
  channel(name).bindStore(doing, signal => ofRequest(signal as RequestSignal))

/** Whatever the work does, however late, is found by these marks. */
export const follow = <Result>(marks: Marks, work: () => Result): Result =>
  doing.run({ marks, span: null }, work)

/** What goes on at the moment; null between. */
export const doingNow = (): Doing | null => doing.getStore() ?? null

/** For pino's `mixin`, which writes into what it gets: on each line, whoever writes it. */
export const marksOfNow = (): Partial<Marks> => ({ ...doingNow()?.marks })

/** By the id of the request that asked for it. */
export class RequestTrail extends Trail {
  current(): string | null {
    return doingNow()?.marks.correlationId ?? null
  }
}
