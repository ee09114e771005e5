import {
  type AmazonErrorDetails,
  type AmazonResponseDetails,
  clockSkewSeconds,
} from '../domain/amazon-response.ts'

/**
 * - `unreachable`: not reached, 5xx, 408, or 425 to anything but a report request
 * - `throttled`: 429
 * - `rejected`: any other 4xx
 * - `unreadable`: a success whose body can't be parsed
 * - `untrusted_host`: a download address on a host that is not allowed; nothing was sent there
 */
export type AmazonFailureKind =
  | 'timeout'
  | 'unreachable'
  | 'throttled'
  | 'rejected'
  | 'unreadable'
  | 'untrusted_host'

export type AmazonCall =
  | 'token'
  | 'user_profile'
  | 'profiles'
  | 'manager_accounts'
  | 'ads_accounts'
  | 'campaigns'
  | 'report_request'
  | 'report_status'
  | 'cancel'
  | 'download'

export interface ResponseMetadata {
  /** Amazon's support asks for it. */
  readonly requestId: string | null
  /** By Amazon's clock (RFC 9110 §6.6.1); null if unknown. */
  readonly answeredAt: Date | null
}

interface FailureDetails extends ResponseMetadata {
  /** Null without an answer. */
  readonly httpStatus: number | null
  /** Amazon's `error` or `code`; may be empty. */
  readonly code: string
  /** In full: it often lists the allowed values. */
  readonly detail: string
  /** Null if Amazon named no wait. */
  readonly retryAfterSeconds: number | null
  readonly call: AmazonCall | null
}

/** The only error that calls to Amazon throw. The Amazon adapter decides the kind. */
export class AmazonFailure extends Error implements FailureDetails {
  override readonly name = 'AmazonFailure'
  readonly kind: AmazonFailureKind
  readonly httpStatus: number | null
  readonly code: string
  readonly detail: string
  readonly retryAfterSeconds: number | null
  readonly requestId: string | null
  readonly answeredAt: Date | null
  readonly call: AmazonCall | null

  constructor(
    kind: AmazonFailureKind,
    message: string,
    details: Partial<FailureDetails> & { readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.httpStatus = details.httpStatus ?? null
    this.code = details.code ?? ''
    this.detail = details.detail ?? ''
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
    this.requestId = details.requestId ?? null
    this.answeredAt = details.answeredAt ?? null
    this.call = details.call ?? null
  }
}

export const amazonRejection = (
  details: Pick<FailureDetails, 'code' | 'detail'> & {
    readonly httpStatus: number
  } & Partial<FailureDetails>,
): AmazonFailure =>
  new AmazonFailure(
    'rejected',
    `Amazon rejected the request with ${details.httpStatus} ${details.code}: ${details.detail}`,
    details,
  )

export const isAmazonFailure = (error: unknown, kind?: AmazonFailureKind): error is AmazonFailure =>
  error instanceof AmazonFailure && (kind === undefined || error.kind === kind)

/** RFC 6749 §5.2: the grant is gone. No other answer means that. */
export const isInvalidGrant = (error: unknown): error is AmazonFailure & { readonly code: 'invalid_grant' } =>
  isAmazonFailure(error, 'rejected') && error.code === 'invalid_grant'

export function responseDetails(error: unknown, now: Date): AmazonResponseDetails {
  if (!isAmazonFailure(error)) return {}
  const { requestId, answeredAt } = error
  const skewSeconds = clockSkewSeconds(answeredAt, now)
  return { ...(requestId && { requestId }), ...(skewSeconds !== null && { skewSeconds }) }
}

/** Adds Amazon's status and message. */
export function errorDetails(error: unknown, now: Date): AmazonErrorDetails {
  if (!isAmazonFailure(error, 'rejected') || error.httpStatus === null) return responseDetails(error, now)
  const { httpStatus, code, detail } = error
  const amazonMessage = [code, detail].filter(Boolean).join(': ').slice(0, maxMessageLength)
  return { httpStatus, ...(amazonMessage && { amazonMessage }), ...responseDetails(error, now) }
}

/** Characters. */
const maxMessageLength = 300
