import { RowUnreadable } from '../../domain/ingestion/fact-row.ts'
import type { ReportTrouble } from '../../domain/ingestion/trouble.ts'
import {
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
} from '../ports.ts'
import { AccessGone } from './ports.ts'

/** Amazon's 401 has at least four meanings; this text is the one that no fresh token mends. */
const namesLostRights = (detail: string): boolean => detail.includes('AuthorizeThirdPartyAccess')

export const isTokenRefusal = (error: unknown): boolean =>
  error instanceof AmazonRefused && error.httpStatus === 401 && !namesLostRights(error.detail)

/**
 * Every failure that a step of a report can meet, by its name in the domain.
 * @returns null for what is no trouble of Amazon's: a defect of ours.
 */
export function troubleOf(error: unknown): ReportTrouble | null {
  if (error instanceof AccessGone) return { trouble: 'grant_gone' }
  if (error instanceof AmazonTimeout) return { trouble: 'timeout' }
  if (error instanceof AmazonUnreachable) return { trouble: 'unreachable', httpStatus: error.httpStatus }
  if (error instanceof AmazonThrottled) {
    return { trouble: 'throttled', retryAfterSeconds: error.retryAfterSeconds }
  }
  if (error instanceof AmazonUnreadable || error instanceof RowUnreadable) {
    return { trouble: 'file_unreadable', detail: error.message }
  }
  if (error instanceof AmazonRefused) return refusedTrouble(error)
  return null
}

function refusedTrouble({ httpStatus, code, detail }: AmazonRefused): ReportTrouble {
  if (httpStatus === 401) return { trouble: namesLostRights(detail) ? 'rights_lost' : 'token_refused' }
  if (httpStatus === 404) return { trouble: 'report_gone' }
  // A duplicate whose id cannot be read: waited out like one that is not ours.
  if (httpStatus === 425) return { trouble: 'foreign_duplicate' }
  if (code === 'address_expired') return { trouble: 'address_expired' }
  return { trouble: 'refused', httpStatus, detail }
}
