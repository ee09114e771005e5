import { hours } from '../calendar.ts'

/** How far back revocations count. */
export const revocationWindow = hours(7 * 24)

const maxPlausibleRevocations = 4

/**
 * True once 4 grants in a row were given up with no successful refresh between. Amazon answers a wrong client id with
 * `invalid_grant` too, so treat it as our fault (docs/product/amazon.md, Login with Amazon: token errors).
 */
export const isMassRevocation = (lost: number): boolean => lost >= maxPlausibleRevocations
