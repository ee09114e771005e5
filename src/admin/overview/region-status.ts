import { hours } from '../../domain/calendar.ts'
import {
  type AnsweredCallOutcome,
  type CallCount,
  type LatencyBucket,
  latencyBuckets,
} from '../../domain/ingestion/call-latency.ts'
import {
  defaultRequestsPerMinute,
  type RegionRateLimit,
  requestsPerMinute,
} from '../../domain/ingestion/region-rate-limit.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { RegionCallCounts } from '../ports.ts'

export const callWindow = hours(1)

export interface Calls {
  readonly count: number
  readonly throttled: number
  readonly unanswered: number
  /** Null without calls. */
  readonly meanMilliseconds: number | null
  /** Null without calls. */
  readonly p95Bucket: LatencyBucket | null
}

export interface RegionStatus {
  readonly region: Region
  /** `slowed`: fewer report requests than usual, because Amazon throttled several accounts. */
  readonly state: 'well' | 'slowed' | 'paused'
  /** Null unless paused. */
  readonly pausedSince: Date | null
  readonly pausedUntil: Date | null
  readonly requestsPerMinute: number
  readonly defaultRequestsPerMinute: number
  readonly throttledAt: Date | null
  readonly calls: Calls
}

export function regionStatus({ region, traffic, calls }: RegionCallCounts, now: Date): RegionStatus {
  const pace = traffic ? Math.floor(requestsPerMinute(traffic, now)) : defaultRequestsPerMinute
  const isPaused = traffic?.pausedUntil != null
  return {
    region,
    state: isPaused ? 'paused' : pace < defaultRequestsPerMinute ? 'slowed' : 'well',
    pausedSince: isPaused ? pausedSince(traffic) : null,
    pausedUntil: traffic?.pausedUntil ?? null,
    requestsPerMinute: pace,
    defaultRequestsPerMinute,
    throttledAt: traffic?.throttled?.at ?? null,
    calls: callsOf(calls),
  }
}

const pausedSince = (traffic: RegionRateLimit | null): Date | null => traffic?.pausedSince ?? null

function callsOf(counts: readonly CallCount[]): Calls {
  const sum = (some: readonly CallCount[]): number => some.reduce((all, { calls }) => all + calls, 0)
  const of = (outcome: AnsweredCallOutcome) => sum(counts.filter(count => count.outcome === outcome))
  const count = sum(counts)
  const milliseconds = counts.reduce((all, one) => all + one.milliseconds, 0)
  const isMost = (step: LatencyBucket) => sum(counts.filter(({ within }) => within <= step)) >= count * 0.95
  return {
    count,
    throttled: of('throttled'),
    unanswered: of('unanswered'),
    meanMilliseconds: count > 0 ? Math.round(milliseconds / count) : null,
    p95Bucket: count > 0 ? (latencyBuckets.find(isMost) ?? null) : null,
  }
}
