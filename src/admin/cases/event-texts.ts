import { maxFailures } from '../../domain/access/sign-in-failures.ts'
import type { CaseAction } from '../../domain/access/staff-action.ts'
import type { Plan, PlanRestriction } from '../../domain/access/subscription.ts'
import type { SubscriptionSource } from '../../domain/access/subscription-event.ts'
import type { StateError } from '../../domain/connection/authorisation-attempt.ts'
import type { AuthorisationLossReason, CloseReason } from '../../domain/connection/connection.ts'
import type { DiagnosticCall, EmptyProfileListReason } from '../../domain/connection/empty-profile-list.ts'
import type { ProfileChoiceErrorCode } from '../../domain/connection/errors.ts'
import type { RegionFailure } from '../../domain/connection/pending-connection.ts'
import { type EmailKind, type ReminderNumber, recipientOf } from '../../domain/email/email-message.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { definitionOf, type ReportType } from '../../domain/ingestion/catalogue.ts'
import type { Deferral } from '../../domain/ingestion/deferral.ts'
import { notOffered } from '../../domain/ingestion/report.ts'
import type { ReportError, ReportErrorCode } from '../../domain/ingestion/report-error.ts'
import type { SyncRunKind } from '../../domain/ingestion/sync-run.ts'
import type { Ineligibility } from '../../domain/profile/profile.ts'
import { regionNames } from '../../domain/profile/region.ts'
import type {
  LiveTestStep,
  PlanSnapshot,
  StaffActor,
  TimelineEvent,
  TimelineEventKind,
  TokenExchangeError,
} from '../../domain/timeline/entry.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'

export type NameOf = (id: UserId) => string

/** One sentence for agents, without secrets (S-41). */
export function describeEvent(event: TimelineEvent, nameOf: NameOf = id => id): string {
  const describe = eventTexts[event.kind] as (event: TimelineEvent, nameOf: NameOf) => string
  return describe(event, nameOf)
}

const passwordSources: Readonly<Record<Extract<TimelineEvent, { kind: 'sign_in_delayed' }>['by'], string>> = {
  known_device: 'at sign-in on a known device',
  unknown_device: 'at sign-in on unknown devices',
  settings: 'in the settings',
}

type EventTexts = {
  readonly [Kind in TimelineEventKind]: (
    event: Extract<TimelineEvent, { kind: Kind }>,
    nameOf: NameOf,
  ) => string
}

