import type { Traced } from '../answer-trace.ts'

export type ReportTrouble = Trouble & Traced

type Trouble =
  /** 429. Null: Amazon named no wait, as mostly here. */
  | { readonly trouble: 'throttled'; readonly retryAfterSeconds: number | null }
  /** Resets, half a body, 5xx and other statuses that allow a retry. */
  | { readonly trouble: 'unreachable'; readonly httpStatus: number | null }
  | { readonly trouble: 'timeout' }
  /** Despite a success status: HTML, broken JSON, another shape, an empty body. */
  | { readonly trouble: 'answer_unreadable'; readonly detail: string }
  /** 401 even with a fresh access token. */
  | { readonly trouble: 'token_refused' }
  /** 401 naming `AuthorizeThirdPartyAccess`: the Amazon user lost access to the profile. */
  | { readonly trouble: 'rights_lost' }
  | { readonly trouble: 'grant_gone' }
  /** 403, such as a suspended account. No sign of a revocation. */
  | { readonly trouble: 'forbidden'; readonly detail: string }
  /** Amazon finds no advertiser: closed, moved, in another region, or not this login's. */
  | { readonly trouble: 'account_unknown'; readonly detail: string }
  /** Amazon rejects our client (another client's token, `invalid_client`): check our settings. */
  | { readonly trouble: 'our_client'; readonly detail: string }
  /** Amazon rejects the request for every seller: fix the program. */
  | { readonly trouble: 'our_request'; readonly httpStatus: number; readonly detail: string }
  /** Other 4xx, with Amazon's text. */
  | { readonly trouble: 'refused'; readonly httpStatus: number; readonly detail: string }
  /** 425 for another report than requested. */
  | { readonly trouble: 'foreign_duplicate' }
  /** 404 for an id that Amazon gave us. */
  | { readonly trouble: 'report_gone' }
  | { readonly trouble: 'failed_at_amazon'; readonly detail: string }
  | { readonly trouble: 'never_finished' }
  /** The next status poll signs a new address. */
  | { readonly trouble: 'address_expired' }
  /** Check whether Amazon has new storage. */
  | { readonly trouble: 'address_elsewhere'; readonly detail: string }
  /** The storage refuses the file, but not for its age. */
  | { readonly trouble: 'file_refused'; readonly httpStatus: number; readonly detail: string }
  /** `detail` is the error's name. Retried and logged. */
  | { readonly trouble: 'our_defect'; readonly detail: string }
  /** Half a body, corrupt gzip, broken JSON, or a row without its key. */
  | { readonly trouble: 'file_unreadable'; readonly detail: string }

export type TroubleKind = ReportTrouble['trouble'] | 'connection_closed' | 'cancelled'

export interface FailureReason extends Traced {
  readonly trouble: TroubleKind
  readonly detail: string | null
}

export type Remedy =
  | { readonly remedy: 'again'; readonly inSeconds: number }
  | { readonly remedy: 'order_anew'; readonly inSeconds: number }
  | { readonly remedy: 'give_up' }
  | { readonly remedy: 'lose_authorisation'; readonly why: 'grant_gone' | 'profile_rights_lost' }

interface Plan {
  readonly remedy: 'again' | 'order_anew'
  /** Consecutive errors, or for `request_again` requests in total; the next one is final. */
  readonly bearable: number
  readonly firstSeconds: number
  readonly longestSeconds: number
}

/**
 * Throttling waits 1, 2, 4, 8, 15, 15 and 15 minutes, an hour in all: Amazon asks for long back-off and names no wait.
 */
const plans: Readonly<Partial<Record<ReportTrouble['trouble'], Plan>>> = {
  throttled: { remedy: 'again', bearable: 7, firstSeconds: 60, longestSeconds: 900 },
  unreachable: { remedy: 'again', bearable: 12, firstSeconds: 2, longestSeconds: 300 },
  timeout: { remedy: 'again', bearable: 12, firstSeconds: 2, longestSeconds: 300 },
  answer_unreadable: { remedy: 'again', bearable: 8, firstSeconds: 5, longestSeconds: 300 },
  token_refused: { remedy: 'again', bearable: 4, firstSeconds: 5, longestSeconds: 300 },
  our_client: { remedy: 'again', bearable: 7, firstSeconds: 60, longestSeconds: 1800 },
  address_elsewhere: { remedy: 'again', bearable: 7, firstSeconds: 60, longestSeconds: 1800 },
  foreign_duplicate: { remedy: 'again', bearable: 4, firstSeconds: 60, longestSeconds: 60 },
  address_expired: { remedy: 'again', bearable: 5, firstSeconds: 1, longestSeconds: 30 },
  file_refused: { remedy: 'again', bearable: 5, firstSeconds: 1, longestSeconds: 30 },
  file_unreadable: { remedy: 'again', bearable: 4, firstSeconds: 2, longestSeconds: 60 },
  our_defect: { remedy: 'again', bearable: 5, firstSeconds: 5, longestSeconds: 300 },
  report_gone: { remedy: 'order_anew', bearable: 2, firstSeconds: 1, longestSeconds: 60 },
  failed_at_amazon: { remedy: 'order_anew', bearable: 2, firstSeconds: 30, longestSeconds: 300 },
  never_finished: { remedy: 'order_anew', bearable: 1, firstSeconds: 1, longestSeconds: 1 },
}

