import { after, hours, minutes, seconds } from '../calendar.ts'
import type { ConnectionId, ReportId } from '../identifiers.ts'
import type { Report } from './report.ts'

/**
 * Shared by all connections and processes. Amazon publishes no limits: they move with its report queue, and it asks for
 * spreading and long back-off (Reporting v3 FAQ, rate limiting).
 */
export interface RegionTraffic {
  /** The limit at the last reduction. */
  readonly ordersPerMinute: number
  readonly cutAt: Date | null
  /** GCRA's theoretical arrival time. */
  readonly paidOffAt: Date
  /** When the last queued background request is due; null if none was. */
  readonly queueEndsAt: Date | null
  readonly awaitedQueueEndsAt: Date | null
  /** One connection alone may have hit its own limit. */
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: Date } | null
  /** Consecutive; several in a row of one report count once. */
  readonly failures: number
  readonly failedLast: ReportId | null
  /** The first call after it is the probe. */
  readonly pausedUntil: Date | null
  /** No call was answered since. */
  readonly pausedSince: Date | null
  readonly probe: ReportId | null
  readonly pauses: number
}

/** Only report requests use the budget; both wait during a pause. */
export type RegionCall = 'order' | 'look'

export interface HoldBack {
  /** `report_type_rate_limited`: for this profile, while another report of the type waits. `database_down`: ours. */
  readonly why: 'region_busy' | 'region_down' | 'type_busy' | 'storage_down'
  readonly until: Date
  /** Others got the same time, so it must be spread. */
  readonly isShared: boolean
}

export type Admission = { readonly admitted: true } | ({ readonly admitted: false } & HoldBack)

/** `answered` includes rejections; `not_sent` was admitted but had no access token. */
export type CallOutcome = 'answered' | 'throttled' | 'unanswered' | 'not_asked'

export const usualOrdersPerMinute = 1500
const fewestOrdersPerMinute = 30
/** Budget after a quiet time: by default the requests of twenty accounts. */
const burst = seconds(12)
/** Share of the burst reserved for interactive loads: 4 s of budget, 100 requests at the default 1,500 a minute. */
const keptForAwaited = seconds(4)
/**
 * Bounds of a queue position: thousands retrying every few seconds would block a worker, and the budget may grow in the
 * meantime.
 */
const soonestTurn = { awaited: seconds(1), other: seconds(5) }
const longestQueue = minutes(5)
/**
 * No background sync joins a longer queue: after an outage 100,000 reports, each asking every five minutes, would use
 * up a worker.
 */
const longestQueueToJoin = minutes(1)
/** For this long after a pause, waiting reports act as the probe. If none is waiting, a sync does. */
const timeToTry = minutes(1)
/** After a reduction the limit doubles in this time. */
const doublingTime = minutes(5)
/** One reduction per burst of throttles. */
const cutRest = seconds(10)
/** Two connections within it hit the region's limit, not their own. */
const throttleWindow = minutes(1)

const failuresToPause = 6
const longestPause = seconds(120)
const pauseLengths = [seconds(30), seconds(60), longestPause]

/** Between processes; beyond it a clock is wrong. */
export const clocksApart = seconds(10)

export const longestHoldBack = hours(24)

export const quietTraffic = (now: Date): RegionTraffic => ({
  ordersPerMinute: usualOrdersPerMinute,
  cutAt: null,
  paidOffAt: now,
  queueEndsAt: null,
  awaitedQueueEndsAt: null,
  throttled: null,
  failures: 0,
  failedLast: null,
  pausedUntil: null,
  pausedSince: null,
  probe: null,
  pauses: 0,
})

/** Returns the current limit, which recovers after a reduction. */
export function ordersPerMinute({ ordersPerMinute, cutAt }: RegionTraffic, now: Date): number {
  if (!cutAt) return usualOrdersPerMinute
  const calm = Math.max(0, now.getTime() - cutAt.getTime())
  return Math.min(usualOrdersPerMinute, ordersPerMinute * 2 ** (calm / doublingTime))
}