const eventTexts: EventTexts = {
  plan_changed: ({ source, eventId, before, after, by }, nameOf) =>
    `Plan changed from ${planText(before)} to ${planText(after)} ${sourceTexts[source]} (event ${eventId})${staffActorText(by, nameOf)}.`,
  role_changed: ({ source, before, after, by }, nameOf) =>
    `Role changed from ${before} to ${after} ${sourceTexts[source]}${staffActorText(by, nameOf)}.`,
  access_changed: ({ source, isDisabled, by }, nameOf) =>
    `Account ${isDisabled ? 'disabled' : 'enabled'} ${sourceTexts[source]}${staffActorText(by, nameOf)}.`,
  staff_action: ({ action, by }, nameOf) => `${actionTexts[action]}${staffActorText(by, nameOf)}.`,
  tested_live: ({ steps }) => `Connection tested: ${steps.map(testStepText).join('; ')}.`,
  connect_link_sent: ({ by }, nameOf) => `Connect link emailed to the user${staffActorText(by, nameOf)}.`,
  connect_link_used: () => 'Went to Amazon through the connect link from support.',
  connect_rejected: ({ planRestriction }) => `Connecting rejected: ${planRestrictionTexts[planRestriction]}.`,
  sent_to_amazon: ({ region }) => `Sent to Amazon’s consent page for ${regionNames[region]}.`,
  callback_denied: event => `Consent denied at Amazon${amazonErrorText(event.error, event.description)}.`,
  callback_failed: event => `Amazon returned an error${amazonErrorText(event.error, event.description)}.`,
  callback_rejected: ({ why }) => `Callback rejected: ${callbackRejectionTexts[why]}.`,
  token_exchange_failed: error => `Token exchange failed: ${describeTokenExchangeError(error)}.`,
  authorised: ({ expiresAt }) =>
    `Authorised at Amazon. A profile can be chosen until ${formatMinute(expiresAt)}.`,
  amazon_user_fetched: ({ userId }) => `Amazon user identified: ${userId}.`,
  amazon_user_fetch_failed: ({ why }) => `Amazon user not identified: ${regionFailureTexts[why]}.`,
  profiles_fetched: ({ region, count }) =>
    `${regionNames[region]} has ${formatCount(count, 'advertising profile')}.`,
  profiles_fetch_failed: ({ region, why }) =>
    `Profiles in ${regionNames[region]} not fetched: ${regionFailureTexts[why]}.`,
  no_profiles: ({ agencies, reason }) =>
    agencies === 0
      ? `No profiles in any region${reason ? describeEmptyList(reason) : ''}.`
      : `No selectable profiles: ${formatCount(agencies, 'agency or Amazon Attribution account')}, no seller or vendor account.`,
  pending_replaced: () => 'Replaced by a newer authorisation.',
  pending_discarded: () => 'Authorisation cancelled before a profile was chosen.',
  pending_expired: () => 'Authorisation expired: no profile chosen within an hour. Tokens deleted.',
  pending_undecryptable: () => 'Pending tokens deleted: TOKEN_KEYS can’t decrypt them.',
  choice_rejected: ({ code, why }) =>
    `Profile choice rejected: ${why ? ineligibilityTexts[why] : choiceErrorTexts[code]}.`,
  choice_blocked: ({ profileId, live }) =>
    `Choice of profile ${profileId} blocked by the one-account rule. Already connected: ${live.join(', ')}.`,
  connected: ({ profileId, label }) => `Connected to ${label} (profile ${profileId}).`,
  // Old entries have no `amazonUser`: accounts weren't compared then.
  reauthorised: ({ amazonUser }) =>
    `Reauthorised${amazonUser === 'other' ? ' with another Amazon account, confirmed by the user' : ''}. Connection and data kept.`,
  consent_page_skipped: ({ consentedAt }) =>
    `Amazon returned too soon to have shown its consent page. The consent of ${formatMinute(consentedAt)} still applies.`,
  reauthorisation_unconfirmed: ({ before, now }) =>
    `Another Amazon account authorised (${now}, previously ${before}). Waiting for the user to confirm.`,
  reauthorisation_rejected: () =>
    'Reauthorisation rejected: the Amazon account can’t access the connected profile.',
  authorisation_lost: ({ why }) => `Authorisation lost: ${authorisationLossTexts[why]}.`,
  closed: ({ reason }) => `Connection closed: ${closeReasonTexts[reason]}.`,
  reopened: ({ profileId, label }) =>
    `Connected again to ${label} (profile ${profileId}). Earlier data kept.`,
  erasure_requested: () => 'User requested immediate erasure.',
  erasure_started: () => 'Names and Amazon ids erased. Figures are erased next.',
  erased: () => 'All loaded data erased.',
  details_erased: ({ was }) => `Details erased with the connection (entry: ${was.replaceAll('_', ' ')}).`,
  sync_requested: ({ syncRun: run, days, reports }) =>
    `${syncRunNames[run]}: ${formatCount(reports, 'report')} for ${days.from} to ${days.to}.`,
  sync_skipped: ({ planRestriction }) => `Daily sync skipped: ${planRestrictionTexts[planRestriction]}.`,
  report_accepted: ({ report, amazonReportId, amazonMessage }) =>
    amazonMessage === undefined
      ? `Amazon accepted the request for ${reportName(report)} as ${amazonReportId}.`
      : `Amazon doesn’t offer ${reportName(report)} to this account: “${amazonMessage}”. The report counts as empty.`,
  report_duplicate_adopted: ({ report, amazonReportId }) =>
    `Amazon was already generating ${reportName(report)} (425). Its report ${amazonReportId} is used.`,
  report_error: ({ report, error, dueAt }) =>
    `${reportName(report)}: ${describeReportError(error)}; next try at ${formatSecond(dueAt)}.`,
  report_deferred: ({ report, why, dueAt }) =>
    `${reportName(report)} deferred: ${deferralTexts[why]}; next try at ${formatSecond(dueAt)}. Fails after 24 h.`,
  report_completed: ({ report, amazonReportId }) =>
    amazonReportId === notOffered
      ? `${reportName(report)} has no file.`
      : `Amazon completed ${reportName(report)} (${amazonReportId}).`,
  report_loaded: ({ report, rows, duplicates, merged, setAside = 0, milliseconds }) =>
    `Loaded ${formatCount(rows, 'row')} of ${reportName(report)} in ${(milliseconds / 1000).toFixed(1)} s${
      duplicates > 0 ? `; ${formatCount(duplicates, 'duplicate row')} ignored` : ''
    }${merged > 0 ? `; ${formatCount(merged, 'row')} merged (same key)` : ''}${
      setAside > 0 ? `; ${formatCount(setAside, 'unreadable row')} set aside` : ''
    }.`,
  report_failed: ({ report, reason }) =>
    `${reportName(report)} failed: ${reportErrorTexts[reason.error]}${reason.detail ? ` (${reason.detail})` : ''}.`,
  sync_finished: ({ loaded, failed }) => `Sync finished: ${loaded} loaded, ${failed} failed.`,
  figures_reconciled: ({ days, setAside = 0 }) =>
    `Figures of ${formatCount(days, 'day')} match Amazon’s files to the cent${
      setAside > 0 ? `, apart from ${formatCount(setAside, 'unreadable row')} set aside` : ''
    }.`,
  figures_mismatch: ({ count, mismatches }) =>
    `Our error: ${formatCount(count, 'figure')} ${count === 1 ? 'doesn’t' : 'don’t'} match Amazon’s files: ${mismatches
      .map(
        ({ type, day, figure, file, served }) =>
          `${reportName(type)} ${day} ${figure}: we show ${served}, Amazon’s file has ${file}`,
      )
      .join('; ')}.`,
  email_sent: ({ message, reminder }) =>
    `Email sent to ${recipientNames[recipientOf({ kind: message })]}: ${emailText(message, reminder)}.`,
  email_failed: ({ message, reminder, error }) =>
    `Email to ${recipientNames[recipientOf({ kind: message })]} failed (${error}): ${emailText(message, reminder)}.`,
  page_failed: ({ requestId, page }) =>
    `Page failed on our side (${page}). See the log: correlation id ${requestId}, reference ${referenceOf(requestId)}.`,
  support_request_submitted: ({ requestId }) => `Sent a support request (request ${referenceOf(requestId)}).`,
  support_request_replied: ({ requestId, by }, nameOf) =>
    `Support replied (request ${referenceOf(requestId)}, by ${nameOf(by)}).`,
  support_request_solved: ({ requestId, by }, nameOf) =>
    `Request solved (request ${referenceOf(requestId)}, by ${nameOf(by)}).`,
  sign_in_delayed: ({ by, failures }) =>
    `${formatCount(failures, 'wrong password')} in a row ${passwordSources[by]}: ${
      failures < maxFailures ? 'further tries are delayed' : 'closed until the password is reset'
    }.`,
}

