import { hours } from '../calendar.ts'

/** How long a loss is remembered for this. */
export const lossWindow = hours(7 * 24)

/** So many in a row are believed to be the sellers' doing. */
const believed = 4

/**
 * Whether so many grants were refused, without one refresh that succeeded in between, that the fault must be ours: a
 * wrong client id or secret gets for each of them the answer that a revoked one gets (facts of Login with Amazon, token
 * errors). It stays so until a refresh succeeds, however slowly the refusals come in over a day of syncs.
 *
 * @param lost how many were given up already.
 */
export const isMassLoss = (lost: number): boolean => lost >= believed
