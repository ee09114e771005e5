import type { PlanRestriction } from '../../domain/access/subscription.ts'
import type { AmazonErrorDetails, AmazonResponseDetails } from '../../domain/amazon-response.ts'
import { isTransientCallbackError, type StateError } from '../../domain/connection/authorisation-attempt.ts'
import type { AuthorisationLossReason, CloseReason } from '../../domain/connection/connection.ts'
import type { EmptyProfileListReason } from '../../domain/connection/empty-profile-list.ts'
import type { ProfileChoiceErrorCode } from '../../domain/connection/errors.ts'
import type { RegionFailure } from '../../domain/connection/pending-connection.ts'
import type { Deferral } from '../../domain/ingestion/deferral.ts'
import type { ReportErrorCode } from '../../domain/ingestion/report-error.ts'
import type { TokenExchangeError } from '../../domain/timeline/entry.ts'
import type { Cause, Confidence } from './causes.ts'

/* A failure without a cause doesn't compile. The diagnosis proof finds distinct failures with the same cause. */

export const causeOfPlanRestriction: Readonly<Record<PlanRestriction['kind'], Cause>> = {
  no_plan: 'plan_missing',
  not_full_suite: 'plan_not_full_suite',
  lapsed: 'plan_lapsed',
}

/** RFC 6749 §4.1.2.1 (`docs/product/amazon.md`, Login with Amazon: the callback). */
export function causeOfCallbackError(error: string): Cause {
  if (error === 'invalid_scope' || error === 'unauthorized_client') return 'app_not_approved'
  if (isTransientCallbackError(error)) return 'amazon_consent_down'
  return 'consent_request_refused'
}

export const causeOfCallback: Readonly<Record<StateError | 'signed_out' | 'no_code', Cause>> = {
  unknown: 'callback_state_unknown',
  expired: 'callback_expired',
  replayed: 'callback_replayed',
  other_user: 'callback_other_user',
  other_browser: 'callback_other_browser',
  signed_out: 'callback_signed_out',
  no_code: 'callback_without_code',
}

export const causeOfExchange: Readonly<Record<TokenExchangeError['why'], Cause>> = {
  code_refused: 'code_refused',
  client_refused: 'client_refused',
  refused: 'login_request_refused',
  throttled: 'login_throttled',
  timeout: 'login_timeout',
  unreachable: 'login_unreachable',
  unreadable: 'login_unreadable',
}

/**
 * A 401 after a refresh: our client isn't approved for the Ads API, or isn't the token's (`docs/product/amazon.md`, Ads
 * API: errors).
 */
export function causeOfRegion({ why, httpStatus, amazonMessage, skewSeconds }: FetchFailure): Cause {
  if (why !== 'our_error') return causeOfRegionFailure[why]
  if (skewSeconds !== undefined) return 'clock_skewed'
  if (/clientId/.test(amazonMessage ?? '')) return 'client_refused'
  return httpStatus === 401 ? 'app_not_approved' : 'profiles_request_refused'
}

interface FetchFailure extends AmazonErrorDetails {
  readonly why: RegionFailure
}

const causeOfRegionFailure: Readonly<Record<Exclude<RegionFailure, 'our_error'>, Cause>> = {
  unreachable: 'region_unreachable',
  timeout: 'region_timeout',
  refused: 'region_forbidden',
  throttled: 'region_throttled',
  unreadable: 'region_unreadable',
}

/** Amazon reports only statuses: missing rights and campaigns are inferred. */
export const causeOfEmptyList: Readonly<
  Record<EmptyProfileListReason['why'], { readonly cause: Cause; readonly confidence: Confidence }>
> = {
  manager_without_rights: { cause: 'manager_without_rights', confidence: 'likely' },
  no_ads_account: { cause: 'no_ads_account', confidence: 'certain' },
  ads_account_pending: { cause: 'ads_account_pending', confidence: 'certain' },
  ads_account_disabled: { cause: 'ads_account_disabled', confidence: 'certain' },
  no_campaign_yet: { cause: 'no_campaign_yet', confidence: 'likely' },
  unexplained: { cause: 'no_profiles', confidence: 'possible' },
}

