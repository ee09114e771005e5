import { InvalidRow } from '../../../domain/ingestion/fact-row.ts'
import type { ReportError } from '../../../domain/ingestion/report-error.ts'
import { type AmazonFailure, isAmazonFailure, responseDetails } from '../../amazon-failure.ts'
import { AccessRevoked, FileUnconfirmed } from '../report-ports.ts'

/** 401s that no refresh fixes (`docs/product/amazon.md`, Ads API: errors). */
const unauthorised: readonly (readonly [RegExp, (detail: string) => ReportError])[] = [
  [/AuthorizeThirdPartyAccess|does not have access to profile/, () => ({ error: 'profile_access_lost' })],
  [/clientId does not match token/i, detail => ({ error: 'client_rejected', detail })],
  [/scope header is missing/i, detail => ({ error: 'request_rejected', httpStatus: 401, detail })],
  [
    /no matching advertiser|not authorized to access scope/i,
    detail => ({ error: 'account_unknown', detail }),
  ],
]

const meaningOf401 = (detail: string): ReportError =>
  unauthorised.find(([pattern]) => pattern.test(detail))?.[1](detail) ?? { error: 'token_rejected' }

export const isTokenRejected = (error: unknown): boolean =>
  isAmazonFailure(error, 'rejected') &&
  error.httpStatus === 401 &&
  error.call !== 'token' &&
  meaningOf401(error.detail).error === 'token_rejected'

type Source = 'answer' | 'file'

/** Null for our bugs. */
export function toReportError(error: unknown, now: Date, source: Source = 'answer'): ReportError | null {
  const reportError = classify(error, source)
  return reportError && { ...reportError, ...responseDetails(error, now) }
}

function classify(error: unknown, source: Source): ReportError | null {
  if (error instanceof AccessRevoked) return { error: 'grant_revoked' }
  if (error instanceof FileUnconfirmed)
    return { error: 'file_unconfirmed', detail: error.message, file: error.file }
  const unreadable = source === 'file' ? 'file_corrupt' : 'invalid_response'
  if (error instanceof InvalidRow) return { error: unreadable, detail: error.message }
  if (!isAmazonFailure(error)) return null
  const { kind, code, httpStatus, retryAfterSeconds, message: detail } = error
  switch (kind) {
    case 'timeout':
      return { error: 'timeout' }
    case 'unreachable':
      return { error: 'unreachable', httpStatus }
    case 'throttled':
      return { error: 'throttled', retryAfterSeconds }
    case 'untrusted_host':
      return { error: 'download_host_untrusted', detail }
    case 'unreadable':
      return { error: code === 'file_too_large' ? code : unreadable, detail }
    case 'rejected':
      return rejectionError(error)
  }
}

function rejectionError({ httpStatus: answered, code, detail, call }: AmazonFailure): ReportError {
  // A rejection always has a status.
  const httpStatus = answered ?? 0
  if (code === 'download_url_expired') return { error: 'download_url_expired' }
  if (call === 'download') return storageError(httpStatus, detail)
  // A revoked grant is `AccessRevoked` by now.
  if (call === 'token') return { error: 'client_rejected', detail: [code, detail].filter(Boolean).join(': ') }
  switch (httpStatus) {
    case 401:
      return meaningOf401(detail)
    case 403:
      return { error: 'forbidden', detail }
    case 404:
      return call === 'report_request'
        ? { error: 'request_rejected', httpStatus, detail }
        : { error: 'report_lost' }
    case 425:
      // Amazon already has such a report, but its id is unreadable. Wait, as for a different report.
      return { error: 'duplicate_mismatch' }
    case 400:
      return /invalid advertiser/i.test(detail)
        ? { error: 'account_unknown', detail }
        : { error: 'request_rejected', httpStatus, detail }
    case 406:
    case 415:
    case 422:
      return { error: 'request_rejected', httpStatus, detail }
    default:
      return { error: 'refused', httpStatus, detail }
  }
}

function storageError(httpStatus: number, detail: string): ReportError {
  return httpStatus === 404 ? { error: 'report_lost' } : { error: 'download_rejected', httpStatus, detail }
}
