import { after, seconds } from '../../calendar.ts'
import type { ReportId } from '../../identifiers.ts'
import { maxClockSkew } from '../deferral.ts'
import type { Report } from '../report.ts'
import {
  afterThrottle,
  type CallBudget,
  charge,
  dropFutureBudgetTimes,
  initialBudget,
  isAfter,
  isHalfUsed,
  type RateLimitDecision,
  spend,
  type Throttle,
} from './call-budget.ts'

/** The budget of report requests, that of polls and a circuit breaker. Shared by all processes. */
export interface RegionRateLimit extends CallBudget {
  readonly polls: CallBudget
  /** Consecutive; repeats of one report count once. */
  readonly failures: number
  readonly lastFailedReportId: ReportId | null
  /** The first call after it is the probe. */
  readonly pausedUntil: Date | null
  /** No call answered since then. */
  readonly pausedSince: Date | null
  readonly probe: ReportId | null
  readonly pauses: number
}

/** Each uses its budget; both wait during a pause. */
export type RateLimitedCall = 'report_request' | 'report_status'

export interface Caller extends Pick<Throttle, 'connectionId' | 'adProduct'> {
  readonly reportId: ReportId
  readonly call: RateLimitedCall
}

/** `answered` includes rejections. `not_sent`: admitted, but without an access token. */
export type CallOutcome = 'answered' | 'throttled' | 'unanswered' | 'not_sent'

/** Their budget then suffices for reports of ten minutes, requested at the default rate. */
const pollCost = 1 / 15

const failuresToPause = 6
const maxPause = seconds(120)
const pauseLengths = [seconds(30), seconds(60), maxPause]

const noFailures = {
  failures: 0,
  lastFailedReportId: null,
  pausedUntil: null,
  pausedSince: null,
  probe: null,
  pauses: 0,
}

export const initialRateLimit = (now: Date): RegionRateLimit => ({
  ...initialBudget(now),
  polls: initialBudget(now),
  ...noFailures,
})

/** A fast clock may have written times that would stop the region for everyone. */
export function dropFutureTimes(stored: RegionRateLimit, now: Date): RegionRateLimit {
  const soon = after(now, maxClockSkew)
  const polls = dropFutureBudgetTimes(stored.polls, now)
  const rateLimit = dropFutureBudgetTimes(polls === stored.polls ? stored : { ...stored, polls }, now)
  const dropped = {
    ...(isAfter(rateLimit.pausedUntil, after(soon, maxPause)) && { pausedUntil: now }),
    ...(isAfter(rateLimit.pausedSince, soon) && { pausedSince: now }),
  }
  return Object.keys(dropped).length > 0 ? { ...rateLimit, ...dropped } : rateLimit
}

export function pausedUntil(stored: RegionRateLimit, now: Date): Date | null {
  const until = dropFutureTimes(stored, now).pausedUntil
  return until && until > now ? until : null
}

/** A process may then poll without asking, but counts those polls at its next {@link tryAcquire}. */
export const allowsUncountedPolls = ({ failures, pausedUntil, polls }: RegionRateLimit, now: Date): boolean =>
  failures === 0 && !pausedUntil && !isHalfUsed(polls, now)

/** The first call after a pause is the probe; it extends the pause for the others. */
export function tryAcquire(
  stored: RegionRateLimit,
  call: RateLimitedCall,
  { id, isInteractive }: Pick<Report, 'id' | 'isInteractive'>,
  now: Date,
  uncountedPolls = 0,
): readonly [RateLimitDecision, RegionRateLimit] {
  const rateLimit = countPolls(dropFutureTimes(stored, now), uncountedPolls, now)
  if (rateLimit.pausedUntil && now < rateLimit.pausedUntil)
    return [{ admitted: false, why: 'region_down', until: rateLimit.pausedUntil, isShared: true }, rateLimit]
  const cost = call === 'report_request' ? 1 : pollCost
  const [decision, change] = spend(budgetOf(rateLimit, call), { cost, isInteractive }, now)
  const next = change ? withBudget(rateLimit, call, change) : rateLimit
  if (!decision.admitted || !rateLimit.pausedUntil) return [decision, next]
  return [decision, { ...next, pausedUntil: after(now, pauseLength(rateLimit.pauses)), probe: id }]
}

const countPolls = (rateLimit: RegionRateLimit, count: number, now: Date): RegionRateLimit =>
  count === 0
    ? rateLimit
    : withBudget(rateLimit, 'report_status', charge(rateLimit.polls, count * pollCost, now))

const budgetOf = (rateLimit: RegionRateLimit, call: RateLimitedCall): CallBudget =>
  call === 'report_request' ? rateLimit : rateLimit.polls

const withBudget = (
  rateLimit: RegionRateLimit,
  call: RateLimitedCall,
  change: Partial<CallBudget>,
): RegionRateLimit =>
  call === 'report_request'
    ? { ...rateLimit, ...change }
    : { ...rateLimit, polls: { ...rateLimit.polls, ...change } }

/** @returns the same object when nothing changed. */
export function recordCallOutcome(
  stored: RegionRateLimit,
  outcome: CallOutcome,
  caller: Caller,
  now: Date,
): RegionRateLimit {
  const rateLimit = dropFutureTimes(stored, now)
  if (outcome === 'unanswered') return afterFailure(rateLimit, caller.reportId, now)
  // The next call may be the probe.
  if (outcome === 'not_sent')
    return rateLimit.probe === caller.reportId ? { ...rateLimit, pausedUntil: now, probe: null } : rateLimit
  const answered =
    rateLimit.failures === 0 && !rateLimit.pausedUntil
      ? rateLimit
      : {
          ...rateLimit,
          // Reports queued during a pause are due at its end.
          ...(rateLimit.pausedUntil && { ...emptyQueues, polls: { ...rateLimit.polls, ...emptyQueues } }),
          ...noFailures,
        }
  if (outcome !== 'throttled') return answered
  const { connectionId, adProduct, call } = caller
  return withBudget(
    answered,
    call,
    afterThrottle(budgetOf(answered, call), { connectionId, adProduct, at: now }),
  )
}

const emptyQueues = { queueEndsAt: null, interactiveQueueEndsAt: null }

function afterFailure(rateLimit: RegionRateLimit, reportId: ReportId, now: Date): RegionRateLimit {
  // Calls sent before the pause, and repeats of one report, add no information.
  const isNew = rateLimit.pausedUntil
    ? rateLimit.probe === reportId
    : rateLimit.lastFailedReportId !== reportId
  if (!isNew) return rateLimit
  const failed = { ...rateLimit, failures: rateLimit.failures + 1, lastFailedReportId: reportId, probe: null }
  if (!rateLimit.pausedUntil && failed.failures < failuresToPause) return failed
  return {
    ...failed,
    pausedUntil: after(now, pauseLength(rateLimit.pauses)),
    pausedSince: rateLimit.pausedSince ?? now,
    pauses: rateLimit.pauses + 1,
  }
}

const pauseLength = (pauses: number): number => pauseLengths[pauses] ?? maxPause
