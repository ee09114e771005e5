import type { CallOutcome } from './rate-limit/region-rate-limit.ts'

export type AnsweredCallOutcome = Exclude<CallOutcome, 'not_sent'>

/** Milliseconds. No timeout exceeds the last bucket. */
export const latencyBuckets = [100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const

export type LatencyBucket = (typeof latencyBuckets)[number]

export const latencyBucketOf = (milliseconds: number): LatencyBucket =>
  latencyBuckets.find(bucket => milliseconds <= bucket) ?? 60_000

export interface CallCount {
  readonly outcome: AnsweredCallOutcome
  readonly within: LatencyBucket
  readonly calls: number
  readonly milliseconds: number
}