/** Returns milliseconds between requests at a time, which may be in the future. */
const spacingAt = (traffic: RegionTraffic, moment: Date): number =>
  Math.ceil(minutes(1) / ordersPerMinute(traffic, moment))

const isAfter = (moment: Date | null, other: Date): boolean => moment !== null && moment > other

/**
 * Drops times beyond what the rules allow: a fast clock wrote them, and they would stop the region for everyone.
 * @returns the same object without such times.
 */
function withoutFuture(traffic: RegionTraffic, now: Date): RegionTraffic {
  const { paidOffAt, queueEndsAt, awaitedQueueEndsAt, pausedUntil, pausedSince, cutAt, throttled } = traffic
  const soon = after(now, clocksApart)
  const isBeyond = {
    paidOffAt: paidOffAt > after(soon, burst),
    queueEndsAt: isAfter(queueEndsAt, after(soon, longestQueue)),
    awaitedQueueEndsAt: isAfter(awaitedQueueEndsAt, after(soon, longestQueue)),
    pausedUntil: isAfter(pausedUntil, after(soon, longestPause)),
    pausedSince: isAfter(pausedSince, soon),
    cutAt: isAfter(cutAt, soon),
    throttled: throttled !== null && throttled.at > soon,
  }
  if (!Object.values(isBeyond).some(Boolean)) return traffic
  return {
    ...traffic,
    ...(isBeyond.paidOffAt && { paidOffAt: now }),
    ...(isBeyond.queueEndsAt && { queueEndsAt: null }),
    ...(isBeyond.awaitedQueueEndsAt && { awaitedQueueEndsAt: null }),
    ...(isBeyond.pausedUntil && { pausedUntil: now }),
    ...(isBeyond.pausedSince && { pausedSince: now }),
    ...(isBeyond.cutAt && { cutAt: now }),
    ...(isBeyond.throttled && { throttled: null }),
  }
}

export function pausedUntil(known: RegionTraffic, now: Date): Date | null {
  const until = withoutFuture(known, now).pausedUntil
  return until && until > now ? until : null
}

/** Returns why no background sync may start; null when its requests would soon be accepted. */
export const whyNoSync = (known: RegionTraffic, now: Date): SyncHold | null =>
  holdOfSyncs(known, now, longestQueueToJoin)

/** Returns what late syncs wait for. Half the queue limit: while many are late, the queue hovers just below it. */
export const whySyncsWait = (known: RegionTraffic, now: Date): SyncHold | null =>
  holdOfSyncs(known, now, longestQueueToJoin / 2)

export type SyncHold = Extract<HoldBack['why'], 'region_busy' | 'region_down'>

function holdOfSyncs(known: RegionTraffic, now: Date, queueToJoin: number): SyncHold | null {
  const { pausedUntil, queueEndsAt } = withoutFuture(known, now)
  // A time written by a fast clock is void.
  const isOfOurTime = pausedUntil === known.pausedUntil
  if (pausedUntil && isOfOurTime && now < after(pausedUntil, timeToTry)) return 'region_down'
  return isAfter(queueEndsAt, after(now, queueToJoin)) ? 'region_busy' : null
}

/**
 * Decides whether a call may go out: GCRA with two bursts, so that interactive calls pass when background ones have
 * used their share, and a circuit breaker. The first call after a pause is the probe and extends the pause for the
 * others.
 */
export function admit(
  known: RegionTraffic,
  call: RegionCall,
  { id, isAwaited }: Pick<Report, 'id' | 'isAwaited'>,
  now: Date,
): readonly [Admission, RegionTraffic] {
  const traffic = withoutFuture(known, now)
  if (traffic.pausedUntil && now < traffic.pausedUntil)
    return [{ admitted: false, why: 'region_down', until: traffic.pausedUntil, isShared: true }, traffic]
  const probed = traffic.pausedUntil
    ? { ...traffic, pausedUntil: after(now, pauseLength(traffic.pauses)), probe: id }
    : traffic
  if (call === 'look') return [{ admitted: true }, probed]

  const paidOffAt = after(traffic.paidOffAt > now ? traffic.paidOffAt : now, spacingAt(traffic, now))
  const turn = after(paidOffAt, isAwaited ? -burst : keptForAwaited - burst)
  if (turn > now) return queued(traffic, { turn, isAwaited }, now)
  return [{ admitted: true }, { ...probed, paidOffAt }]
}