/**
 * Seconds; bounds for waits that Amazon names. `Retry-After: 0` would use up all retries at once, over an hour is a
 * mistake. The minimum doubles with each error.
 */
const shortestNamed = 5
const longestNamed = 3600

export interface TroublesMet {
  readonly lastTrouble: ReportTrouble | null
  /** With the last one's code. */
  readonly troubles: number
  readonly troublesInAll: number
  readonly orders: number
}

/** Ends alternating errors: each policy counts only its own. */
export const mostTroubles = 24

/** Counts equal errors directly before this one. */
export const alikeBefore = (
  { lastTrouble, troubles }: Pick<TroublesMet, 'lastTrouble' | 'troubles'>,
  trouble: ReportTrouble,
): number => (lastTrouble?.trouble === trouble.trouble ? troubles : 0)

/**
 * Decides what follows an error. Waits double up to the policy's maximum, plus up to 20%, so that a thousand accounts
 * don't return in one second.
 * @param random in [0, 1).
 */
export function remedyFor(trouble: ReportTrouble, met: TroublesMet, chance: number): Remedy {
  if (trouble.trouble === 'grant_gone') return { remedy: 'lose_authorisation', why: 'grant_gone' }
  if (trouble.trouble === 'rights_lost') return { remedy: 'lose_authorisation', why: 'profile_rights_lost' }

  const plan = plans[trouble.trouble]
  if (!plan || met.troublesInAll >= mostTroubles) return { remedy: 'give_up' }
  const alike = alikeBefore(met, trouble)
  const borne = plan.remedy === 'order_anew' ? Math.max(alike, met.orders - 1) : alike
  if (borne >= plan.bearable) return { remedy: 'give_up' }

  const doubled = Math.min(plan.firstSeconds * 2 ** alike, plan.longestSeconds)
  const named = trouble.trouble === 'throttled' ? trouble.retryAfterSeconds : null
  const wait = named === null ? doubled : Math.min(Math.max(named, shortestNamed * 2 ** alike), longestNamed)
  return { remedy: plan.remedy, inSeconds: wait * (1 + chance / 5) }
}

export function reasonOf(trouble: ReportTrouble): FailureReason {
  const detail = 'detail' in trouble ? trouble.detail : null
  const status = 'httpStatus' in trouble ? trouble.httpStatus : null
  const words = [status, detail].filter(Boolean).join(': ')
  const { requestId, skewSeconds } = trouble
  return {
    trouble: trouble.trouble,
    detail: words || null,
    ...(requestId !== undefined && { requestId }),
    ...(skewSeconds !== undefined && { skewSeconds }),
  }
}

/** True for errors on our side: retried and logged like others, but they never cost a seller the connection. */
export const isOurs = ({ trouble }: ReportTrouble): boolean => ours.has(trouble)

const ours: ReadonlySet<TroubleKind> = new Set([
  'our_client',
  'our_request',
  'our_defect',
  'address_elsewhere',
])

export const failureSentences: Readonly<Record<TroubleKind, string>> = {
  throttled: 'Amazon was too busy to create this report. The next daily sync requests it again.',
  unreachable: 'We couldn’t reach Amazon for this report. The next daily sync requests it again.',
  timeout: 'Amazon didn’t respond in time for this report. The next daily sync requests it again.',
  answer_unreadable:
    'We couldn’t read Amazon’s response for this report. The next daily sync requests it again.',
  token_refused: 'Amazon rejected our access for this report. Please contact support.',
  rights_lost:
    'Your Amazon login can no longer read this advertising account. Connect it again with a login that can.',
  grant_gone: 'Our access at Amazon was removed. Connect the account again.',
  forbidden:
    'Amazon denied your login access to this account. Check at advertising.amazon.com whether it’s suspended. The next daily sync retries.',
  account_unknown:
    'Amazon can’t find this advertising account under your login. If you use another account now, connect it instead.',
  our_client:
    'Amazon doesn’t recognise us right now. The problem is on our side, and we’ve been notified. Your permission is still valid. The next daily sync requests the report again.',
  our_request:
    'Amazon rejected our request for this report. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  refused: 'Amazon refused to create this report. Please contact support.',
  foreign_duplicate:
    'Amazon was already creating another report of this type. The next daily sync requests it again.',
  report_gone: 'Amazon lost this report more than once. The next daily sync requests it again.',
  failed_at_amazon: 'Amazon couldn’t create this report. The next daily sync requests it again.',
  never_finished: 'Amazon didn’t finish this report in time. The next daily sync requests it again.',
  address_expired: 'The download link for this report expired. The next daily sync requests it again.',
  address_elsewhere:
    'Amazon stored this report at an address we don’t allow yet. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  file_refused:
    'Amazon’s storage refused the download of this report. The next daily sync requests it again.',
  our_defect:
    'Something went wrong on our side with this report. We’ve been notified. The next daily sync requests it again.',
  connection_closed: 'The account was disconnected before this report loaded.',
  cancelled: 'Support stopped this sync. The next daily sync requests the report again.',
  file_unreadable:
    'We couldn’t read the file Amazon sent for this report. The next daily sync requests it again.',
}
