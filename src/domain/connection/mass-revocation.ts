import { hours } from '../calendar.ts'

export const revocationWindow = hours(7 * 24)

const massRevocationThreshold = 4

/**
 * Amazon also answers `invalid_grant` to a wrong client id (docs/product/amazon.md, Login with Amazon: token
 * errors).
 */
export const isMassRevocation = (revocationCount: number): boolean =>
  revocationCount >= massRevocationThreshold
