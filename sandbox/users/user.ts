import type { Account } from './account.ts'
import type { AdsAccount, ManagerAccount } from './ads-account.ts'

/** An Amazon user who can sign in at the consent page. */
export interface User {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly about: string
  readonly accounts: readonly Account[]
  /** Global accounts without a profile. */
  readonly unlisted: readonly AdsAccount[]
  readonly managers: readonly ManagerAccount[]
  /** Amazon rejects every Ads API call of a suspended user with 403; the body is a guess. */
  readonly suspended: boolean
}
