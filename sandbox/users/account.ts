import { createHash } from 'node:crypto'
import { type Marketplace, marketplaceOf, type Region } from './marketplaces.ts'

/** How much a profile advertises; `lossy` has ids above 2^53 and awkward texts. */
export type Activity = 'none' | 'tiny' | 'small' | 'middle' | 'usual' | 'huge' | 'lossy'

/** An advertising profile at Amazon. The id is text because it may exceed 2^53. */
export interface Account extends Marketplace {
  readonly profileId: string
  readonly type: 'seller' | 'vendor' | 'agency'
  readonly subType?: 'KDP_AUTHOR' | 'AMAZON_ATTRIBUTION'
  readonly accountId: string
  readonly name?: string
  readonly validPaymentMethod?: boolean
  /** The Amazon user's rights; `edit` includes `view`. `report`: listed only for that API program. */
  readonly access: 'edit' | 'view' | 'report'
  readonly activity: Activity
  /** Gives `spCampaigns` reports exactly this many rows in any 30 days. */
  readonly campaignRows?: number
  /** Each target's search terms in Sponsored Brands have an equal row of another target; neither has an id. */
  readonly hasEqualTerms?: true
  /** Negative corrections, theme targets, and `*` for search terms that Amazon doesn't name. */
  readonly hasOddRows?: true
  /** Sponsored Brands campaigns of the old format, which reports leave out. The first is paused, the others run. */
  readonly legacyCampaigns?: number
  /** Amazon refuses reports of Sponsored Display in this marketplace. */
  readonly isDisplayMissing?: true
  /** Without Brand Registry there is no Sponsored Brands and no Sponsored Display. */
  readonly brandRegistry: boolean
}

/** Amazon's text for a report that it doesn't offer to the account. */
export function notOfferedText(
  { subType, marketplaceStringId, isDisplayMissing }: Account,
  adProduct: string,
): string | null {
  if (subType === 'KDP_AUTHOR' && adProduct === 'SPONSORED_BRANDS')
    return 'KDP authors do not have access to Sponsored Brands functionality'
  if (isDisplayMissing && adProduct === 'SPONSORED_DISPLAY')
    return `Tactic T00020 is not supported for report API in marketplace ${marketplaceStringId}.`
  return null
}

export type AccountOptions = Partial<Omit<Account, 'region'>> & { readonly countryCode: string }

export function anAccount(owner: string, wish: AccountOptions): Account {
  const type = wish.type ?? 'seller'
  return {
    ...marketplaceOf(wish.countryCode),
    profileId: sixteenDigits(`${owner} ${wish.countryCode} ${type} ${wish.name ?? ''}`),
    accountId: accountIdOf(owner, type),
    validPaymentMethod: true,
    access: 'edit',
    activity: 'usual',
    brandRegistry: true,
    ...wish,
    type,
  }
}

/** A merchant has the same id in every marketplace. */
export function accountIdOf(owner: string, type: Account['type']): string {
  const letters = base36(owner)
  return type === 'seller' ? `A${letters.slice(0, 13)}` : `ENTITY${letters.slice(0, 13)}`
}

/** `amzn1.account.…`, stable per test user. */
export function amazonUserId(owner: string): string {
  return `amzn1.account.${base36(`user ${owner}`).padEnd(28, 'A').slice(0, 28)}`
}

export function accountsIn(region: Region, accounts: readonly Account[]): readonly Account[] {
  return accounts.filter(account => account.region === region)
}

/** Sixteen digits, below 2^53. */
function sixteenDigits(text: string): string {
  const hash = createHash('sha256').update(text).digest().readBigUInt64BE()
  return String(1_000_000_000_000_000n + (hash % 8_000_000_000_000_000n))
}

function base36(text: string): string {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
    .toString(36)
    .toUpperCase()
}
