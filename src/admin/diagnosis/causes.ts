/**
 * Everything that an agent can be told about a case, the most telling first: what stands nearer the beginning of the way
 * to loaded figures stops all that follows, what is ours to mend comes before what passes, and explanations come last.
 * Of several causes at once the first in this list is named first (S-42).
 */
export const causes = [
  // Nobody gets in: an operator's alarm, never a seller's fault.
  'client_refused',
  'app_not_approved',
  'consent_request_refused',
  'clock_skewed',
  // What the person pays for.
  'plan_missing',
  'plan_not_full_suite',
  'plan_lapsed',
  // At Amazon, and on the way back.
  'consent_cancelled',
  'amazon_consent_down',
  'never_came_back',
  'return_expired',
  'return_other_browser',
  'return_other_person',
  'return_signed_out',
  'return_unknown',
  'return_without_code',
  'return_replayed',
  // The code is exchanged for tokens.
  'code_refused',
  'login_request_refused',
  'login_throttled',
  'login_unreachable',
  'login_timeout',
  'login_unreadable',
  // The profiles of the three regions.
  'profiles_request_refused',
  'login_kept_out',
  'region_unreachable',
  'region_timeout',
  'region_throttled',
  'region_unreadable',
  'only_agencies',
  // No region lists one: why, in the order in which Amazon's documents name the causes (facts, profiles).
  'manager_without_rights',
  'no_ads_account',
  'ads_account_pending',
  'ads_account_disabled',
  'no_campaign_yet',
  // Amazon did not say why.
  'no_profiles',
  'pending_unreadable',
  // The choice.
  'blocked_by_limit',
  'profile_not_eligible',
  'profile_not_offered',
  'choice_stale',
  'wrong_amazon_account',
  'other_amazon_account',
  'pending_expired',
  'pending_discarded',
  // The authorisation of a connection.
  'grant_revoked',
  'consent_expired',
  'rights_lost',
  'marked_unauthorised',
  // Our own house.
  'worker_down',
  'storage_down',
  'queue_late',
  // What Amazon answers while it is asked for reports.
  'access_token_refused',
  'account_kept_out',
  'account_unknown',
  'report_request_refused',
  'refused_by_amazon',
  'amazon_unreachable',
  'amazon_timeout',
  'amazon_unreadable',
  'throttled',
  'foreign_duplicate',
  // What Amazon makes of them.
  'report_failed',
  'report_never_finished',
  'report_lost',
  'amazon_slow',
  // Their files.
  'file_corrupt',
  'file_refused',
  'file_elsewhere',
  'download_expired',
  'our_defect',
  'page_failed',
  'loading_cancelled',
  // What was loaded.
  'figures_differ',
  'no_ad_activity',
  'brand_ads_empty',
  'mail_given_up',
  'duplicate_adopted',
  // Who authorised: not knowing it stops nothing.
  'user_request_refused',
  'user_kept_out',
  'user_unreachable',
  'user_timeout',
  'user_throttled',
  'user_unreadable',
  // Over, by somebody's will.
  'disconnected',
  'replaced',
  'erased',
  // On the way, and there.
  'at_amazon',
  'choosing',
  'loading',
  'not_tried',
  'all_well',
  // Beside figures that are right: why Amazon’s own console may show more.
  'vendor_window',
  'figures_settling',
] as const

export type Cause = (typeof causes)[number]

/** Whose it is to mend. */
export type Owner = 'seller' | 'amazon' | 'us' | 'nobody'

/** `certain`: Amazon or our own record says so. `likely`: nothing else fits. `possible`: the possibilities are named. */
export type Confidence = 'certain' | 'likely' | 'possible'

export const rankOf = (cause: Cause): number => causes.indexOf(cause)
