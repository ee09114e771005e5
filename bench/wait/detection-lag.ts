/** The longest that an event may go unnoticed: the larger of `seconds` and a share of its age. */
export interface MaxLag {
  readonly share: number
  readonly seconds: number
}

export const boundOf = ({ share, seconds }: MaxLag, age: number): number => Math.max(share * age, seconds)

/**
 * Returns the fewest polls that notice an event within the bound if it happens after `age` seconds, which is not known
 * in advance. An event right after a poll at t is noticed by the next poll, which is therefore due at
 * `t + max(share · t, seconds)` at the latest; the first poll is due at `seconds`. Waiting that long each time needs
 * the fewest polls: `⌈T / seconds⌉` up to `T = seconds / share`, then `ln(T · share / seconds) / ln(1 + share)`
 * more.
 */
export function minPolls(lag: MaxLag, age: number): number {
  let polls = 1
  for (let at = lag.seconds; at < age; at += boundOf(lag, at)) polls += 1
  return polls
}
