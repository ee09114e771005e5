import { after, hours } from '../calendar.ts'
import type { Region } from '../profile/region.ts'

/** Not needed to connect (S-09); support asks for it (S-40). */
export interface AmazonUser {
  readonly userId: string
  readonly name: string | null
  readonly email: string | null
}

/** Outlives its token, for comparison with the next consent. */
export interface Consent {
  readonly loginRegion: Region
  /** When our callback was called for a consent whose page Amazon showed: its year starts then. */
  readonly consentedAt: Date
  readonly amazonUser: AmazonUser | null
}

export const isDifferentAmazonUser = (one: AmazonUser | null, other: AmazonUser | null): boolean =>
  one !== null && other !== null && one.userId !== other.userId

/** Earlier consents last until revoked (docs/product/amazon.md, Login with Amazon: lifetimes). */
const firstExpiringConsent = new Date('2026-07-30T00:00:00Z')

export const consentWarningDays = 30

/** Refreshing doesn't extend a consent. Null when it doesn't expire. */
export function consentExpiresAt(consentedAt: Date, consentDays: number): Date | null {
  return consentedAt < firstExpiringConsent ? null : after(consentedAt, hours(24 * consentDays))
}

/** Null before the warning period, or when the consent doesn't expire. */
export function upcomingConsentExpiry(consentedAt: Date, consentDays: number, now: Date): Date | null {
  const end = consentExpiresAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24 * consentWarningDays)) ? end : null
}

/** Decided by date: Amazon's error is the same (S-26). Our date lags, so the last day counts as expired. */
export function revocationReason(
  consentedAt: Date,
  consentDays: number,
  now: Date,
): 'grant_revoked' | 'consent_expired' {
  const end = consentExpiresAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24)) ? 'consent_expired' : 'grant_revoked'
}
