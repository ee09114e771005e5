/** The longest that an event may go unnoticed: a share of its age or `seconds`: the larger of the two. */
export interface MaxLag {
  readonly share: number
  readonly seconds: number
}

export const boundOf = ({ share, seconds }: MaxLag, age: number): number => Math.max(share * age, seconds)

/**
 * Returns the fewest polls that notice an event of unknown age within the bound, when it comes at `age` seconds.
 * An event right after a poll at t is noticed by the next one, so that one is due at `t + max(share · t, seconds)` at
 * the latest; the first at `seconds`. Waiting that long each time needs the fewest polls: `⌈T / seconds⌉` up to `T =
 * seconds / share`, then `ln(T · share / seconds) / ln(1 + share)` more.
 */
export function minPolls(lag: MaxLag, age: number): number {
  let polls = 1
  for (let at = lag.seconds; at < age; at += boundOf(lag, at)) polls += 1
  return polls
}
