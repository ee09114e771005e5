import {
  AmazonElsewhere,
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
  type AnswerTrace,
} from '../../application/ports.ts'

/** How a call to Amazon ended. `ended`: we ended it ourselves, as when a lease is lost. */
export type CallOutcome = 'ok' | 'throttled' | 'refused' | 'timeout' | 'unreachable' | 'unreadable' | 'ended'

/** @param error undefined where there is none. */
export function outcomeOf(error: unknown): CallOutcome {
  if (error === undefined) return 'ok'
  if (error instanceof AmazonThrottled) return 'throttled'
  if (error instanceof AmazonRefused || error instanceof AmazonElsewhere) return 'refused'
  if (error instanceof AmazonTimeout) return 'timeout'
  if (error instanceof AmazonUnreachable) return 'unreachable'
  return error instanceof AmazonUnreadable ? 'unreadable' : 'ended'
}

export const refreshEnds = ['renewed', 'revoked', 'client_refused', 'failed'] as const

/** Whose business it is: nobody's, the seller's, an operator's, or time's. */
export function refreshOutcome(error: unknown): (typeof refreshEnds)[number] {
  if (error === undefined) return 'renewed'
  if (!(error instanceof AmazonRefused)) return 'failed'
  if (error.code === 'invalid_grant') return 'revoked'
  return error.code === 'invalid_client' || error.code === 'unauthorized_client' ? 'client_refused' : 'failed'
}

/** What an error knows of the answer that it stands for. */
export function answerIn(error: unknown): { status: number | null } & Pick<AnswerTrace, 'requestId'> {
  const known = error instanceof AmazonRefused || error instanceof AmazonUnreachable
  const isTraced = known || error instanceof AmazonThrottled
  return {
    status: error instanceof AmazonThrottled ? 429 : known ? error.httpStatus : null,
    requestId: isTraced ? error.trace.requestId : null,
  }
}
