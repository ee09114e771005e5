import { hours } from '../../domain/calendar.ts'
import { type CallCount, type CallEnd, type CallStep, callSteps } from '../../domain/ingestion/call-times.ts'
import {
  ordersPerMinute,
  type RegionTraffic,
  usualOrdersPerMinute,
} from '../../domain/ingestion/region-traffic.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { RegionFacts } from '../ports.ts'

export const callsFor = hours(1)

export interface Calls {
  readonly count: number
  readonly throttled: number
  readonly unanswered: number
  /** Null without calls. */
  readonly meanMilliseconds: number | null
  /** Null without calls. */
  readonly mostWithin: CallStep | null
}

export interface RegionFare {
  readonly region: Region
  /** `slowed`: fewer report requests than the default, because Amazon throttled several accounts. */
  readonly state: 'well' | 'slowed' | 'paused'
  /** Null unless paused. */
  readonly pausedSince: Date | null
  readonly pausedUntil: Date | null
  readonly ordersPerMinute: number
  readonly usualOrdersPerMinute: number
  readonly throttledAt: Date | null
  readonly calls: Calls
}

export function regionFare({ region, traffic, calls }: RegionFacts, now: Date): RegionFare {
  const pace = traffic ? Math.floor(ordersPerMinute(traffic, now)) : usualOrdersPerMinute
  const isPaused = traffic?.pausedUntil != null
  return {
    region,
    state: isPaused ? 'paused' : pace < usualOrdersPerMinute ? 'slowed' : 'well',
    pausedSince: isPaused ? pausedSince(traffic) : null,
    pausedUntil: traffic?.pausedUntil ?? null,
    ordersPerMinute: pace,
    usualOrdersPerMinute,
    throttledAt: traffic?.throttled?.at ?? null,
    calls: callsOf(calls),
  }
}

const pausedSince = (traffic: RegionTraffic | null): Date | null => traffic?.pausedSince ?? null

function callsOf(counts: readonly CallCount[]): Calls {
  const sum = (some: readonly CallCount[]): number => some.reduce((all, { calls }) => all + calls, 0)
  const of = (outcome: CallEnd) => sum(counts.filter(count => count.outcome === outcome))
  const count = sum(counts)
  const milliseconds = counts.reduce((all, one) => all + one.milliseconds, 0)
  const isMost = (step: CallStep) => sum(counts.filter(({ within }) => within <= step)) >= count * 0.95
  return {
    count,
    throttled: of('throttled'),
    unanswered: of('unanswered'),
    meanMilliseconds: count > 0 ? Math.round(milliseconds / count) : null,
    mostWithin: count > 0 ? (callSteps.find(isMost) ?? null) : null,
  }
}
