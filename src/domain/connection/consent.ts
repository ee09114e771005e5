import { after, hours } from '../calendar.ts'
import type { Region } from '../profile/region.ts'

/** Who said yes at Amazon. Support asks for it (S-40); not knowing it blocks nothing (S-09). */
export interface AmazonUser {
  readonly userId: string
  readonly name: string | null
  readonly email: string | null
}

/** A yes at Amazon. It outlives its token, so that the next one can be held against it. */
export interface Consent {
  /** Where the person's Amazon login lives; its token address mints the access tokens. */
  readonly loginRegion: Region
  /** Consents given since 30 July 2026 end 365 days after this moment. */
  readonly consentedAt: Date
  readonly amazonUser: AmazonUser | null
}

/** Whether two people at Amazon said yes; one that is unknown is not taken for another. */
export const isOtherAmazonUser = (one: AmazonUser | null, other: AmazonUser | null): boolean =>
  one !== null && other !== null && one.userId !== other.userId

/**
 * Amazon lets the refresh tokens of consents that were given on or after this day end; those given before last until
 * they are revoked (facts of Login with Amazon, lifetimes).
 */
const firstEndingConsent = new Date('2026-07-30T00:00:00Z')

/** How long before its end a seller is asked to renew a consent. */
export const consentWarningDays = 30

/**
 * When a consent ends, or null for one that lasts. Refreshing its tokens does not extend it.
 * @param consentDays for how many days Amazon keeps a consent (`LWA_CONSENT_DAYS`).
 */
export function consentEndsAt(consentedAt: Date, consentDays: number): Date | null {
  return consentedAt < firstEndingConsent ? null : after(consentedAt, hours(24 * consentDays))
}

/** When it ends, once that is near enough to say so; null before, and for a consent that lasts. */
export function consentEndToWarnOf(consentedAt: Date, consentDays: number, now: Date): Date | null {
  const end = consentEndsAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24 * consentWarningDays)) ? end : null
}

/**
 * Why Amazon refuses a grant: it says the same of a revoked and of an ended consent, and only its date tells (S-26).
 * Ours is taken when the person comes back from Amazon, some minutes after Amazon's, so that the last day counts as
 * the end.
 */
export function whyGrantIsGone(
  consentedAt: Date,
  consentDays: number,
  now: Date,
): 'grant_gone' | 'consent_expired' {
  const end = consentEndsAt(consentedAt, consentDays)
  return end && now >= after(end, -hours(24)) ? 'consent_expired' : 'grant_gone'
}
