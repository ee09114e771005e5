/** What is kept of an answer of Amazon's that was a failure; entries of before have none of it. */
export interface Traced {
  /** Amazon's own id of the call, which its support asks for. */
  readonly requestId?: string
  /** By how much Amazon's clock was ahead of ours (behind, when negative), where that is worth telling. */
  readonly skewSeconds?: number
}

/** With its status and Amazon's own words, where it was a refusal. */
export interface TracedRefusal extends Traced {
  readonly httpStatus?: number
  readonly said?: string
}

/** An answer takes its time, and clocks wander: below this nobody is told. */
const leastSkewSeconds = 60

/**
 * Codes live for five minutes and access tokens for an hour, by Amazon's clock: where ours is off, good ones are refused.
 * @param answeredAt by Amazon's clock; null where it did not say.
 */
export function skewBetween(answeredAt: Date | null, now: Date): number | null {
  if (!answeredAt) return null
  const seconds = Math.round((answeredAt.getTime() - now.getTime()) / 1000)
  return Math.abs(seconds) < leastSkewSeconds ? null : seconds
}
