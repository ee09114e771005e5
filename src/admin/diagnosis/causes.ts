/**
 * By rank (S-42): earlier steps first, our errors before transient ones, explanations last. Each needs a situation in
 * test/proofs/diagnosis/situations.ts.
 */
export const causes = [
  // Amazon rejects us for all users: alerts an operator.
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
  'callback_missing',
  'callback_expired',
  'callback_other_browser',
  'callback_other_user',
  'callback_signed_out',
  'callback_state_unknown',
  'callback_without_code',
  'callback_replayed',
  // Exchanging the code for tokens.
  'code_refused',
  'login_request_refused',
  'login_throttled',
  'login_unreachable',
  'login_timeout',
  'login_unreadable',
  // Fetching the profiles of the three regions.
  'profiles_request_refused',
  'region_forbidden',
  'region_unreachable',
  'region_timeout',
  'region_throttled',
  'region_unreadable',
  'only_agencies',
  // No region lists a profile, in the order of `docs/product/amazon.md` (Ads API: profiles).
  'manager_without_rights',
  'no_ads_account',
  'ads_account_pending',
  'ads_account_disabled',
  'no_campaign_yet',
  // Amazon doesn't say why.
  'no_profiles',
  'pending_undecryptable',
  // Choosing a profile.
  'blocked_by_limit',
  'profile_not_eligible',
  'profile_not_listed',
  'picker_outdated',
  'wrong_amazon_account',
  'other_amazon_account',
  'pending_expired',
  'pending_discarded',
  // A connection's authorisation.
  'grant_revoked',
  'consent_expired',
  'profile_access_lost',
  'marked_unauthorised',
  // Our own systems.
  'worker_down',
  'database_down',
  'queue_delayed',
  // Requesting and polling reports.
  'access_token_refused',
  'profile_access_unconfirmed',
  'account_forbidden',
  'account_unknown',
  'report_request_refused',
  'refused_by_amazon',
  'amazon_unreachable',
  'amazon_timeout',
  'amazon_unreadable',
  'throttled',
  'duplicate_mismatch',
  // Generating reports at Amazon.
  'report_failed',
  'report_never_finished',
  'report_lost',
  'amazon_slow',
  // Downloading and reading files.
  'file_corrupt',
  'file_too_large',
  'file_unconfirmed',
  'download_rejected',
  'download_host_untrusted',
  'download_expired',
  'internal_error',
  'page_failed',
  'sync_cancelled',
  // Loaded figures.
  'figures_mismatch',
  'no_ad_activity',
  'brand_ads_empty',
  'email_failed',
  'duplicate_adopted',
  // Amazon user unknown: blocks nothing.
  'amazon_user_request_refused',
  'amazon_user_profile_forbidden',
  'amazon_user_unreachable',
  'amazon_user_timeout',
  'amazon_user_throttled',
  'amazon_user_unreadable',
  // Ended on purpose.
  'disconnected',
  'replaced',
  'erased',
  // In progress, and healthy.
  'at_amazon',
  'choosing',
  'loading',
  'never_connected',
  'healthy',
  // Correct figures: why Amazon’s console may show more.
  'figures_provisional',
] as const

export type Cause = (typeof causes)[number]

export type Owner = 'seller' | 'amazon' | 'us' | 'nobody'

/** `certain`: Amazon or our data says so. `likely`: nothing else fits. `possible`: one of `possibilities`. */
export type Confidence = 'certain' | 'likely' | 'possible'

export const rankOf = (cause: Cause): number => causes.indexOf(cause)