const actionTexts: Readonly<Record<CaseAction, string>> = {
  test_live: 'Connection tested',
  sync_now: 'Sync started',
  retry_failed: 'Failed reports requested again',
  load_again: 'Days requested again',
  cancel_run: 'Sync cancelled',
  mark_unauthorised: 'Marked as needing authorisation',
  disconnect: 'Disconnected',
  discard_pending: 'Pending authorisation cancelled',
}

export const testStepNames: Readonly<Record<LiveTestStep['step'], string>> = {
  client: 'our Amazon client',
  refresh: 'access token',
  profiles_na: `profiles in ${regionNames.na}`,
  profiles_eu: `profiles in ${regionNames.eu}`,
  profiles_fe: `profiles in ${regionNames.fe}`,
  report: 'report status',
}

const testStepText = ({ step, went, message }: LiveTestStep): string =>
  `${testStepNames[step]} ${went === 'well' ? 'OK' : 'failed'} (${message})`

const emailNames: Readonly<Record<EmailKind, string>> = {
  data_ready: 'data ready',
  authorisation_needed: 'authorisation needed',
  connection_replaced: 'account replaced',
  connection_disconnected: 'account disconnected',
  connection_erased: 'account disconnected, data erased',
  password_reset: 'password reset',
  invitation: 'invitation',
  connect_link: 'connect link',
  enrolment_link: 'link to set up a second factor',
  security_notice: 'security notice',
  help_requested: 'support request',
  support_request_replied: 'reply to their request',
}

