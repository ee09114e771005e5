import type { AmazonErrorDetails } from '../../domain/amazon-response.ts'
import { after } from '../../domain/calendar.ts'
import { attemptLifetime } from '../../domain/connection/authorisation-attempt.ts'
import { isLive } from '../../domain/connection/connection.ts'
import { unexplained } from '../../domain/connection/empty-profile-list.ts'
import { listedProfiles, type PendingConnection } from '../../domain/connection/pending-connection.ts'
import { regions } from '../../domain/profile/region.ts'
import type { TimelineEventKind } from '../../domain/timeline/entry.ts'
import {
  causeOfCallback,
  causeOfCallbackError,
  causeOfChoice,
  causeOfEmptyList,
  causeOfExchange,
  causeOfRegion,
  causeOfUserUnknown,
} from './cause-mapping.ts'
import type { Confidence } from './causes.ts'
import type { DiagnosisInput, StoredTimelineEntry } from './diagnosis-input.ts'
import { type Finding, type FindingDetails, findingFromEntry } from './finding.ts'

/** Milliseconds: older attempts of a working connection are irrelevant. */
const relevancePeriod = 7 * 24 * 3_600_000

/** Null: not in an attempt. */
const attemptRoles: Readonly<Record<TimelineEventKind, 'step' | 'success' | null>> = {
  plan_changed: null,
  role_changed: null,
  access_changed: null,
  staff_action: null,
  tested_live: null,
  connect_link_sent: null,
  connect_link_used: null,
  connect_rejected: 'step',
  sent_to_amazon: 'step',
  callback_denied: 'step',
  callback_failed: 'step',
  callback_rejected: 'step',
  token_exchange_failed: 'step',
  authorised: 'step',
  amazon_user_fetched: 'step',
  amazon_user_fetch_failed: 'step',
  profiles_fetched: 'step',
  profiles_fetch_failed: 'step',
  no_profiles: 'step',
  pending_replaced: 'step',
  pending_discarded: 'step',
  pending_expired: 'step',
  pending_undecryptable: 'step',
  choice_rejected: 'step',
  choice_blocked: 'step',
  connected: 'success',
  reauthorised: 'success',
  consent_page_skipped: 'step',
  reauthorisation_unconfirmed: 'step',
  reauthorisation_rejected: 'step',
  authorisation_lost: null,
  closed: null,
  reopened: 'success',
  erasure_requested: null,
  erasure_started: null,
  erased: null,
  details_erased: null,
  sync_requested: null,
  sync_skipped: null,
  report_accepted: null,
  report_duplicate_adopted: null,
  report_error: null,
  report_deferred: null,
  report_completed: null,
  report_loaded: null,
  report_failed: null,
  sync_finished: null,
  figures_reconciled: null,
  figures_mismatch: null,
  email_sent: null,
  email_failed: null,
  page_failed: null,
  support_request_submitted: null,
  support_request_replied: null,
  support_request_solved: null,
  sign_in_delayed: null,
}

const isAttemptEntry = ({ event }: StoredTimelineEntry): boolean => attemptRoles[event.kind] !== null

export function diagnoseAttempt(input: DiagnosisInput, now: Date): Finding[] {
  const attempt = latestAttempt(input.timeline)
  const [firstStep] = attempt
  const lastStep = attempt.at(-1)
  if (!firstStep || !lastStep) return []
  if (attempt.some(({ event }) => attemptRoles[event.kind] === 'success')) return []
  const isConnected = input.connection?.status === 'active' && isLive(input.connection)
  if (isConnected && now > after(lastStep.at, relevancePeriod)) return []

  const stepFindings = withoutFollowUps(
    attempt.flatMap(step => findingsFromStep(step, pendingDeadline(input, attempt, now))),
  )
  const listedCount = input.pending ? listedProfiles(input.pending.regionResults).length : 0
  const findings = [...stepFindings, ...fetchFailureFindings(attempt, listedCount)]
  const isStopped = stepFindings.some(({ cause }) => cause !== 'callback_replayed')
  return isStopped ? findings : [...findings, ...progressFindings(attempt, input, now)]
}

function pendingDeadline(
  { pending }: DiagnosisInput,
  [firstStep]: readonly StoredTimelineEntry[],
  now: Date,
): Pick<FindingDetails, 'until'> {
  const isStillPending = pending && pending.attemptId === firstStep?.attemptId && now < pending.expiresAt
  return isStillPending ? { until: pending.expiresAt } : {}
}

/** Omits the expiry of a blocked or unconfirmed attempt. */
function withoutFollowUps(findings: readonly Finding[]): Finding[] {
  const isWaiting = findings.some(
    ({ cause }) => cause === 'blocked_by_limit' || cause === 'other_amazon_account',
  )
  return findings.filter(({ cause }) => !(isWaiting && cause === 'pending_expired'))
}

/** Oldest first. Follow-ups count only when there is nothing else. */
function latestAttempt(timeline: readonly StoredTimelineEntry[]): StoredTimelineEntry[] {
  const steps = timeline.filter(isAttemptEntry)
  const newest = steps.find(step => !isFollowUp(step)) ?? steps[0]
  if (!newest) return []
  const { attemptId } = newest
  const attemptEntries = attemptId === null ? [newest] : steps.filter(step => step.attemptId === attemptId)
  return attemptEntries.toReversed()
}

