import { after, hours, minutes, seconds } from '../calendar.ts'
import type { ConnectionId, ReportId } from '../identifiers.ts'
import type { Report } from './report.ts'

/**
 * How a region of Amazon's Ads API fares, for all connections and processes together. Amazon publishes no limits: they
 * move with the region's report queue, and it asks for spreading and long back-off (Reporting v3 FAQ, rate limiting).
 */
export interface RegionTraffic {
  /** What the region seemed to bear when it was cut last. */
  readonly ordersPerMinute: number
  readonly cutAt: Date | null
  /** When the orders that were let through so far are paid off. */
  readonly paidOffAt: Date
  /** For when the last of those was told to come again whom nobody waits for; null while there was none. */
  readonly queueEndsAt: Date | null
  /** The same of those whom somebody waits for. */
  readonly awaitedQueueEndsAt: Date | null
  /** The connection that was throttled last: one alone may have met a limit of its own. */
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: Date } | null
  /** Unanswered calls in a row; a report that fails twice running counts once. */
  readonly failures: number
  readonly failedLast: ReportId | null
  /** While it lasts the region is left alone; whoever comes first after it tries for all. */
  readonly pausedUntil: Date | null
  /** Since when no call was answered, of pauses in a row. */
  readonly pausedSince: Date | null
  /** The report that tries for all. */
  readonly probe: ReportId | null
  /** How often in a row it was paused. */
  readonly pauses: number
}

/** Orders count against the budget; both wait while the region does not answer. */
export type RegionCall = 'order' | 'look'

export interface HoldBack {
  /**
   * `type_busy`: Amazon throttles this type of report for this profile, and another of it waits already. `storage_down`: our
   * own database gave no answer.
   */
  readonly why: 'region_busy' | 'region_down' | 'type_busy' | 'storage_down'
  readonly until: Date
  /** Others were told the same moment, and are not to come in the same second; whoever has a turn of its own comes when that is. */
  readonly isShared: boolean
}

export type Admission = { readonly admitted: true } | ({ readonly admitted: false } & HoldBack)

/**
 * How a call ended, as far as the region is concerned: a refusal of what was asked is an answer as well; `not_asked` is one
 * that was let through and had no token to go out with.
 */
export type CallOutcome = 'answered' | 'throttled' | 'unanswered' | 'not_asked'

export const usualOrdersPerMinute = 1500
const fewestOrdersPerMinute = 30
/** What may go out at once after a quiet time: as usual the orders of twenty accounts, and the fewer the slower. */
const burst = seconds(12)
/** As much of it as nobody gets who is not waited for: the orders of six accounts, of people who have just connected. */
const keptForAwaited = seconds(4)
/**
 * Whoever finds the budget used up comes again when it is their turn, one after the other, as the budget lets them through, and so
 * much later at the earliest and at the latest: thousands that asked every few seconds would leave a worker no time for
 * anything else, and the budget may grow meanwhile.
 */
const soonestTurn = { awaited: seconds(1), other: seconds(5) }
const longestQueue = minutes(5)
/**
 * In a region whose queue is longer, no sync is begun that nobody waits for: after an outage a hundred thousand reports would stand in
 * it, and ask every five minutes whether it is their turn, until a worker did nothing else.
 */
const longestQueueToJoin = minutes(1)
/**
 * A pause that has run out says nothing of the region yet: so long what waits in it has to try for all, in the place of syncs that are
 * begun by the dozen. Where nothing waits, they try.
 */
const timeToTry = minutes(1)
/** After a cut, so long until the region is trusted with twice as much. */
const doublingTime = minutes(5)
/** Throttles of one burst cut once. */
const cutRest = seconds(10)
/** Two connections throttled within it have met the region's limit, not their own. */
const throttleWindow = minutes(1)

const failuresToPause = 6
const longestPause = seconds(120)
const pauseLengths = [seconds(30), seconds(60), longestPause]

/** The clocks of two processes are never further apart, unless one is wrong. */
export const clocksApart = seconds(10)