export function causeOfUserUnknown({ why, skewSeconds }: FetchFailure): Cause {
  return why === 'our_error' && skewSeconds !== undefined ? 'clock_skewed' : causeOfUserFailure[why]
}

const causeOfUserFailure: Readonly<Record<RegionFailure, Cause>> = {
  unreachable: 'amazon_user_unreachable',
  timeout: 'amazon_user_timeout',
  refused: 'amazon_user_profile_forbidden',
  our_error: 'amazon_user_request_refused',
  throttled: 'amazon_user_throttled',
  unreadable: 'amazon_user_unreadable',
}

/** Null: another step explains it. */
export const causeOfChoice: Readonly<Record<ProfileChoiceErrorCode, Cause | null>> = {
  plan_required: null,
  pending_expired: 'pending_expired',
  pending_undecryptable: 'pending_undecryptable',
  no_pending_connection: null,
  picker_outdated: 'picker_outdated',
  replacement_outdated: 'picker_outdated',
  profile_not_listed: 'profile_not_listed',
  profile_not_eligible: 'profile_not_eligible',
}

export const causeOfLoss: Readonly<Record<AuthorisationLossReason, Cause>> = {
  grant_revoked: 'grant_revoked',
  consent_expired: 'consent_expired',
  profile_access_lost: 'profile_access_lost',
  marked_by_staff: 'marked_unauthorised',
}

export const causeOfClosure: Readonly<Record<CloseReason, Cause>> = {
  replaced: 'replaced',
  disconnected: 'disconnected',
}

export const causeOfDeferral: Readonly<Record<Deferral['why'], Cause>> = {
  region_rate_limited: 'throttled',
  report_type_rate_limited: 'throttled',
  region_down: 'amazon_unreachable',
  database_down: 'database_down',
}

/**
 * Amazon's message distinguishes an unknown client from a rejected request; its clock shows our skew.
 * @returns null for failures that the connection's state explains.
 */
export function causeOfError({ error, detail, skewSeconds }: ReportErrorSummary): Cause | null {
  if (skewSeconds !== undefined && (error === 'token_rejected' || error === 'download_url_expired'))
    return 'clock_skewed'
  if (error === 'client_rejected' && !/^(invalid|unauthorized)_client|clientId/.test(detail ?? ''))
    return 'login_request_refused'
  return causeOfErrorCode[error]
}

export interface ReportErrorSummary extends AmazonResponseDetails {
  readonly error: ReportErrorCode
  readonly detail?: string | null
}

const causeOfErrorCode: Readonly<Record<ReportErrorCode, Cause | null>> = {
  throttled: 'throttled',
  unreachable: 'amazon_unreachable',
  timeout: 'amazon_timeout',
  invalid_response: 'amazon_unreadable',
  token_rejected: 'access_token_refused',
  profile_access_lost: 'profile_access_lost',
  profile_access_unconfirmed: 'profile_access_unconfirmed',
  grant_revoked: 'grant_revoked',
  forbidden: 'account_forbidden',
  account_unknown: 'account_unknown',
  client_rejected: 'client_refused',
  request_rejected: 'report_request_refused',
  refused: 'refused_by_amazon',
  duplicate_mismatch: 'duplicate_mismatch',
  report_lost: 'report_lost',
  failed_at_amazon: 'report_failed',
  never_finished: 'report_never_finished',
  download_url_expired: 'download_expired',
  download_host_untrusted: 'download_host_untrusted',
  download_rejected: 'download_rejected',
  file_corrupt: 'file_corrupt',
  file_too_large: 'file_too_large',
  file_unconfirmed: 'file_unconfirmed',
  internal_error: 'internal_error',
  connection_closed: null,
  cancelled: 'sync_cancelled',
}