const recipientNames = { user: 'the user', support: 'support' } as const

const emailText = (message: EmailKind, reminder: ReminderNumber): string =>
  reminder > 0 ? `${emailNames[message]}, reminder ${reminder}` : emailNames[message]

const planRestrictionTexts: Readonly<Record<PlanRestriction['kind'], string>> = {
  no_plan: 'no active subscription',
  not_full_suite: 'plan without ads tools',
  lapsed: 'plan lapsed',
}

const planNames: Readonly<Record<Plan, string>> = {
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  annual: 'Annual',
  listing_tools: 'Listing Tools',
}

const sourceTexts: Readonly<Record<SubscriptionSource, string>> = {
  billing: 'through billing',
  console: 'in the console',
  command: 'on the command line',
}

const callbackRejectionTexts: Readonly<Record<StateError | 'signed_out' | 'no_code', string>> = {
  unknown: 'unknown state',
  expired: 'attempt expired (30 minutes)',
  replayed: 'already used',
  other_user: 'another user signed in',
  other_browser: 'different browser',
  signed_out: 'user signed out',
  no_code: 'no code',
}

const regionFailureTexts: Readonly<Record<RegionFailure, string>> = {
  our_error:
    'Amazon rejected our client or request, not the seller: check LWA_CLIENT_ID and its Ads API approval',
  unreachable: 'Amazon couldn’t be reached',
  timeout: 'Amazon didn’t respond in time',
  refused: 'Amazon denied this Amazon user access',
  throttled: 'Amazon throttled us (429)',
  unreadable: 'Amazon sent an invalid response',
}

const emptyListTexts: Readonly<Record<Exclude<EmptyProfileListReason['why'], 'unexplained'>, string>> = {
  manager_without_rights: 'manager account without Editor rights on its linked accounts',
  no_ads_account: 'no advertising account and no linked one',
  ads_account_pending: 'advertising account still being set up by Amazon',
  ads_account_disabled: 'advertising account disabled by Amazon',
  no_campaign_yet: 'advertising account without a campaign created in Amazon’s console',
}

const diagnosticCallNames: Readonly<Record<DiagnosticCall, string>> = {
  manager_accounts: 'GET /managerAccounts',
  ads_accounts: 'POST /adsAccounts/list',
}

function describeEmptyList(reason: EmptyProfileListReason): string {
  if (reason.why !== 'unexplained') return `: ${emptyListTexts[reason.why]}`
  const calls = reason.unanswered.map(
    ({ call, region, why }) =>
      `${diagnosticCallNames[call]} in ${regionNames[region]}: ${regionFailureTexts[why]}`,
  )
  return calls.length > 0 ? `; reason unknown; ${calls.join('; ')}` : '; reason not checked'
}

const choiceErrorTexts: Readonly<Record<ProfileChoiceErrorCode, string>> = {
  plan_required: 'plan no longer allows it',
  pending_expired: 'authorisation expired',
  pending_undecryptable: 'TOKEN_KEYS can’t decrypt the tokens',
  no_pending_connection: 'no pending connection',
  picker_outdated: 'outdated picker',
  profile_not_listed: 'profile not listed for this authorisation',
  profile_not_eligible: 'profile can’t be connected',
  replacement_outdated: 'account to replace no longer connected',
}

const ineligibilityTexts: Readonly<Record<Ineligibility, string>> = {
  agency: 'agency profile without sponsored ads',
  amazon_attribution: 'old Amazon Attribution profile without sponsored ads',
  unknown_account_type: 'unknown account type',
  unknown_timezone: 'no time zone from Amazon',
}

const authorisationLossTexts: Readonly<Record<AuthorisationLossReason, string>> = {
  grant_revoked: 'revoked at Amazon (invalid_grant)',
  consent_expired: 'consent expired (invalid_grant)',
  profile_access_lost: 'Amazon user lost access to the profile',
  marked_by_staff: 'marked by support',
}

