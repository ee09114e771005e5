/** How many grants Amazon refused lately, and how many are left. */
export interface GrantLosses {
  readonly lost: number
  readonly active: number
}

/** Within how many milliseconds losses count as being at once. */
export const lossWindow = 3_600_000

const fewest = 5

/**
 * Whether so many grants were refused at once that the fault must be ours: sellers revoke theirs one by one, while a
 * wrong client id or secret gets the same answer for each of them (facts of Login with Amazon, token errors). The
 * number grows with the square root of the connections: 5 of 25, 100 of 10,000, 1,000 of a million.
 */
export const isMassLoss = ({ lost, active }: GrantLosses): boolean =>
  lost >= Math.max(fewest, Math.sqrt(lost + active))
