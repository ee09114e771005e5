import type { CallOutcome } from './region-traffic.ts'

/** How a call that went out ended. */
export type CallEnd = Exclude<CallOutcome, 'not_asked'>

/**
 * Milliseconds within which calls are over: as fine as an operator asks, and few enough to be kept for every minute. What
 * takes longer than the last counts there; no call has so long.
 */
export const callSteps = [100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const

export type CallStep = (typeof callSteps)[number]

export const stepOf = (milliseconds: number): CallStep =>
  callSteps.find(step => milliseconds <= step) ?? 60_000

/** Calls to one region that ended alike, within the same step. */
export interface CallCount {
  readonly outcome: CallEnd
  readonly within: CallStep
  readonly calls: number
  /** Of all of them together. */
  readonly milliseconds: number
}
