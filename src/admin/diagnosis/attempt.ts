import type { TracedRefusal } from '../../domain/answer-trace.ts'
import { after } from '../../domain/calendar.ts'
import { attemptLifetime } from '../../domain/connection/attempt.ts'
import { isHeld } from '../../domain/connection/connection.ts'
import { unexplained } from '../../domain/connection/empty-list.ts'
import { offeredProfiles, type PendingConnection } from '../../domain/connection/pending-connection.ts'
import { regions } from '../../domain/profile/region.ts'
import type { HappeningKind } from '../../domain/timeline/entry.ts'
import type { Confidence } from './causes.ts'
import type { CaseFacts, StoryEntry } from './facts.ts'
import { type Concern, type Finding, foundIn } from './finding.ts'
import {
  causeOfChoice,
  causeOfEmptyList,
  causeOfExchange,
  causeOfRegion,
  causeOfReturn,
  causeOfReturnError,
  causeOfUserUnknown,
} from './tables.ts'

/** Milliseconds: older attempts of a working connection are irrelevant. */
const remembered = 7 * 24 * 3_600_000

/** An event's role in its attempt; null outside attempts. */
const partOf: Readonly<Record<HappeningKind, 'step' | 'success' | null>> = {
  plan_changed: null,
  role_changed: null,
  staff_acted: null,
  tested_live: null,
  connect_link_sent: null,
  connect_link_used: null,
  connect_refused: 'step',
  sent_to_amazon: 'step',
  return_denied: 'step',
  return_failed: 'step',
  return_not_taken_up: 'step',
  exchange_failed: 'step',
  authorised: 'step',
  amazon_user_read: 'step',
  amazon_user_unknown: 'step',
  profiles_read: 'step',
  profiles_unread: 'step',
  no_profiles: 'step',
  pending_replaced: 'step',
  pending_discarded: 'step',
  pending_expired: 'step',
  pending_unreadable: 'step',
  choice_refused: 'step',
  choice_blocked: 'step',
  connected: 'success',
  authorisation_renewed: 'success',
  renewal_unconfirmed: 'step',
  renewal_refused: 'step',
  authorisation_lost: null,
  closed: null,
  reopened: 'success',
  erasure_asked: null,
  erasure_begun: null,
  erased: null,
  details_erased: null,
  run_requested: null,
  sync_paused: null,
  report_accepted: null,
  report_adopted: null,
  report_troubled: null,
  report_held_back: null,
  report_completed: null,
  report_loaded: null,
  report_failed: null,
  run_settled: null,
  figures_reconciled: null,
  figures_differ: null,
  mail_sent: null,
  mail_given_up: null,
  page_failed: null,
  help_asked: null,
  help_answered: null,
  help_solved: null,
}

const isOfAttempt = ({ happening }: StoryEntry): boolean => partOf[happening.kind] !== null

/** Everything that went wrong in the latest attempt, in order of time. */
export function findInAttempt(facts: CaseFacts, now: Date): Finding[] {
  const attempt = latestAttempt(facts.story)
  const [begun] = attempt
  const last = attempt.at(-1)
  if (!begun || !last) return []
  if (attempt.some(({ happening }) => partOf[happening.kind] === 'success')) return []
  const isServed = facts.connection?.status === 'active' && isHeld(facts.connection)
  if (isServed && now > after(last.at, remembered)) return []

  const stops = withoutEchoes(attempt.flatMap(step => stepFinding(step, openUntil(facts, attempt, now))))
  const offered = facts.pending ? offeredProfiles(facts.pending.readings).length : 0
  const findings = [...stops, ...unreadRegions(attempt, offered)]
  // Repeated callbacks and unfetched profiles stop nothing.
  const isStopped = stops.some(({ cause }) => cause !== 'return_replayed')
  return isStopped ? findings : [...findings, ...underway(attempt, facts, now)]
}

/** Empty once the picker has expired. */
function openUntil(
  { pending }: CaseFacts,
  [begun]: readonly StoryEntry[],
  now: Date,
): Pick<Concern, 'until'> {
  const isOpen = pending && pending.attemptId === begun?.attemptId && now < pending.expiresAt
  return isOpen ? { until: pending.expiresAt } : {}
}

/** An attempt left at a block or a different Amazon user expires in the end: no further finding. */
function withoutEchoes(stops: readonly Finding[]): Finding[] {
  const isHeldUp = stops.some(({ cause }) => cause === 'blocked_by_limit' || cause === 'other_amazon_account')
  return stops.filter(({ cause }) => !(isHeldUp && cause === 'pending_expired'))
}

/** Oldest first. Follow-ups count only when there is nothing else. */
function latestAttempt(story: readonly StoryEntry[]): StoryEntry[] {
  const steps = story.filter(isOfAttempt)
  const newest = steps.find(step => !isEcho(step)) ?? steps[0]
  if (!newest) return []
  const { attemptId } = newest
  const own = attemptId === null ? [newest] : steps.filter(step => step.attemptId === attemptId)
  return own.toReversed()
}

