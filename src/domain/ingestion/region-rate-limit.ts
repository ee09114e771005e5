import { after, minutes, seconds } from '../calendar.ts'
import type { ConnectionId, ReportId } from '../identifiers.ts'
import { type Deferral, maxClockSkew } from './deferral.ts'
import type { Report } from './report.ts'

/**
 * Shared by all processes. Amazon publishes no limits and asks for long back-off (Reporting v3 FAQ, rate
 * limiting).
 */
export interface RegionRateLimit {
  /** After the last reduction; `requestsPerMinute()` adds the growth since. */
  readonly requestsPerMinute: number
  readonly reducedAt: Date | null
  /** Generic cell rate algorithm (GCRA). */
  readonly theoreticalArrivalAt: Date
  /** When the last queued background request is due; null if none. */
  readonly queueEndsAt: Date | null
  readonly interactiveQueueEndsAt: Date | null
  /** The last throttle; it may be one connection's limit. */
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: Date } | null
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

/** Only report requests use the budget; both wait during a pause. */
export type RateLimitedCall = 'report_request' | 'report_status'

export type RateLimitDecision = { readonly admitted: true } | ({ readonly admitted: false } & Deferral)

/** `answered` includes rejections. `not_sent`: admitted, but without an access token. */
export type CallOutcome = 'answered' | 'throttled' | 'unanswered' | 'not_sent'

export const defaultRequestsPerMinute = 1500
const minRequestsPerMinute = 30
/** Budget after idle time; by default the requests of twenty accounts. */
const burst = seconds(12)
/** Reserved for interactive report requests; 100 at the default rate. */
const interactiveReserve = seconds(4)
/** Shorter waits would keep a worker busy asking again; longer ones would ignore a growing budget. */
const minQueueDelay = { interactive: seconds(1), other: seconds(5) }
const maxQueueDelay = minutes(5)
const doublingTime = minutes(5)
/** One reduction per burst of throttles. */
const reductionCooldown = seconds(10)
/** Two connections throttled within it hit the region's limit, not their own. */
const throttleWindow = minutes(1)

const failuresToPause = 6
const maxPause = seconds(120)
const pauseLengths = [seconds(30), seconds(60), maxPause]

export const initialRateLimit = (now: Date): RegionRateLimit => ({
  requestsPerMinute: defaultRequestsPerMinute,
  reducedAt: null,
  theoreticalArrivalAt: now,
  queueEndsAt: null,
  interactiveQueueEndsAt: null,
  throttled: null,
  failures: 0,
  lastFailedReportId: null,
  pausedUntil: null,
  pausedSince: null,
  probe: null,
  pauses: 0,
})

export function requestsPerMinute(
  { requestsPerMinute: perMinute, reducedAt }: RegionRateLimit,
  now: Date,
): number {
  if (!reducedAt) return defaultRequestsPerMinute
  const sinceReduction = Math.max(0, now.getTime() - reducedAt.getTime())
  return Math.min(defaultRequestsPerMinute, perMinute * 2 ** (sinceReduction / doublingTime))
}

/** Milliseconds. */
const spacingAt = (rateLimit: RegionRateLimit, date: Date): number =>
  Math.ceil(minutes(1) / requestsPerMinute(rateLimit, date))

export const isAfter = (date: Date | null, other: Date): boolean => date !== null && date > other

/** A fast clock may have written times that would stop the region for everyone. */
export function dropFutureTimes(rateLimit: RegionRateLimit, now: Date): RegionRateLimit {
  const {
    theoreticalArrivalAt,
    queueEndsAt,
    interactiveQueueEndsAt,
    pausedUntil,
    pausedSince,
    reducedAt,
    throttled,
  } = rateLimit
  const soon = after(now, maxClockSkew)
  const isBeyond = {
    theoreticalArrivalAt: theoreticalArrivalAt > after(soon, burst),
    queueEndsAt: isAfter(queueEndsAt, after(soon, maxQueueDelay)),
    interactiveQueueEndsAt: isAfter(interactiveQueueEndsAt, after(soon, maxQueueDelay)),
    pausedUntil: isAfter(pausedUntil, after(soon, maxPause)),
    pausedSince: isAfter(pausedSince, soon),
    reducedAt: isAfter(reducedAt, soon),
    throttled: throttled !== null && throttled.at > soon,
  }
  if (!Object.values(isBeyond).some(Boolean)) return rateLimit
  return {
    ...rateLimit,
    ...(isBeyond.theoreticalArrivalAt && { theoreticalArrivalAt: now }),
    ...(isBeyond.queueEndsAt && { queueEndsAt: null }),
    ...(isBeyond.interactiveQueueEndsAt && { interactiveQueueEndsAt: null }),
    ...(isBeyond.pausedUntil && { pausedUntil: now }),
    ...(isBeyond.pausedSince && { pausedSince: now }),
    ...(isBeyond.reducedAt && { reducedAt: now }),
    ...(isBeyond.throttled && { throttled: null }),
  }
}