/** So long a report may be held back in all since it last got on. */
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

/** How many orders a minute the region is trusted with by now. */
export function ordersPerMinute({ ordersPerMinute, cutAt }: RegionTraffic, now: Date): number {
  if (!cutAt) return usualOrdersPerMinute
  const calm = Math.max(0, now.getTime() - cutAt.getTime())
  return Math.min(usualOrdersPerMinute, ordersPerMinute * 2 ** (calm / doublingTime))
}

/** Milliseconds from one order to the next at a moment, which may be one to come. */
const spacingAt = (traffic: RegionTraffic, moment: Date): number =>
  Math.ceil(minutes(1) / ordersPerMinute(traffic, moment))

const isAfter = (moment: Date | null, other: Date): boolean => moment !== null && moment > other

/**
 * A clock that ran ahead has written down what no rule would wait for, and one region stands still for all: what lies further
 * ahead than the rules allow is over. The same object where nothing does.
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

/** Until when the region is left alone; null while it is not. */
export function pausedUntil(known: RegionTraffic, now: Date): Date | null {
  const until = withoutFuture(known, now).pausedUntil
  return until && until > now ? until : null
}

/** Why no sync is begun in the region now that nobody waits for; null when it is, and its orders soon have their turn. */
export const whyNoSync = (known: RegionTraffic, now: Date): SyncHold | null =>
  holdOfSyncs(known, now, longestQueueToJoin)

/**
 * What a sync that is late waits for in its region, whether or not one is begun this very second: while many are late the queue is joined
 * for a moment each time that it has become short enough, and is never much shorter.
 */
export const whySyncsWait = (known: RegionTraffic, now: Date): SyncHold | null =>
  holdOfSyncs(known, now, longestQueueToJoin / 2)

export type SyncHold = Extract<HoldBack['why'], 'region_busy' | 'region_down'>

function holdOfSyncs(known: RegionTraffic, now: Date, queueToJoin: number): SyncHold | null {
  const { pausedUntil, queueEndsAt } = withoutFuture(known, now)
  // What a clock wrote down that ran ahead is over by now, and nobody knows since when.
  const isOfOurTime = pausedUntil === known.pausedUntil
  if (pausedUntil && isOfOurTime && now < after(pausedUntil, timeToTry)) return 'region_down'
  return isAfter(queueEndsAt, after(now, queueToJoin)) ? 'region_busy' : null
}

/**
 * Whether a call may go out now (a generic cell rate algorithm with two bursts, and a breaker): while what nobody waits for uses up
 * all that it may, what somebody waits for still goes out. The first one after a pause is the
 * probe: it takes the next pause for itself, so that the others wait for what it finds.
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
  // The region is trusted with more by then.
  const next = endsAt && endsAt > now ? after(endsAt, spacingAt(traffic, endsAt)) : turn
  const latest = after(now, longestQueue)
  // Whoever comes late has no place in it, and nothing to write down: all processes together write one row.
  if (next > latest) return [busyUntil(latest, { isShared: true }), traffic]
  const soonest = after(now, isAwaited ? soonestTurn.awaited : soonestTurn.other)
  const until = next > soonest ? next : soonest
  return [busyUntil(until, { isShared: false }), { ...traffic, [queue]: until }]
}

/** What a call's end says about the region. The same object when it says nothing new. */
export function observe(
  known: RegionTraffic,
  outcome: CallOutcome,
  by: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
  now: Date,
): RegionTraffic {
  const traffic = withoutFuture(known, now)
  if (outcome === 'unanswered') return afterFailure(traffic, by.reportId, now)
  // Whoever comes next may try for all.
  if (outcome === 'not_asked')
    return traffic.probe === by.reportId ? { ...traffic, pausedUntil: now, probe: null } : traffic
  const answered =
    traffic.failures === 0 && !traffic.pausedUntil
      ? traffic
      : {
          ...traffic,
          // Whoever stood in it during a pause is due again when that is over.
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
  // What was on its way when the pause began says nothing new; nor does the same report once more.
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