/** A resubmitted outdated page changed nothing; its cause is an earlier event. */
const isEcho = ({ attemptId, happening }: StoryEntry): boolean =>
  attemptId === null && happening.kind === 'choice_refused'

function stepFinding(step: StoryEntry, open: Pick<Concern, 'until'>): Finding[] {
  const { happening } = step
  switch (happening.kind) {
    case 'return_denied':
      return [foundIn(step, 'consent_cancelled')]
    case 'return_failed':
      return [foundIn(step, causeOfReturnError(happening.error), { said: happening.error })]
    case 'return_not_taken_up':
      return [foundIn(step, causeOfReturn[happening.why])]
    case 'exchange_failed': {
      const said = 'amazonError' in happening ? happening.amazonError : undefined
      const skewSeconds = 'skewSeconds' in happening ? happening.skewSeconds : undefined
      // Codes live five minutes: with a wrong clock, valid ones look expired.
      if (happening.why === 'code_refused' && skewSeconds !== undefined)
        return [foundIn(step, 'clock_skewed', { confidence: 'likely', skewSeconds })]
      // Amazon doesn't say why it rejects a code.
      const confidence = happening.why === 'code_refused' ? 'likely' : 'certain'
      return [
        foundIn(step, causeOfExchange[happening.why], { confidence, ...(said !== undefined && { said }) }),
      ]
    }
    case 'no_profiles': {
      if (happening.agencies > 0) return [foundIn(step, 'only_agencies', { count: happening.agencies })]
      const { cause, confidence } = causeOfEmptyList[(happening.reason ?? unexplained).why]
      return [foundIn(step, cause, { confidence })]
    }
    case 'choice_blocked':
      return [foundIn(step, 'blocked_by_limit', open)]
    case 'choice_refused': {
      const cause = causeOfChoice[happening.code]
      return cause ? [foundIn(step, cause)] : []
    }
    case 'renewal_refused':
      return [foundIn(step, 'wrong_amazon_account')]
    case 'renewal_unconfirmed':
      return [foundIn(step, 'other_amazon_account', open)]
    case 'pending_expired':
      return [foundIn(step, 'pending_expired')]
    case 'pending_discarded':
      return [foundIn(step, 'pending_discarded')]
    case 'pending_unreadable':
      return [foundIn(step, 'pending_unreadable')]
    default:
      return []
  }
}

/** Regions whose latest fetch failed; likewise the Amazon user. */
function unreadRegions(attempt: readonly StoryEntry[], offered: number): Finding[] {
  const unread = regions.flatMap((region): Finding[] => {
    const step = attempt.findLast(
      ({ happening }) =>
        (happening.kind === 'profiles_read' || happening.kind === 'profiles_unread') &&
        happening.region === region,
    )
    if (step?.happening.kind !== 'profiles_unread') return []
    return [
      foundIn(step, causeOfRegion(step.happening), {
        regions: [region],
        count: offered,
        ...spoken(step.happening),
      }),
    ]
  })
  const user = attempt.findLast(({ happening }) =>
    ['amazon_user_read', 'amazon_user_unknown'].includes(happening.kind),
  )
  return user?.happening.kind === 'amazon_user_unknown'
    ? [...unread, foundIn(user, causeOfUserUnknown(user.happening), spoken(user.happening))]
    : unread
}

/** A wrong clock is only the likeliest reason. */
const spoken = ({ said, skewSeconds }: TracedRefusal): Concern & { confidence?: Confidence } => ({
  ...(said !== undefined && { said }),
  ...(skewSeconds !== undefined && { skewSeconds, confidence: 'likely' }),
})

/** True when a profile is listed or a region is still to be fetched. */
const mayHaveSomething = ({ readings }: Pick<PendingConnection, 'readings'>): boolean =>
  offeredProfiles(readings).length > 0 || regions.some(region => readings[region].state === 'unread')

/** The user is at Amazon or has the picker open. */
function underway(attempt: readonly StoryEntry[], { pending }: CaseFacts, now: Date): Finding[] {
  const kinds = new Set(attempt.map(({ happening }) => happening.kind))
  const sent = attempt.find(({ happening }) => happening.kind === 'sent_to_amazon')
  const authorised = attempt.find(({ happening }) => happening.kind === 'authorised')
  if (authorised) {
    // The outcome is in another connection's timeline, or has its own entry.
    if (!pending || pending.attemptId !== authorised.attemptId) return []
    // The sweep erases it and records that within seconds.
    if (now >= pending.expiresAt) return [foundIn(authorised, 'pending_expired')]
    return mayHaveSomething(pending) ? [foundIn(authorised, 'choosing', { until: pending.expiresAt })] : []
  }
  if (sent && !kinds.has('return_not_taken_up')) {
    if (now < after(sent.at, attemptLifetime))
      return [foundIn(sent, 'at_amazon', { until: after(sent.at, attemptLifetime) })]
    return [foundIn(sent, 'never_came_back', { confidence: 'possible' })]
  }
  return []
}