const closeReasonTexts: Readonly<Record<CloseReason, string>> = {
  replaced: 'replaced by another profile',
  disconnected: 'disconnected',
}

const deferralTexts: Readonly<Record<Deferral['why'], string>> = {
  region_rate_limited: 'region throttled',
  report_type_rate_limited: 'report type throttled for this profile',
  region_down: 'region down, one report at a time probes it',
  database_down: 'our database didn’t respond, see the log',
}

const syncRunNames: Readonly<Record<SyncRunKind, string>> = {
  initial: 'Initial sync',
  reauthorisation: 'Sync after reauthorisation',
  daily: 'Daily sync',
  retry: 'Retry of failed reports',
  backfill: 'Backfill',
}

const reportErrorTexts: Readonly<Record<ReportErrorCode, string>> = {
  throttled: 'Amazon throttled us (429)',
  unreachable: 'Amazon couldn’t be reached',
  timeout: 'Amazon didn’t respond in time',
  invalid_response: 'Amazon sent an invalid response',
  token_rejected: 'Amazon rejected the access token (401)',
  profile_access_lost: 'Amazon user lost access to the profile',
  profile_access_unconfirmed: 'Amazon denied access to the profile (401); loss not confirmed',
  grant_revoked: 'authorisation revoked (invalid_grant)',
  forbidden: 'Amazon denied access (403); account may be suspended',
  account_unknown: 'no advertiser found for the profile; check region and access',
  client_rejected: 'Amazon rejected our client, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
  request_rejected: 'Amazon rejected our request; we must fix it',
  refused: 'Amazon rejected the request with an unexpected status',
  duplicate_mismatch: 'Amazon was generating another report of this type (425)',
  report_lost: 'Amazon no longer knows the report id (404)',
  failed_at_amazon: 'Amazon couldn’t generate it (FAILED)',
  never_finished: 'Amazon didn’t finish it in time',
  download_url_expired: 'download URL expired',
  download_host_untrusted: 'download host not allowed by AMAZON_DOWNLOAD_HOSTS',
  download_rejected: 'Amazon’s storage denied access to the file',
  internal_error: 'internal error',
  file_corrupt: 'corrupt report file',
  file_too_large: 'report file beyond our size limits',
  file_unconfirmed: 'report file would remove more than half of what is loaded, so it waits',
  connection_closed: 'connection closed',
  cancelled: 'cancelled by support',
}

function describeReportError(error: ReportError): string {
  const text = reportErrorTexts[error.error]
  if ('httpStatus' in error && 'detail' in error)
    return `${text} (${[error.httpStatus, error.detail].filter(Boolean).join(': ')})`
  if (error.error === 'unreachable' && error.httpStatus) return `${text} (${error.httpStatus})`
  if (error.error === 'throttled' && error.retryAfterSeconds !== null)
    return `${text} and asked us to wait ${error.retryAfterSeconds} s`
  return 'detail' in error && error.detail ? `${text} (${error.detail})` : text
}

function describeTokenExchangeError(error: TokenExchangeError): string {
  if (!('amazonError' in error)) return regionFailureTexts[error.why]
  const errors = {
    code_refused: 'code rejected',
    client_refused: 'Amazon rejected our client, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
    refused: 'rejected',
  }
  const request = error.requestId ? `, Amazon request ${error.requestId}` : ''
  return `${errors[error.why]} (${error.amazonError}${request})`
}

const amazonErrorText = (error: string, description: string): string =>
  ` (${[error, description].filter(Boolean).join(': ')})`

const staffActorText = (by: StaffActor | undefined, nameOf: NameOf): string =>
  by ? ` by ${nameOf(by.userId)}: “${by.reason}”` : ''

const planText = (snapshot: PlanSnapshot | null): string =>
  snapshot
    ? `${planNames[snapshot.plan]}${snapshot.endsAt ? ` (until ${formatMinute(snapshot.endsAt)})` : ''}`
    : 'none'

const reportName = (report: ReportType): string => definitionOf(report).name

const formatCount = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
const formatMinute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`
const formatSecond = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`
