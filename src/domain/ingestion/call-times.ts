import type { CallOutcome } from './region-traffic.ts'

export type CallEnd = Exclude<CallOutcome, 'not_asked'>

/** Milliseconds; no timeout exceeds the last one. Few enough to store for each minute. */
export const callSteps = [100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const

export type CallStep = (typeof callSteps)[number]

export const stepOf = (milliseconds: number): CallStep =>
  callSteps.find(step => milliseconds <= step) ?? 60_000

export interface CallCount {
  readonly outcome: CallEnd
  readonly within: CallStep
  readonly calls: number
  /** Sum over these calls. */
  readonly milliseconds: number
}
