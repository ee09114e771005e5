/** The longest that an event may go unnoticed: the larger of `seconds` and a share of its age. */
export interface MaxLag {
  readonly share: number
  readonly seconds: number
  /** The age in seconds at which the earliest event happens. */
  readonly earliest: number
}

export const boundOf = ({ share, seconds }: Omit<MaxLag, 'earliest'>, age: number): number =>
  Math.max(share * age, seconds)

/**
 * Returns the fewest polls that notice an event within the bound if it happens after `age` seconds, which is not known
 * in advance. An event right after a poll at t is noticed by the next poll, which is therefore due at
 * `t + max(share · t, seconds)` at the latest; for the first poll, t is `earliest`. Waiting that long each time needs
 * the fewest polls: one per `seconds` up to `T = seconds / share`, then `ln(T · share / seconds) / ln(1 + share)` more.
 */
export function minPolls(lag: MaxLag, age: number): number {
  let polls = 1
  for (let at = lag.earliest + boundOf(lag, lag.earliest); at < age; at += boundOf(lag, at)) polls += 1
  return polls
}
