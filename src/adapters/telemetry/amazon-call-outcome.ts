import {
  type AmazonFailureKind,
  isAmazonFailure,
  isInvalidGrant,
  type ResponseMetadata,
} from '../../application/amazon-failure.ts'

/** `ended`: we aborted the call, for example after losing the lease. */
export type AmazonCallOutcome =
  | 'ok'
  | 'throttled'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'unreadable'
  | 'ended'

const outcomes = {
  timeout: 'timeout',
  unreachable: 'unreachable',
  throttled: 'throttled',
  rejected: 'refused',
  untrusted_host: 'refused',
  unreadable: 'unreadable',
} as const satisfies Readonly<Record<AmazonFailureKind, AmazonCallOutcome>>

/** @param error undefined after a success. */
export function outcomeOf(error: unknown): AmazonCallOutcome {
  if (error === undefined) return 'ok'
  return isAmazonFailure(error) ? outcomes[error.kind] : 'ended'
}

export const refreshOutcomes = ['renewed', 'revoked', 'client_refused', 'failed'] as const

/** Who must act: no one (renewed), the seller (revoked), an operator (client_refused). */
export function refreshOutcomeOf(error: unknown): (typeof refreshOutcomes)[number] {
  if (error === undefined) return 'renewed'
  if (!isAmazonFailure(error, 'rejected')) return 'failed'
  if (isInvalidGrant(error)) return 'revoked'
  return error.code === 'invalid_client' || error.code === 'unauthorized_client' ? 'client_refused' : 'failed'
}

export function responseDetailsOf(
  error: unknown,
): { status: number | null } & Pick<ResponseMetadata, 'requestId'> {
  if (!isAmazonFailure(error)) return { status: null, requestId: null }
  const { kind, httpStatus, requestId } = error
  return { status: kind === 'throttled' ? 429 : httpStatus, requestId }
}
