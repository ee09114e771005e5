import type { Account, Activity } from '../users/account.ts'
import { accountById } from '../users/test-users.ts'

export interface Source {
  readonly seed: string
  /** Activity of accounts that name none. */
  readonly usual: Activity
}

export function accountWithActivity(profileId: string, { usual }: Source): Account | undefined {
  const account = accountById(profileId)
  return account?.activity === 'usual' ? { ...account, activity: usual } : account
}