const isFollowUp = ({ attemptId, event }: StoredTimelineEntry): boolean =>
  attemptId === null && event.kind === 'choice_rejected'

function findingsFromStep(step: StoredTimelineEntry, deadline: Pick<FindingDetails, 'until'>): Finding[] {
  const { event } = step
  switch (event.kind) {
    case 'callback_denied':
      return [findingFromEntry(step, 'consent_cancelled')]
    case 'callback_failed':
      return [findingFromEntry(step, causeOfCallbackError(event.error), { detail: event.error })]
    case 'callback_rejected':
      return [findingFromEntry(step, causeOfCallback[event.why])]
    case 'token_exchange_failed': {
      const detail = 'amazonError' in event ? event.amazonError : undefined
      const skewSeconds = 'skewSeconds' in event ? event.skewSeconds : undefined
      // Codes last five minutes: with a wrong clock, valid ones look expired.
      if (event.why === 'code_refused' && skewSeconds !== undefined)
        return [findingFromEntry(step, 'clock_skewed', { confidence: 'likely', skewSeconds })]
      const confidence = event.why === 'code_refused' ? 'likely' : 'certain'
      return [
        findingFromEntry(step, causeOfExchange[event.why], {
          confidence,
          ...(detail !== undefined && { detail }),
        }),
      ]
    }
    case 'no_profiles': {
      if (event.agencies > 0) return [findingFromEntry(step, 'only_agencies', { count: event.agencies })]
      const { cause, confidence } = causeOfEmptyList[(event.reason ?? unexplained).why]
      return [findingFromEntry(step, cause, { confidence })]
    }
    case 'choice_blocked':
      return [findingFromEntry(step, 'blocked_by_limit', deadline)]
    case 'choice_rejected': {
      const cause = causeOfChoice[event.code]
      return cause ? [findingFromEntry(step, cause)] : []
    }
    case 'reauthorisation_rejected':
      return [findingFromEntry(step, 'wrong_amazon_account')]
    case 'reauthorisation_unconfirmed':
      return [findingFromEntry(step, 'other_amazon_account', deadline)]
    case 'pending_expired':
      return [findingFromEntry(step, 'pending_expired')]
    case 'pending_discarded':
      return [findingFromEntry(step, 'pending_discarded')]
    case 'pending_undecryptable':
      return [findingFromEntry(step, 'pending_undecryptable')]
    default:
      return []
  }
}

function fetchFailureFindings(attempt: readonly StoredTimelineEntry[], listedCount: number): Finding[] {
  const regionFindings = regions.flatMap((region): Finding[] => {
    const step = attempt.findLast(
      ({ event }) =>
        (event.kind === 'profiles_fetched' || event.kind === 'profiles_fetch_failed') &&
        event.region === region,
    )
    if (step?.event.kind !== 'profiles_fetch_failed') return []
    return [
      findingFromEntry(step, causeOfRegion(step.event), {
        regions: [region],
        count: listedCount,
        ...errorDetailsOf(step.event),
      }),
    ]
  })
  const userEntry = attempt.findLast(({ event }) =>
    ['amazon_user_fetched', 'amazon_user_fetch_failed'].includes(event.kind),
  )
  return userEntry?.event.kind === 'amazon_user_fetch_failed'
    ? [
        ...regionFindings,
        findingFromEntry(userEntry, causeOfUserUnknown(userEntry.event), errorDetailsOf(userEntry.event)),
      ]
    : regionFindings
}

const errorDetailsOf = ({
  amazonMessage,
  skewSeconds,
}: AmazonErrorDetails): FindingDetails & { confidence?: Confidence } => ({
  ...(amazonMessage !== undefined && { detail: amazonMessage }),
  ...(skewSeconds !== undefined && { skewSeconds, confidence: 'likely' }),
})

const canHaveProfiles = ({ regionResults }: Pick<PendingConnection, 'regionResults'>): boolean =>
  listedProfiles(regionResults).length > 0 ||
  regions.some(region => regionResults[region].state === 'not_fetched')

function progressFindings(
  attempt: readonly StoredTimelineEntry[],
  { pending }: DiagnosisInput,
  now: Date,
): Finding[] {
  const kinds = new Set(attempt.map(({ event }) => event.kind))
  const sent = attempt.find(({ event }) => event.kind === 'sent_to_amazon')
  const authorised = attempt.find(({ event }) => event.kind === 'authorised')
  if (authorised) {
    // The outcome is in another connection's timeline, or has its own entry.
    if (!pending || pending.attemptId !== authorised.attemptId) return []
    // The sweep erases it within seconds.
    if (now >= pending.expiresAt) return [findingFromEntry(authorised, 'pending_expired')]
    return canHaveProfiles(pending)
      ? [findingFromEntry(authorised, 'choosing', { until: pending.expiresAt })]
      : []
  }
  if (sent && !kinds.has('callback_rejected')) {
    if (now < after(sent.at, attemptLifetime))
      return [findingFromEntry(sent, 'at_amazon', { until: after(sent.at, attemptLifetime) })]
    return [findingFromEntry(sent, 'callback_missing', { confidence: 'possible' })]
  }
  return []
}
