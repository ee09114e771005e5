import { after, minutes, seconds } from '../../calendar.ts'
import type { ConnectionId } from '../../identifiers.ts'
import type { AdProduct } from '../catalogue.ts'
import { type Deferral, maxClockSkew } from '../deferral.ts'

/** Amazon publishes no limits and asks for long back-off (Reporting v3 FAQ, rate limiting). */
export interface CallBudget {
  /** After the last reduction; `requestsPerMinute()` adds the growth since. */
  readonly requestsPerMinute: number
  readonly reducedAt: Date | null
  /** Generic cell rate algorithm (GCRA). */
  readonly theoreticalArrivalAt: Date
  /** When the last queued background request is due; null if none. */
  readonly queueEndsAt: Date | null
  readonly interactiveQueueEndsAt: Date | null
  /** The last throttle; it may be the limit of one connection or ad product. */
  readonly throttled: Throttle | null
}

export interface Throttle {
  readonly connectionId: ConnectionId
  readonly adProduct: AdProduct
  readonly at: Date
}

export type RateLimitDecision = { readonly admitted: true } | ({ readonly admitted: false } & Deferral)

export const defaultRequestsPerMinute = 1500
const minRequestsPerMinute = 30
/** Budget after idle time; by default the requests of twenty accounts. */
const burst = seconds(12)
/** Reserved for interactive calls; 100 report requests at the default rate. */
const interactiveReserve = seconds(4)
/** Shorter waits would keep a worker busy asking again; longer ones would ignore a growing budget. */
const minQueueDelay = { interactive: seconds(1), other: seconds(5) }
const maxQueueDelay = minutes(5)
const doublingTime = minutes(5)
/** One reduction per burst of throttles. */
const reductionCooldown = seconds(10)
/**
 * Two connections throttled within it for different ad products hit the region's limit, not their own. Amazon may
 * throttle one ad product for hours (`docs/product/amazon.md`, Reporting v3: requests).
 */
const throttleWindow = minutes(1)

export const initialBudget = (now: Date): CallBudget => ({
  requestsPerMinute: defaultRequestsPerMinute,
  reducedAt: null,
  theoreticalArrivalAt: now,
  queueEndsAt: null,
  interactiveQueueEndsAt: null,
  throttled: null,
})

export function requestsPerMinute(
  { requestsPerMinute: perMinute, reducedAt }: CallBudget,
  now: Date,
): number {
  if (!reducedAt) return defaultRequestsPerMinute
  const sinceReduction = Math.max(0, now.getTime() - reducedAt.getTime())
  return Math.min(defaultRequestsPerMinute, perMinute * 2 ** (sinceReduction / doublingTime))
}

/** Milliseconds. */
const spacingAt = (budget: CallBudget, date: Date, cost: number): number =>
  Math.ceil((cost * minutes(1)) / requestsPerMinute(budget, date))

export const isAfter = (date: Date | null, other: Date): boolean => date !== null && date > other

export const isHalfUsed = ({ theoreticalArrivalAt }: CallBudget, now: Date): boolean =>
  theoreticalArrivalAt > after(now, burst / 2)

/** A fast clock may have written them. */
export function dropFutureBudgetTimes<Budget extends CallBudget>(budget: Budget, now: Date): Budget {
  const soon = after(now, maxClockSkew)
  const latestTurn = after(soon, maxQueueDelay)
  const dropped = {
    ...(budget.theoreticalArrivalAt > after(soon, burst) && { theoreticalArrivalAt: now }),
    ...(isAfter(budget.queueEndsAt, latestTurn) && { queueEndsAt: null }),
    ...(isAfter(budget.interactiveQueueEndsAt, latestTurn) && { interactiveQueueEndsAt: null }),
    ...(isAfter(budget.reducedAt, soon) && { reducedAt: now }),
    ...(isAfter(budget.throttled?.at ?? null, soon) && { throttled: null }),
  }
  return Object.keys(dropped).length > 0 ? { ...budget, ...dropped } : budget
}

/** For calls already sent. What exceeds the burst isn't counted. */
export function charge(budget: CallBudget, cost: number, now: Date): Partial<CallBudget> {
  const arrival = nextArrival(budget, cost, now)
  const latest = after(now, burst)
  return { theoreticalArrivalAt: arrival > latest ? latest : arrival }
}

const nextArrival = (budget: CallBudget, cost: number, now: Date): Date =>
  after(budget.theoreticalArrivalAt > now ? budget.theoreticalArrivalAt : now, spacingAt(budget, now, cost))

/**
 * Generic cell rate algorithm (GCRA) with two bursts: interactive calls pass when background calls have used their
 * share.
 * @param cost in report requests.
 * @returns the decision, and what it changes in the budget.
 */
export function spend(
  budget: CallBudget,
  { cost, isInteractive }: { readonly cost: number; readonly isInteractive: boolean },
  now: Date,
): readonly [RateLimitDecision, Partial<CallBudget> | null] {
  const theoreticalArrivalAt = nextArrival(budget, cost, now)
  const turn = after(theoreticalArrivalAt, isInteractive ? -burst : interactiveReserve - burst)
  if (turn <= now) return [{ admitted: true }, { theoreticalArrivalAt }]

  const queue = isInteractive ? 'interactiveQueueEndsAt' : 'queueEndsAt'
  const endsAt = budget[queue]
  const next = endsAt && endsAt > now ? after(endsAt, spacingAt(budget, endsAt, cost)) : turn
  const latest = after(now, maxQueueDelay)
  // Saves a write: all processes share one row.
  if (next > latest) return [rateLimitedUntil(latest, { isShared: true }), null]
  const soonest = after(now, isInteractive ? minQueueDelay.interactive : minQueueDelay.other)
  const until = next > soonest ? next : soonest
  return [rateLimitedUntil(until, { isShared: false }), { [queue]: until }]
}

const rateLimitedUntil = (until: Date, { isShared }: Pick<Deferral, 'isShared'>): RateLimitDecision => ({
  admitted: false,
  why: 'region_rate_limited',
  until,
  isShared,
})

/** @returns what the throttle changes in the budget. */
export function afterThrottle(budget: CallBudget, throttled: Throttle): Partial<CallBudget> {
  const { throttled: last, reducedAt } = budget
  const { connectionId, adProduct, at } = throttled
  const isShared =
    last !== null &&
    last.connectionId !== connectionId &&
    last.adProduct !== adProduct &&
    at <= after(last.at, throttleWindow)
  const isCoolingDown = reducedAt !== null && at < after(reducedAt, reductionCooldown)
  if (!isShared || isCoolingDown) return { throttled }
  const halved = requestsPerMinute(budget, at) / 2
  return { throttled, reducedAt: at, requestsPerMinute: Math.max(halved, minRequestsPerMinute) }
}
