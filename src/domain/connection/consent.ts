import { after, hours } from '../calendar.ts'
import type { Region } from '../profile/region.ts'

/** Support asks for it (S-40); connecting works without it (S-09). */
export interface AmazonUser {
  readonly userId: string
  readonly name: string | null
  readonly email: string | null
}

/** Outlives its token, to be compared with the next consent. */
export interface Consent {
  /** Its token endpoint issues the access tokens. */
  readonly loginRegion: Region
  /** Our time of the callback. */
  readonly consentedAt: Date
  readonly amazonUser: AmazonUser | null
}

/** False when either is unknown. */
export const isDifferentAmazonUser = (one: AmazonUser | null, other: AmazonUser | null): boolean =>
  one !== null && other !== null && one.userId !== other.userId

/** Earlier consents last until revoked (docs/product/amazon.md, Login with Amazon: lifetimes). */
const firstExpiringConsent = new Date('2026-07-30T00:00:00Z')

export const consentWarningDays = 30

/**
 * Returns when a consent expires; refreshing doesn't extend it.
 * @param consentDays from `LWA_CONSENT_DAYS`.
 * @returns null when it lasts.
 */
export function consentExpiresAt(consentedAt: Date, consentDays: number): Date | null {
  return consentedAt < firstExpiringConsent ? null : after(consentedAt, hours(24 * consentDays))
}

/** @returns null before the warning period, or when it lasts. */
export function consentExpiryToWarnOf(consentedAt: Date, consentDays: number, now: Date): Date | null {
  const end = consentExpiresAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24 * consentWarningDays)) ? end : null
}

/**
 * Decides by the consent's date, because Amazon's error is the same (S-26). Our date is minutes later than Amazon's, so
 * the last day counts as expired.
 */
export function revocationReason(
  consentedAt: Date,
  consentDays: number,
  now: Date,
): 'grant_revoked' | 'consent_expired' {
  const end = consentExpiresAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24)) ? 'consent_expired' : 'grant_revoked'
}
