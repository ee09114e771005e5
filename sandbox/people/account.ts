import { createHash } from 'node:crypto'
import type { Marketplace, Region } from './marketplaces.ts'
import { marketplaceOf } from './marketplaces.ts'

/** How much a profile advertises, and how awkwardly. */
export type Activity = 'none' | 'tiny' | 'small' | 'middle' | 'usual' | 'huge' | 'lossy'

/** An advertising profile as Amazon holds it (facts §2.3). Its id is text: it may pass 2^53. */
export interface Account extends Marketplace {
  readonly profileId: string
  readonly type: 'seller' | 'vendor' | 'agency'
  readonly subType?: 'KDP_AUTHOR' | 'AMAZON_ATTRIBUTION'
  readonly accountId: string
  readonly name?: string
  readonly validPaymentMethod?: boolean
  /** The right that the Amazon user has on it; `edit` includes `view`. With `report` it is listed for that program alone. */
  readonly access: 'edit' | 'view' | 'report'
  readonly activity: Activity
  /** Sponsored Products campaigns enough for a report of exactly so many rows in any 30 days, and nothing else. */
  readonly campaignRows?: number
  /** Without Brand Registry there is no Sponsored Brands and no Sponsored Display (facts §2.2). */
  readonly brandRegistry: boolean
}

/** What a builder may be told; the rest is valid and dull. */
export type AccountWish = Partial<Omit<Account, 'region'>> & { readonly countryCode: string }

/** A US seller's usual account in a marketplace of Amazon, unless wished otherwise. */
export function anAccount(owner: string, wish: AccountWish): Account {
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

/** One merchant has the same id in every marketplace (facts §2.3: not unique). */
export function accountIdOf(owner: string, type: Account['type']): string {
  const letters = base36(owner)
  return type === 'seller' ? `A${letters.slice(0, 13)}` : `ENTITY${letters.slice(0, 13)}`
}

/** `amzn1.account.…`, stable for each person of the cast. */
export function amazonUserId(owner: string): string {
  return `amzn1.account.${base36(`user ${owner}`).padEnd(28, 'A').slice(0, 28)}`
}

export function accountsIn(region: Region, accounts: readonly Account[]): readonly Account[] {
  return accounts.filter(account => account.region === region)
}

/** Sixteen digits that a double still holds. */
function sixteenDigits(text: string): string {
  const hash = createHash('sha256').update(text).digest().readBigUInt64BE()
  return String(1_000_000_000_000_000n + (hash % 8_000_000_000_000_000n))
}

function base36(text: string): string {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
    .toString(36)
    .toUpperCase()
}
