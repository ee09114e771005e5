/**
 * By rank (S-42): earlier steps on the way to loaded figures first, our faults before transient ones, explanations
 * last.
 */
export const causes = [
  // Amazon rejects us for all users: an operator's alert.
  'client_refused',
  'app_not_approved',
  'consent_request_refused',
  'clock_skewed',
  // Plan restrictions.
  'plan_missing',
  'plan_not_full_suite',
  'plan_lapsed',
  // At Amazon, and the callback.
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
  // Exchanging the code for tokens.
  'code_refused',
  'login_request_refused',
  'login_throttled',
  'login_unreachable',
  'login_timeout',
  'login_unreadable',
  // Fetching the profiles of the three regions.
  'profiles_request_refused',
  'login_kept_out',
  'region_unreachable',
  'region_timeout',
  'region_throttled',
  'region_unreadable',
  'only_agencies',
  // No region lists a profile, in the order of Amazon's documents (`docs/product/amazon.md`, Ads API: profiles).
  'manager_without_rights',
  'no_ads_account',
  'ads_account_pending',
  'ads_account_disabled',
  'no_campaign_yet',
  // Amazon doesn't say why.
  'no_profiles',
  'pending_unreadable',
  // Choosing a profile.
  'blocked_by_limit',
  'profile_not_eligible',
  'profile_not_offered',
  'choice_stale',
  'wrong_amazon_account',
  'other_amazon_account',
  'pending_expired',
  'pending_discarded',
  // A connection's authorisation.
  'grant_revoked',
  'consent_expired',
  'rights_lost',
  'marked_unauthorised',
  // Our own systems.
  'worker_down',
  'storage_down',
  'queue_late',
  // Requesting and polling reports.
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
  // Generating reports at Amazon.
  'report_failed',
  'report_never_finished',
  'report_lost',
  'amazon_slow',
  // Downloading and reading files.
  'file_corrupt',
  'file_refused',
  'file_elsewhere',
  'download_expired',
  'our_defect',
  'page_failed',
  'loading_cancelled',
  // Loaded figures.
  'figures_differ',
  'no_ad_activity',
  'brand_ads_empty',
  'mail_given_up',
  'duplicate_adopted',
  // Amazon user unknown; it stops nothing.
  'user_request_refused',
  'user_kept_out',
  'user_unreachable',
  'user_timeout',
  'user_throttled',
  'user_unreadable',
  // Ended on purpose.
  'disconnected',
  'replaced',
  'erased',
  // In progress, and healthy.
  'at_amazon',
  'choosing',
  'loading',
  'not_tried',
  'all_well',
  // The figures are correct: why Amazon’s console may show more.
  'vendor_window',
  'figures_settling',
] as const

export type Cause = (typeof causes)[number]

export type Owner = 'seller' | 'amazon' | 'us' | 'nobody'

/** `certain`: Amazon or our data says so. `likely`: nothing else fits. `possible`: one of `possibilities`. */
export type Confidence = 'certain' | 'likely' | 'possible'

export const rankOf = (cause: Cause): number => causes.indexOf(cause)
