import { hours } from '../calendar.ts'

export const revocationWindow = hours(7 * 24)

const massRevocationThreshold = 4

/**
 * Counts losses of every kind that Amazon causes: it also answers `invalid_grant` to a wrong client id
 * (docs/product/amazon.md, Login with Amazon: token errors), and may fail to list profiles.
 */
export const isMassRevocation = (lossCount: number): boolean => lossCount >= massRevocationThreshold
