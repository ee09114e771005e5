import {
  AmazonRejected,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  InvalidAmazonResponse,
  type ResponseMetadata,
  UntrustedDownloadHost,
} from '../../application/ports.ts'

/** `ended`: we aborted the call, for example after losing the lease. */
export type AmazonCallOutcome =
  | 'ok'
  | 'throttled'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'unreadable'
  | 'ended'

/** @param error undefined after a success. */
export function outcomeOf(error: unknown): AmazonCallOutcome {
  if (error === undefined) return 'ok'
  if (error instanceof AmazonThrottled) return 'throttled'
  if (error instanceof AmazonRejected || error instanceof UntrustedDownloadHost) return 'refused'
  if (error instanceof AmazonTimeout) return 'timeout'
  if (error instanceof AmazonUnreachable) return 'unreachable'
  return error instanceof InvalidAmazonResponse ? 'unreadable' : 'ended'
}

export const refreshOutcomes = ['renewed', 'revoked', 'client_refused', 'failed'] as const

/** Who must act: no one (renewed), the seller (revoked), an operator (client_refused). */
export function refreshOutcomeOf(error: unknown): (typeof refreshOutcomes)[number] {
  if (error === undefined) return 'renewed'
  if (!(error instanceof AmazonRejected)) return 'failed'
  if (error.code === 'invalid_grant') return 'revoked'
  return error.code === 'invalid_client' || error.code === 'unauthorized_client' ? 'client_refused' : 'failed'
}

export function responseDetailsOf(
  error: unknown,
): { status: number | null } & Pick<ResponseMetadata, 'requestId'> {
  const hasStatus = error instanceof AmazonRejected || error instanceof AmazonUnreachable
  const isTraced = hasStatus || error instanceof AmazonThrottled
  return {
    status: error instanceof AmazonThrottled ? 429 : hasStatus ? error.httpStatus : null,
    requestId: isTraced ? error.trace.requestId : null,
  }
}
