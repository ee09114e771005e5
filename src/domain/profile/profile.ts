import type { ProfileId } from '../identifiers.ts'
import { isolated } from '../isolated.ts'
import { marketplaceName } from './marketplace.ts'
import type { Region } from './region.ts'

export type AccountType = 'seller' | 'vendor' | 'agency'

/** One marketplace in which an account advertises, as `/v2/profiles` describes it. */
export interface AdvertisingProfile {
  readonly id: ProfileId
  readonly region: Region
  /** Amazon's country code, unknown ones included. */
  readonly country: string
  /** ISO 4217. */
  readonly currency: string
  /** IANA name. */
  readonly timezone: string
  readonly accountId: string
  /** Null where Amazon sends no name. */
  readonly accountName: string | null
  /** Amazon's word; an unknown one is kept, and cannot be chosen. */
  readonly accountType: AccountType | (string & {})
  /** False when the person may look but not edit at Amazon: reports can be read all the same. */
  readonly mayEdit: boolean
}

/** The account's own name, or `Profile <id>` (S-09). */
export function profileName({ accountName, id }: Pick<AdvertisingProfile, 'accountName' | 'id'>): string {
  return accountName?.trim() || `Profile ${id}`
}

/** `My Brand US — Amazon.com` (S-08), for a line of plain text; a page's markup isolates the name itself. */
export function profileLabel(profile: Pick<AdvertisingProfile, 'accountName' | 'id' | 'country'>): string {
  return `${isolated(profileName(profile))} — ${marketplaceName(profile.country)}`
}

/** Why a profile cannot be chosen. */
export type Ineligibility = 'agency' | 'unknown_account_type' | 'unknown_timezone'

/**
 * S-09: seller and vendor profiles can be chosen, view-only ones too. Agency profiles serve Amazon DSP
 * alone and answer sponsored-ads calls with "Advertiser ID cannot be decrypted".
 * @returns null when it can be chosen.
 */
export function ineligibility({ accountType, timezone }: AdvertisingProfile): Ineligibility | null {
  if (accountType === 'agency') return 'agency'
  if (accountType !== 'seller' && accountType !== 'vendor') return 'unknown_account_type'
  return isTimezone(timezone) ? null : 'unknown_timezone'
}

/** Report days are days in the profile's zone: without a zone that exists there is nothing to ask for. */
function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
