import type { AmazonErrorDetails } from '../amazon-response.ts'
import type { Region } from '../profile/region.ts'
import type { RegionFailure } from './pending-connection.ts'

/** Amazon's Accounts specification. */
export type AdsAccountStatus = 'CREATED' | 'PARTIALLY_CREATED' | 'PENDING' | 'DISABLED'

export type DiagnosticCall = 'manager_accounts' | 'ads_accounts'

export interface FailedDiagnosticCall extends AmazonErrorDetails {
  readonly call: DiagnosticCall
  readonly region: Region
  readonly why: RegionFailure
}

export interface AmazonAccounts {
  readonly linkedAccounts: number
  readonly adsAccounts: readonly AdsAccountStatus[]
  readonly unanswered: readonly FailedDiagnosticCall[]
}

/** S-10 */
export type EmptyProfileListReason =
  /** Amazon lists only linked accounts where the user is an Editor. */
  | { readonly why: 'manager_without_rights' }
  | { readonly why: 'no_ads_account' }
  | { readonly why: 'ads_account_pending' }
  | { readonly why: 'ads_account_disabled' }
  /** Profiles appear with the first campaign. */
  | { readonly why: 'no_campaign_yet' }
  /** No call was made, or a relevant one failed. */
  | { readonly why: 'unexplained'; readonly unanswered: readonly FailedDiagnosticCall[] }

export const unexplained: EmptyProfileListReason = { why: 'unexplained', unanswered: [] }

/**
 * In Amazon's order of causes (docs/product/amazon.md, Ads API: profiles): each one applies only when the
 * earlier ones don't.
 */
export function explainEmptyProfileList({
  linkedAccounts,
  adsAccounts,
  unanswered,
}: AmazonAccounts): EmptyProfileListReason {
  if (linkedAccounts > 0) return { why: 'manager_without_rights' }
  if (unanswered.some(({ call }) => call === 'manager_accounts')) return { why: 'unexplained', unanswered }
  if (adsAccounts.includes('CREATED')) return { why: 'no_campaign_yet' }
  // A failed region may have a finished account.
  if (unanswered.length > 0) return { why: 'unexplained', unanswered }
  if (adsAccounts.length === 0) return { why: 'no_ads_account' }
  const isDisabled = adsAccounts.every(status => status === 'DISABLED')
  return { why: isDisabled ? 'ads_account_disabled' : 'ads_account_pending' }
}
