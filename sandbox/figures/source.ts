import type { Account, Activity } from '../people/account.ts'
import { accountById } from '../people/cast.ts'

/** What figures are made of: the same give the same. */
export interface Source {
  readonly seed: string
  /** How much an account advertises of which nothing else is said. */
  readonly usual: Activity
}

/** An account as its figures are made. */
export function figuredAccount(profileId: string, { usual }: Source): Account | undefined {
  const account = accountById(profileId)
  return account?.activity === 'usual' ? { ...account, activity: usual } : account
}
