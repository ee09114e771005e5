import type { AmazonResponseDetails } from '../amazon-response.ts'
import type { UnconfirmedFile } from './file-totals.ts'

export type ReportError = ErrorVariant & AmazonResponseDetails

type ErrorVariant =
  /** 429. Usually null: no Retry-After sent. */
  | { readonly error: 'throttled'; readonly retryAfterSeconds: number | null }
  /** Reset, truncated body, 5xx and other retryable statuses. */
  | { readonly error: 'unreachable'; readonly httpStatus: number | null }
  | { readonly error: 'timeout' }
  /** A success status with HTML, broken JSON, another shape or an empty body. */
  | { readonly error: 'invalid_response'; readonly detail: string }
  /** 401 even with a fresh access token. */
  | { readonly error: 'token_rejected' }
  /** 401 about the Amazon user's rights to the profile. */
  | { readonly error: 'profile_access_lost' }
  /** The same 401, but Amazon still lists the profile, or its list failed. */
  | { readonly error: 'profile_access_unconfirmed'; readonly detail: string }
  | { readonly error: 'grant_revoked' }
  /** 403, such as a suspended account; not a revocation. */
  | { readonly error: 'forbidden'; readonly detail: string }
  /** Closed, moved, in another region, or not this login's. */
  | { readonly error: 'account_unknown'; readonly detail: string }
  /** Another client's token, or `invalid_client`: check our settings. */
  | { readonly error: 'client_rejected'; readonly detail: string }
  /** Rejected for every seller: our bug. */
  | { readonly error: 'request_rejected'; readonly httpStatus: number; readonly detail: string }
  /** Other 4xx. */
  | { readonly error: 'refused'; readonly httpStatus: number; readonly detail: string }
  /** 425 for another report than requested. */
  | { readonly error: 'duplicate_mismatch' }
  /** 404 for an id that Amazon gave us. */
  | { readonly error: 'report_lost' }
  | { readonly error: 'failed_at_amazon'; readonly detail: string }
  | { readonly error: 'never_finished' }
  /** The next status poll signs a new URL. */
  | { readonly error: 'download_url_expired' }
  /** Amazon may have new storage. */
  | { readonly error: 'download_host_untrusted'; readonly detail: string }
  | { readonly error: 'download_rejected'; readonly httpStatus: number; readonly detail: string }
  /** `detail` is the error's name. */
  | { readonly error: 'internal_error'; readonly detail: string }
  /** Truncated body, corrupt gzip, broken JSON, or more than 1% unreadable rows. */
  | { readonly error: 'file_corrupt'; readonly detail: string }
  /** Larger than any real report, or a gzip bomb: the same file again would be no smaller. */
  | { readonly error: 'file_too_large'; readonly detail: string }
  /** Would remove most of what is loaded; a second report must agree. */
  | { readonly error: 'file_unconfirmed'; readonly detail: string; readonly file: UnconfirmedFile }

export type ReportErrorCode = ReportError['error'] | 'connection_closed' | 'cancelled'

export interface FailureReason extends AmazonResponseDetails {
  readonly error: ReportErrorCode
  readonly detail: string | null
}

export type RetryDecision =
  | { readonly decision: 'retry'; readonly inSeconds: number }
  | { readonly decision: 'request_again'; readonly inSeconds: number }
  | { readonly decision: 'fail' }
  | { readonly decision: 'lose_authorisation'; readonly why: 'grant_revoked' | 'profile_access_lost' }

interface RetryPolicy {
  readonly decision: 'retry' | 'request_again'
  /** Consecutive errors; for `request_again`, requests in total. */
  readonly maxRetries: number
  readonly firstSeconds: number
  readonly maxSeconds: number
}

/**
 * A report type can be throttled for hours without Retry-After (docs/product/amazon.md, Reporting v3: requests). Throttled
 * reports try at least hourly for 20 hours, and end before or soon after the next daily sync is due.
 */
