import { createHash } from 'node:crypto'
import type { Account } from './account.ts'

/** A global advertising account, above profiles (AdvertisingAccounts_prod_3p). */
export interface AdsAccount {
  readonly adsAccountId: string
  readonly accountName: string
  readonly status: 'CREATED' | 'PARTIALLY_CREATED' | 'PENDING' | 'DISABLED'
  readonly countryCodes: readonly string[]
  readonly profiles: readonly Pick<Account, 'countryCode' | 'profileId' | 'accountId'>[]
}

export interface ManagerAccount {
  readonly name: string
  readonly linked: readonly Account[]
}

export function anAdsAccount(
  owner: string,
  wish: Pick<AdsAccount, 'status' | 'countryCodes'> & Partial<AdsAccount>,
): AdsAccount {
  const key = `${owner} ${wish.status} ${wish.accountName ?? ''}`
  return {
    adsAccountId: `amzn1.ads-account.g.${opaqueId(key)}`,
    accountName: `Account of ${owner}`,
    profiles: [],
    ...wish,
  }
}

/** One per merchant or vendor with profiles, and the unlisted ones. */
export function adsAccountsOf(accounts: readonly Account[], unlisted: readonly AdsAccount[]): AdsAccount[] {
  const owners = Map.groupBy(
    accounts.filter(({ type }) => type !== 'agency'),
    ({ accountId }) => accountId,
  )
  const listed = [...owners].map(([accountId, profiles]) =>
    anAdsAccount(accountId, {
      status: 'CREATED',
      accountName: profiles[0]?.name ?? accountId,
      countryCodes: profiles.map(({ countryCode }) => countryCode),
      profiles,
    }),
  )
  return [...listed, ...unlisted]
}

export function opaqueId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 26)
}
