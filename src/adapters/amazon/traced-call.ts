import { tracingChannel } from 'node:diagnostics_channel'
import { type CallSignal, signals } from '../../application/diagnostics-channels.ts'

const calls = tracingChannel<unknown, CallSignal>(signals.amazonCalls)

export const traceCall = <Result>(
  { call, region }: Pick<CallSignal, 'call' | 'region'>,
  callAmazon: (signal: CallSignal) => Promise<Result>,
): Promise<Result> => {
  const signal: CallSignal = { call, region, status: null, requestId: null }
  return calls.tracePromise(() => callAmazon(signal), signal)
}
