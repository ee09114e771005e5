import { RowUnreadable } from '../../domain/ingestion/fact-row.ts'
import type { ReportTrouble } from '../../domain/ingestion/trouble.ts'
import {
  AmazonElsewhere,
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
} from '../ports.ts'
import { AccessGone } from './ports.ts'

/** 401s that no refresh fixes, by Amazon's texts (`docs/product/amazon.md`, Ads API: errors). */
const unauthorised: readonly (readonly [RegExp, (detail: string) => ReportTrouble])[] = [
  [/AuthorizeThirdPartyAccess/, () => ({ trouble: 'rights_lost' })],
  [/clientId does not match token/i, detail => ({ trouble: 'our_client', detail })],
  [/scope header is missing/i, detail => ({ trouble: 'our_request', httpStatus: 401, detail })],
  [
    /no matching advertiser|not authorized to access scope/i,
    detail => ({ trouble: 'account_unknown', detail }),
  ],
]

const meaningOf401 = (detail: string): ReportTrouble =>
  unauthorised.find(([text]) => text.test(detail))?.[1](detail) ?? { trouble: 'token_refused' }

/** True for a 401 of the Ads API that a refreshed token may fix. */
export const isTokenRefusal = (error: unknown): boolean =>
  error instanceof AmazonRefused &&
  error.httpStatus === 401 &&
  error.call !== 'token' &&
  meaningOf401(error.detail).trouble === 'token_refused'

/**
 * @param reading broken JSON in a file is another error than in a response.
 * @returns null for errors that aren't Amazon's: our bugs.
 */
export function troubleOf(error: unknown, reading: 'answer' | 'file' = 'answer'): ReportTrouble | null {
  if (error instanceof AccessGone) return { trouble: 'grant_gone' }
  if (error instanceof AmazonTimeout) return { trouble: 'timeout' }
  if (error instanceof AmazonUnreachable) return { trouble: 'unreachable', httpStatus: error.httpStatus }
  if (error instanceof AmazonThrottled) {
    return { trouble: 'throttled', retryAfterSeconds: error.retryAfterSeconds }
  }
  if (error instanceof AmazonElsewhere) return { trouble: 'address_elsewhere', detail: error.message }
  if (error instanceof AmazonUnreadable || error instanceof RowUnreadable) {
    return { trouble: reading === 'file' ? 'file_unreadable' : 'answer_unreadable', detail: error.message }
  }
  if (error instanceof AmazonRefused) return refusedTrouble(error)
  return null
}

function refusedTrouble({ httpStatus, code, detail, call }: AmazonRefused): ReportTrouble {
  if (code === 'address_expired') return { trouble: 'address_expired' }
  if (call === 'download') return storageTrouble(httpStatus, detail)
  // A revoked grant is `AccessRevoked` by now; other token errors concern our client.
  if (call === 'token') return { trouble: 'our_client', detail: [code, detail].filter(Boolean).join(': ') }
  switch (httpStatus) {
    case 401:
      return meaningOf401(detail)
    case 403:
      return { trouble: 'forbidden', detail }
    case 404:
      return call === 'order' ? { trouble: 'our_request', httpStatus, detail } : { trouble: 'report_gone' }
    case 425:
      // A duplicate whose id can't be parsed: wait as for another's.
      return { trouble: 'foreign_duplicate' }
    case 400:
      return /invalid advertiser/i.test(detail)
        ? { trouble: 'account_unknown', detail }
        : { trouble: 'our_request', httpStatus, detail }
    case 406:
    case 415:
    case 422:
      return { trouble: 'our_request', httpStatus, detail }
    default:
      return { trouble: 'refused', httpStatus, detail }
  }
}

function storageTrouble(httpStatus: number, detail: string): ReportTrouble {
  return httpStatus === 404 ? { trouble: 'report_gone' } : { trouble: 'file_refused', httpStatus, detail }
}