const retryPolicies: Readonly<Partial<Record<ReportError['error'], RetryPolicy>>> = {
  throttled: { decision: 'retry', maxRetries: 29, firstSeconds: 60, maxSeconds: 3000 },
  unreachable: { decision: 'retry', maxRetries: 12, firstSeconds: 2, maxSeconds: 300 },
  timeout: { decision: 'retry', maxRetries: 12, firstSeconds: 2, maxSeconds: 300 },
  invalid_response: { decision: 'retry', maxRetries: 8, firstSeconds: 5, maxSeconds: 300 },
  token_rejected: { decision: 'retry', maxRetries: 4, firstSeconds: 5, maxSeconds: 300 },
  profile_access_unconfirmed: { decision: 'retry', maxRetries: 7, firstSeconds: 300, maxSeconds: 3600 },
  client_rejected: { decision: 'retry', maxRetries: 7, firstSeconds: 60, maxSeconds: 1800 },
  download_host_untrusted: { decision: 'retry', maxRetries: 7, firstSeconds: 60, maxSeconds: 1800 },
  duplicate_mismatch: { decision: 'retry', maxRetries: 4, firstSeconds: 60, maxSeconds: 60 },
  download_url_expired: { decision: 'retry', maxRetries: 5, firstSeconds: 1, maxSeconds: 30 },
  download_rejected: { decision: 'retry', maxRetries: 5, firstSeconds: 1, maxSeconds: 30 },
  file_corrupt: { decision: 'retry', maxRetries: 4, firstSeconds: 2, maxSeconds: 60 },
  internal_error: { decision: 'retry', maxRetries: 5, firstSeconds: 5, maxSeconds: 300 },
  report_lost: { decision: 'request_again', maxRetries: 2, firstSeconds: 1, maxSeconds: 60 },
  failed_at_amazon: { decision: 'request_again', maxRetries: 2, firstSeconds: 30, maxSeconds: 300 },
  never_finished: { decision: 'request_again', maxRetries: 1, firstSeconds: 1, maxSeconds: 1 },
  // Amazon needs time to correct its own figures.
  file_unconfirmed: { decision: 'request_again', maxRetries: 4, firstSeconds: 900, maxSeconds: 900 },
}

/** Seconds. Amazon may send 0, which would use up all retries at once. */
const minRetryAfter = 5
const maxRetryAfter = 3600

export interface ErrorHistory {
  readonly lastError: ReportError | null
  /** With the code of `lastError`. */
  readonly consecutiveErrors: number
  readonly totalErrors: number
  readonly requestCount: number
}

/** Ends alternating errors: each policy counts only its own. */
export const maxTotalErrors = 40

export const consecutiveErrorsOf = (
  { lastError, consecutiveErrors }: Pick<ErrorHistory, 'lastError' | 'consecutiveErrors'>,
  error: ReportError,
): number => (lastError?.error === error.error ? consecutiveErrors : 0)

/**
 * Waits double up to the policy's maximum, plus up to 20% jitter.
 * @param random in [0, 1).
 */
export function decideRetry(error: ReportError, history: ErrorHistory, random: number): RetryDecision {
  if (error.error === 'grant_revoked') return { decision: 'lose_authorisation', why: 'grant_revoked' }
  if (error.error === 'profile_access_lost')
    return { decision: 'lose_authorisation', why: 'profile_access_lost' }

  const policy = retryPolicies[error.error]
  if (!policy || history.totalErrors >= maxTotalErrors) return { decision: 'fail' }
  const previousErrors = consecutiveErrorsOf(history, error)
  const retryCount =
    policy.decision === 'request_again' ? Math.max(previousErrors, history.requestCount - 1) : previousErrors
  if (retryCount >= policy.maxRetries) return { decision: 'fail' }

  const backoff = Math.min(policy.firstSeconds * 2 ** previousErrors, policy.maxSeconds)
  const retryAfter = error.error === 'throttled' ? error.retryAfterSeconds : null
  const wait =
    retryAfter === null
      ? backoff
      : Math.min(Math.max(retryAfter, minRetryAfter * 2 ** previousErrors), maxRetryAfter)
  return { decision: policy.decision, inSeconds: wait * (1 + random / 5) }
}

export function failureReason(error: ReportError): FailureReason {
  const detail = 'detail' in error ? error.detail : null
  const status = 'httpStatus' in error ? error.httpStatus : null
  const text = [status, detail].filter(Boolean).join(': ')
  const { requestId, skewSeconds } = error
  return {
    error: error.error,
    detail: text || null,
    ...(requestId !== undefined && { requestId }),
    ...(skewSeconds !== undefined && { skewSeconds }),
  }
}

/** Internal errors never cost a seller the connection. */
export const isInternal = ({ error }: ReportError): boolean => internalErrors.has(error)

const internalErrors: ReadonlySet<ReportErrorCode> = new Set([
  'client_rejected',
  'request_rejected',
  'internal_error',
  'download_host_untrusted',
])
