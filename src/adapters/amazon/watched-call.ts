import { tracingChannel } from 'node:diagnostics_channel'
import { type CallSignal, signals } from '../../application/signals.ts'

const calls = tracingChannel<unknown, CallSignal>(signals.amazonCalls)

export const watched = <Answer>(
  { call, region }: Pick<CallSignal, 'call' | 'region'>,
  ask: (signal: CallSignal) => Promise<Answer>,
): Promise<Answer> => {
  const signal: CallSignal = { call, region, status: null, requestId: null }
  return calls.tracePromise(() => ask(signal), signal)
}
