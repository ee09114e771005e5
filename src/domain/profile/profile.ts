import { bidiIsolate } from '../bidi-isolate.ts'
import type { ProfileId } from '../identifiers.ts'
import { marketplaceName } from './marketplace.ts'
import type { Region } from './region.ts'

export type AccountType = 'seller' | 'vendor' | 'agency'

export interface AdvertisingProfile {
  readonly id: ProfileId
  readonly region: Region
  /** May be unknown to us. */
  readonly country: string
  /** ISO 4217. */
  readonly currency: string
  /** IANA name. */
  readonly timezone: string
  readonly accountId: string
  /** `amzn1.ads-account.g.…`, the account above profiles; absent unless v1 of the Ads API is on. */
  readonly advertiserAccountId?: string
  readonly accountName: string | null
  /** Unknown types are stored but can't be chosen. */
  readonly accountType: AccountType | (string & {})
  /** Amazon's word, such as `KDP_AUTHOR`; absent for most profiles, and connections don't store it. */
  readonly accountSubType?: string
  /** False with view-only access; reports can still be read. */
  readonly canEdit: boolean
}

/** S-09 */
export function profileName({ accountName, id }: Pick<AdvertisingProfile, 'accountName' | 'id'>): string {
  return accountName?.trim() || `Profile ${id}`
}

/** S-08, for plain text. */
export function profileLabel(profile: Pick<AdvertisingProfile, 'accountName' | 'id' | 'country'>): string {
  return `${bidiIsolate(profileName(profile))} — ${marketplaceName(profile.country)}`
}

export type Ineligibility = 'agency' | 'amazon_attribution' | 'unknown_account_type' | 'unknown_timezone'

/**
 * S-09. Agency profiles are for Amazon DSP; sponsored-ads calls answer "Advertiser ID cannot be decrypted". Amazon asks
 * to leave out old Amazon Attribution profiles (docs/product/amazon.md, "Ads API: profiles").
 * Null when the profile can be chosen.
 */
export function ineligibility({
  accountType,
  accountSubType,
  timezone,
}: AdvertisingProfile): Ineligibility | null {
  if (accountType === 'agency') return 'agency'
  if (accountSubType === 'AMAZON_ATTRIBUTION') return 'amazon_attribution'
  if (accountType !== 'seller' && accountType !== 'vendor') return 'unknown_account_type'
  return isTimezone(timezone) ? null : 'unknown_timezone'
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
