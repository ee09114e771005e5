import type { Traced } from '../answer-trace.ts'

/** What went wrong with one step of one report; kept with it, shown to agents. */
export type ReportTrouble = Trouble & Traced

type Trouble =
  /** 429; the wait in seconds that Amazon named, or null: on this call it mostly names none. */
  | { readonly trouble: 'throttled'; readonly retryAfterSeconds: number | null }
  /** Resets, half a body, 5xx and the other statuses that ask for another try. */
  | { readonly trouble: 'unreachable'; readonly httpStatus: number | null }
  | { readonly trouble: 'timeout' }
  /** A success by its status that says nothing: HTML, broken JSON, another shape, an empty body. */
  | { readonly trouble: 'answer_unreadable'; readonly detail: string }
  /** 401 that a fresh access token did not mend. */
  | { readonly trouble: 'token_refused' }
  /** 401 that names `AuthorizeThirdPartyAccess`: the person lost the rights to the profile. */
  | { readonly trouble: 'rights_lost' }
  /** `invalid_grant`. */
  | { readonly trouble: 'grant_gone' }
  /** 403: Amazon keeps the login out, as when the account is suspended. Nothing says that the yes is gone. */
  | { readonly trouble: 'forbidden'; readonly detail: string }
  /** Amazon finds no advertiser for the profile, or not for this login: closed, moved, or asked in another region. */
  | { readonly trouble: 'account_unknown'; readonly detail: string }
  /** Amazon refuses us and not a seller: another client's token, `invalid_client`. Somebody has to look at our settings. */
  | { readonly trouble: 'our_client'; readonly detail: string }
  /** Amazon does not take the request as we make it, whoever's it is. Somebody has to mend the program. */
  | { readonly trouble: 'our_request'; readonly httpStatus: number; readonly detail: string }
  /** 4xx of no meaning that is known, with Amazon's own words. */
  | { readonly trouble: 'refused'; readonly httpStatus: number; readonly detail: string }
  /** 425 for a report that is not the one that we ask for. */
  | { readonly trouble: 'foreign_duplicate' }
  /** 404 for a report id that Amazon gave. */
  | { readonly trouble: 'report_gone' }
  /** `FAILED`, with Amazon's reason. */
  | { readonly trouble: 'failed_at_amazon'; readonly detail: string }
  | { readonly trouble: 'never_finished' }
  /** The download address ran out; the next look signs a new one. */
  | { readonly trouble: 'address_expired' }
  /** The file lies where we do not fetch. Somebody has to look whether Amazon has a new storage. */
  | { readonly trouble: 'address_elsewhere'; readonly detail: string }
  /** The storage does not hand out the file, for another reason than its age. */
  | { readonly trouble: 'file_refused'; readonly httpStatus: number; readonly detail: string }
  /** A step failed on our side; `detail` is the error's name. Bounded like all others, and told in the log. */
  | { readonly trouble: 'our_defect'; readonly detail: string }
  /** Half a body, a corrupt gzip, broken JSON, a row without its key. */
  | { readonly trouble: 'file_unreadable'; readonly detail: string }

/** What can end a report: a trouble met once too often, the end of its connection, or one of us. */
export type TroubleKind = ReportTrouble['trouble'] | 'connection_closed' | 'cancelled'

/** Why a report failed for good: the trouble that was met once too often. */
export interface FailureReason extends Traced {
  readonly trouble: TroubleKind
  readonly detail: string | null
}

/** What follows from a trouble. */
export type Remedy =
  | { readonly remedy: 'again'; readonly inSeconds: number }
  | { readonly remedy: 'order_anew'; readonly inSeconds: number }
  | { readonly remedy: 'give_up' }
  | { readonly remedy: 'lose_authorisation'; readonly why: 'grant_gone' | 'profile_rights_lost' }

interface Plan {
  /** What to do while tries are left. */
  readonly remedy: 'again' | 'order_anew'
  /** How many of the kind in a row are borne, or how many times it is ordered anew in all; the next one ends it. */
  readonly bearable: number
  readonly firstSeconds: number
  readonly longestSeconds: number
}

