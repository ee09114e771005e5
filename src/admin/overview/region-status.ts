import { hours } from '../../domain/calendar.ts'
import {
  type AnsweredCallOutcome,
  type CallCount,
  type LatencyBucket,
  latencyBuckets,
} from '../../domain/ingestion/call-latency.ts'
import { defaultRequestsPerMinute, requestsPerMinute } from '../../domain/ingestion/rate-limit/call-budget.ts'
import type { RegionRateLimit } from '../../domain/ingestion/rate-limit/region-rate-limit.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { RegionCallCounts } from '../ports.ts'

export const callWindow = hours(1)

export interface CallSummary {
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
  readonly state: 'normal' | 'slowed' | 'paused'
  /** Null unless paused. */
  readonly pausedSince: Date | null
  readonly pausedUntil: Date | null
  readonly requestsPerMinute: number
  readonly defaultRequestsPerMinute: number
  readonly throttledAt: Date | null
  readonly calls: CallSummary
}

export function regionStatus({ region, traffic, calls }: RegionCallCounts, now: Date): RegionStatus {
  const requestRate = traffic ? Math.floor(requestsPerMinute(traffic, now)) : defaultRequestsPerMinute
  const isPaused = traffic?.pausedUntil != null
  return {
    region,
    state: isPaused ? 'paused' : requestRate < defaultRequestsPerMinute ? 'slowed' : 'normal',
    pausedSince: isPaused ? pausedSince(traffic) : null,
    pausedUntil: traffic?.pausedUntil ?? null,
    requestsPerMinute: requestRate,
    defaultRequestsPerMinute,
    throttledAt: latest(traffic?.throttled?.at, traffic?.polls.throttled?.at),
    calls: summariseCalls(calls),
  }
}

const latest = (...dates: readonly (Date | undefined)[]): Date | null =>
  dates.reduce<Date | null>((last, date) => (date && (!last || date > last) ? date : last), null)

const pausedSince = (traffic: RegionRateLimit | null): Date | null => traffic?.pausedSince ?? null

function summariseCalls(counts: readonly CallCount[]): CallSummary {
  const totalOf = (subset: readonly CallCount[]): number => subset.reduce((all, { calls }) => all + calls, 0)
  const countWith = (outcome: AnsweredCallOutcome) =>
    totalOf(counts.filter(count => count.outcome === outcome))
  const count = totalOf(counts)
  const milliseconds = counts.reduce((all, one) => all + one.milliseconds, 0)
  const isP95Within = (bucket: LatencyBucket) =>
    totalOf(counts.filter(({ within }) => within <= bucket)) >= count * 0.95
  return {
    count,
    throttled: countWith('throttled'),
    unanswered: countWith('unanswered'),
    meanMilliseconds: count > 0 ? Math.round(milliseconds / count) : null,
    p95Bucket: count > 0 ? (latencyBuckets.find(isP95Within) ?? null) : null,
  }
}
