/** The longest that an event may stay unnoticed: a share of the time it took to come, or a least time. */
export interface Lag {
  readonly share: number
  readonly seconds: number
}

/** Seconds. */
export const boundOf = ({ share, seconds }: Lag, age: number): number => Math.max(share * age, seconds)

/**
 * The fewest looks after which an event that comes at this age, unknown beforehand, is noticed within the bound,
 * whatever the age had been.
 *
 * What comes right after a look at age t is noticed by the next one, so that this one may be no later than
 * `t + max(share · t, seconds)`; the first no later than `seconds`. Whoever waits that long each time needs the fewest:
 * `⌈T / seconds⌉` looks up to `T = seconds / share`, and from there on one for each factor of `1 + share`, which is
 * `ln(T · share / seconds) / ln(1 + share)` more.
 */
export function fewestLooks(lag: Lag, age: number): number {
  let looks = 1
  for (let at = lag.seconds; at < age; at += boundOf(lag, at)) looks += 1
  return looks
}