/**
 * One row for each trouble that is worth a second try. Throttling waits minutes, since Amazon asks for
 * long back-off and names no wait: 1, 2, 4, 8, 15, 15, 15 minutes, an hour in all.
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
 * A wait that Amazon names is honoured between these, in seconds: with `Retry-After: 0` all tries would be
 * spent at once, and beyond an hour it is somebody's mistake. The floor doubles with each trouble.
 */
const shortestNamed = 5
const longestNamed = 3600

/** What a report has met since it got on last. */
export interface TroublesMet {
  readonly lastTrouble: ReportTrouble | null
  /** Those of the last one's kind, in a row. */
  readonly troubles: number
  /** Those of every kind. */
  readonly troublesInAll: number
  /** How often it was ordered, whatever came of it. */
  readonly orders: number
}

/** Each plan bears troubles of its own kind; where kinds take turns without end, this is the end. */
export const mostTroubles = 24

/** How many of its kind in a row came before this one. */
export const alikeBefore = (
  { lastTrouble, troubles }: Pick<TroublesMet, 'lastTrouble' | 'troubles'>,
  trouble: ReportTrouble,
): number => (lastTrouble?.trouble === trouble.trouble ? troubles : 0)

/**
 * What to do about a trouble. Waits double from the plan's first to its longest and spread by up to a
 * fifth, so that a thousand accounts do not come back in one second.
 *
 * @param chance a number in [0, 1), from outside: the domain has no dice.
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

/** The details worth keeping of a trouble that ended a report. */
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

/**
 * Troubles that are ours alone, whatever the seller does. They end like all others, are told in the log, and never cost
 * anybody the connection.
 */
export const isOurs = ({ trouble }: ReportTrouble): boolean => ours.has(trouble)

const ours: ReadonlySet<TroubleKind> = new Set([
  'our_client',
  'our_request',
  'our_defect',
  'address_elsewhere',
])

/** What a seller reads about a report that failed for good. */
export const failureSentences: Readonly<Record<TroubleKind, string>> = {
  throttled: 'Amazon was too busy to make this report. The next daily sync asks for it again.',
  unreachable: 'Amazon could not be reached for this report. The next daily sync asks for it again.',
  timeout: 'Amazon did not answer in time for this report. The next daily sync asks for it again.',
  answer_unreadable:
    'Amazon’s answer about this report could not be read. The next daily sync asks for it again.',
  token_refused: 'Amazon did not accept our access for this report. Please contact support.',
  rights_lost:
    'Your Amazon login may no longer read this advertising account. Please connect it again with a login that may.',
  grant_gone: 'The permission that you gave at Amazon is gone. Please connect the account again.',
  forbidden:
    'Amazon does not let your login read this account at the moment. Please check at advertising.amazon.com whether it is suspended; the next daily sync asks again.',
  account_unknown:
    'Amazon does not find this advertising account under your login. If it was closed or you lost access, please connect the one that you use now.',
  our_client:
    'Amazon does not recognise us at the moment, which is ours to mend. We have been told, your permission stands, and the next daily sync asks for it again.',
  our_request:
    'Amazon did not take our request for this report, which is ours to mend. We have been told, and the next daily sync asks for it again.',
  refused: 'Amazon refused to make this report. Please contact support.',
  foreign_duplicate:
    'Amazon was already busy with another report of this kind. The next daily sync asks for it again.',
  report_gone: 'Amazon lost this report more than once. The next daily sync asks for it again.',
  failed_at_amazon: 'Amazon could not make this report. The next daily sync asks for it again.',
  never_finished: 'Amazon did not finish this report within its time. The next daily sync asks for it again.',
  address_expired: 'The download of this report ran out of time. The next daily sync asks for it again.',
  address_elsewhere:
    'Amazon keeps the file of this report at a place that we do not know yet, which is ours to mend. We have been told, and the next daily sync asks for it again.',
  file_refused:
    'Amazon’s storage did not hand out the file of this report. The next daily sync asks for it again.',
  our_defect:
    'Something went wrong on our side with this report. We have been told, and the next daily sync asks for it again.',
  connection_closed: 'The account was disconnected while this report was on its way.',
  cancelled: 'Support stopped this loading. The next daily sync asks for it again.',
  file_unreadable:
    'The file that Amazon sent for this report could not be read. The next daily sync asks for it again.',
}
