import type { TracedRefusal } from '../answer-trace.ts'
import type { Region } from '../profile/region.ts'
import type { RegionFailure } from './pending-connection.ts'

/** Amazon's words for an advertising account of its own kind, which stands above profiles (its Accounts specification). */
export type AdsAccountStatus = 'CREATED' | 'PARTIALLY_CREATED' | 'PENDING' | 'DISABLED'

/** By what Amazon is asked why it lists no profile. */
export type WhyCall = 'manager_accounts' | 'ads_accounts'

/** One of these calls that came to nothing, in one region. */
export interface Unanswered extends TracedRefusal {
  readonly call: WhyCall
  readonly region: Region
  readonly why: RegionFailure
}

/** What a login has beside profiles, of all the regions that answered. */
export interface Holdings {
  /** How many accounts of sellers and vendors its manager accounts link. */
  readonly linkedAccounts: number
  readonly adsAccounts: readonly AdsAccountStatus[]
  readonly unanswered: readonly Unanswered[]
}

/** Why none of the three regions lists a profile (S-10). */
export type EmptyListReason =
  /** A manager account links accounts, and only those on which this login is an Editor are listed. */
  | { readonly why: 'manager_without_rights' }
  /** No account of its own, and none that a manager account links. */
  | { readonly why: 'no_ads_account' }
  /** Amazon has not finished setting it up, in some marketplaces or in all. */
  | { readonly why: 'ads_account_pending' }
  | { readonly why: 'ads_account_disabled' }
  /** Profiles are listed from the first campaign on that was created in Amazon's own console. */
  | { readonly why: 'no_campaign_yet' }
  /** Amazon was not asked, or did not answer all that would have to be known; what did not answer is named. */
  | { readonly why: 'unexplained'; readonly unanswered: readonly Unanswered[] }

export const unexplained: EmptyListReason = { why: 'unexplained', unanswered: [] }

/**
 * In the order in which Amazon's documents name the five causes of an empty list (facts, profiles): the region, the rights,
 * no account, the filter, no campaign. The first and the fourth are excluded by how the profiles are asked for: in all three
 * regions, and without a filter. A cause is named only when all before it are excluded, so that a call that did not answer
 * leaves open whatever it would have told.
 */
export function whyEmpty({ linkedAccounts, adsAccounts, unanswered }: Holdings): EmptyListReason {
  if (linkedAccounts > 0) return { why: 'manager_without_rights' }
  if (unanswered.some(({ call }) => call === 'manager_accounts')) return { why: 'unexplained', unanswered }
  if (adsAccounts.includes('CREATED')) return { why: 'no_campaign_yet' }
  // The region that is missing may have the account that is finished.
  if (unanswered.length > 0) return { why: 'unexplained', unanswered }
  if (adsAccounts.length === 0) return { why: 'no_ads_account' }
  const isDisabled = adsAccounts.every(status => status === 'DISABLED')
  return { why: isDisabled ? 'ads_account_disabled' : 'ads_account_pending' }
}