export function pausedUntil(stored: RegionRateLimit, now: Date): Date | null {
  const until = dropFutureTimes(stored, now).pausedUntil
  return until && until > now ? until : null
}

/**
 * Circuit breaker, and generic cell rate algorithm (GCRA) with two bursts: interactive calls pass when
 * background calls have used their share. The first call after a pause is the probe; it extends the pause
 * for the others.
 */
export function tryAcquire(
  stored: RegionRateLimit,
  call: RateLimitedCall,
  { id, isInteractive }: Pick<Report, 'id' | 'isInteractive'>,
  now: Date,
): readonly [RateLimitDecision, RegionRateLimit] {
  const rateLimit = dropFutureTimes(stored, now)
  if (rateLimit.pausedUntil && now < rateLimit.pausedUntil)
    return [{ admitted: false, why: 'region_down', until: rateLimit.pausedUntil, isShared: true }, rateLimit]
  const probed = rateLimit.pausedUntil
    ? { ...rateLimit, pausedUntil: after(now, pauseLength(rateLimit.pauses)), probe: id }
    : rateLimit
  if (call === 'report_status') return [{ admitted: true }, probed]

  const theoreticalArrivalAt = after(
    rateLimit.theoreticalArrivalAt > now ? rateLimit.theoreticalArrivalAt : now,
    spacingAt(rateLimit, now),
  )
  const turn = after(theoreticalArrivalAt, isInteractive ? -burst : interactiveReserve - burst)
  if (turn > now) return deferToTurn(rateLimit, { turn, isInteractive }, now)
  return [{ admitted: true }, { ...probed, theoreticalArrivalAt }]
}

const rateLimitedUntil = (until: Date, { isShared }: Pick<Deferral, 'isShared'>): RateLimitDecision => ({
  admitted: false,
  why: 'region_rate_limited',
  until,
  isShared,
})

function deferToTurn(
  rateLimit: RegionRateLimit,
  { turn, isInteractive }: { readonly turn: Date; readonly isInteractive: boolean },
  now: Date,
): readonly [RateLimitDecision, RegionRateLimit] {
  const queue = isInteractive ? 'interactiveQueueEndsAt' : 'queueEndsAt'
  const endsAt = rateLimit[queue]
  const next = endsAt && endsAt > now ? after(endsAt, spacingAt(rateLimit, endsAt)) : turn
  const latest = after(now, maxQueueDelay)
  // Saves a write: all processes share one row.
  if (next > latest) return [rateLimitedUntil(latest, { isShared: true }), rateLimit]
  const soonest = after(now, isInteractive ? minQueueDelay.interactive : minQueueDelay.other)
  const until = next > soonest ? next : soonest
  return [rateLimitedUntil(until, { isShared: false }), { ...rateLimit, [queue]: until }]
}

/** @returns the same object when nothing changed. */
export function recordCallOutcome(
  stored: RegionRateLimit,
  outcome: CallOutcome,
  caller: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
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
          ...(rateLimit.pausedUntil && { queueEndsAt: null, interactiveQueueEndsAt: null }),
          failures: 0,
          lastFailedReportId: null,
          pausedUntil: null,
          pausedSince: null,
          probe: null,
          pauses: 0,
        }
  return outcome === 'throttled' ? afterThrottle(answered, caller.connectionId, now) : answered
}

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

function afterThrottle(rateLimit: RegionRateLimit, connectionId: ConnectionId, now: Date): RegionRateLimit {
  const { throttled: last, reducedAt } = rateLimit
  const throttled = { connectionId, at: now }
  const isShared =
    last !== null && last.connectionId !== connectionId && now <= after(last.at, throttleWindow)
  const isCoolingDown = reducedAt !== null && now < after(reducedAt, reductionCooldown)
  if (!isShared || isCoolingDown) return { ...rateLimit, throttled }
  const halved = requestsPerMinute(rateLimit, now) / 2
  return {
    ...rateLimit,
    throttled,
    reducedAt: now,
    requestsPerMinute: Math.max(halved, minRequestsPerMinute),
  }
}

const pauseLength = (pauses: number): number => pauseLengths[pauses] ?? maxPause
