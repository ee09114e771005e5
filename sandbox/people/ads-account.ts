import { createHash } from 'node:crypto'
import type { Account } from './account.ts'

/** A global advertising account, which stands above profiles (AdvertisingAccounts_prod_3p). */
export interface AdsAccount {
  readonly adsAccountId: string
  readonly accountName: string
  readonly status: 'CREATED' | 'PARTIALLY_CREATED' | 'PENDING' | 'DISABLED'
  readonly countryCodes: readonly string[]
  /** Where it has profiles. */
  readonly profiles: readonly Pick<Account, 'countryCode' | 'profileId' | 'accountId'>[]
}

/** An account that manages others (facts §2.3). */
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

/** What an Amazon user has: one global account for each merchant or vendor whose profiles they reach, and the unlisted. */
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