const busyUntil = (until: Date, { isShared }: Pick<HoldBack, 'isShared'>): Admission => ({
  admitted: false,
  why: 'region_busy',
  until,
  isShared,
})

function queued(
  traffic: RegionTraffic,
  { turn, isAwaited }: { readonly turn: Date; readonly isAwaited: boolean },
  now: Date,
): readonly [Admission, RegionTraffic] {
  const queue = isAwaited ? 'awaitedQueueEndsAt' : 'queueEndsAt'
  const endsAt = traffic[queue]
  // The limit will have recovered by then.
  const next = endsAt && endsAt > now ? after(endsAt, spacingAt(traffic, endsAt)) : turn
  const latest = after(now, longestQueue)
  // Saves a write: all processes share one row.
  if (next > latest) return [busyUntil(latest, { isShared: true }), traffic]
  const soonest = after(now, isAwaited ? soonestTurn.awaited : soonestTurn.other)
  const until = next > soonest ? next : soonest
  return [busyUntil(until, { isShared: false }), { ...traffic, [queue]: until }]
}

/** Applies a call's outcome. @returns the same object when nothing changed. */
export function observe(
  known: RegionTraffic,
  outcome: CallOutcome,
  by: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
  now: Date,
): RegionTraffic {
  const traffic = withoutFuture(known, now)
  if (outcome === 'unanswered') return afterFailure(traffic, by.reportId, now)
  // The next call may be the probe.
  if (outcome === 'not_asked')
    return traffic.probe === by.reportId ? { ...traffic, pausedUntil: now, probe: null } : traffic
  const answered =
    traffic.failures === 0 && !traffic.pausedUntil
      ? traffic
      : {
          ...traffic,
          // Reports queued during a pause are due at its end.
          ...(traffic.pausedUntil && { queueEndsAt: null, awaitedQueueEndsAt: null }),
          failures: 0,
          failedLast: null,
          pausedUntil: null,
          pausedSince: null,
          probe: null,
          pauses: 0,
        }
  return outcome === 'throttled' ? afterThrottle(answered, by.connectionId, now) : answered
}

function afterFailure(traffic: RegionTraffic, reportId: ReportId, now: Date): RegionTraffic {
  // Calls sent before the pause and repeats of one report say nothing new.
  const says = traffic.pausedUntil ? traffic.probe === reportId : traffic.failedLast !== reportId
  if (!says) return traffic
  const failed = { ...traffic, failures: traffic.failures + 1, failedLast: reportId, probe: null }
  if (!traffic.pausedUntil && failed.failures < failuresToPause) return failed
  return {
    ...failed,
    pausedUntil: after(now, pauseLength(traffic.pauses)),
    pausedSince: traffic.pausedSince ?? now,
    pauses: traffic.pauses + 1,
  }
}

function afterThrottle(traffic: RegionTraffic, connectionId: ConnectionId, now: Date): RegionTraffic {
  const { throttled: last, cutAt } = traffic
  const throttled = { connectionId, at: now }
  const isShared =
    last !== null && last.connectionId !== connectionId && now <= after(last.at, throttleWindow)
  const isResting = cutAt !== null && now < after(cutAt, cutRest)
  if (!isShared || isResting) return { ...traffic, throttled }
  const halved = ordersPerMinute(traffic, now) / 2
  return { ...traffic, throttled, cutAt: now, ordersPerMinute: Math.max(halved, fewestOrdersPerMinute) }
}

const pauseLength = (pauses: number): number => pauseLengths[pauses] ?? longestPause
