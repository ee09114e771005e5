import type {
  PendingConnectionId,
  SubscriptionEventId,
  SupportRequestId,
  UserId,
} from '../../../src/domain/identifiers.ts'
import type { TimelineEvent, TimelineEventKind } from '../../../src/domain/timeline/entry.ts'
import { day, days, hoursLater, noon } from '../../support/examples.ts'

type Examples = { readonly [Kind in TimelineEventKind]: Extract<TimelineEvent, { kind: Kind }> }

const report = { report: 'sp_targeting', amazonReportId: 'amzn-report-7' } as const

/** One event of each kind, with most of its optional fields. */
export const events: Examples = {
  plan_changed: {
    kind: 'plan_changed',
    source: 'billing',
    eventId: 'evt_7' as SubscriptionEventId,
    before: { plan: 'monthly', endsAt: hoursLater(1).toISOString() },
    after: { plan: 'listing_tools', endsAt: null },
  },
  staff_action: {
    kind: 'staff_action',
    action: 'sync_now',
    by: { userId: '5d5b4a1e-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId, reason: 'the seller asked' },
  },
  tested_live: {
    kind: 'tested_live',
    steps: [
      { step: 'refresh', went: 'well', message: 'refreshed', milliseconds: 120 },
      { step: 'profiles_na', went: 'badly', message: '503', milliseconds: 80, requestId: 'rid-1' },
    ],
  },
  page_failed: {
    kind: 'page_failed',
    requestId: '7f3a12c0-7c33-4b0e-9b61-0d5f4b1c7e21',
    page: 'GET /dashboard/ads/',
  },
  role_changed: { kind: 'role_changed', source: 'console', before: 'seller', after: 'manager' },
  access_changed: { kind: 'access_changed', source: 'console', isDisabled: true },
  connect_link_sent: {
    kind: 'connect_link_sent',
    by: { userId: 'p-1' as UserId, reason: 'Asked by telephone' },
  },
  connect_link_used: { kind: 'connect_link_used' },
  connect_rejected: { kind: 'connect_rejected', planRestriction: 'lapsed' },
  sent_to_amazon: { kind: 'sent_to_amazon', region: 'eu' },
  callback_denied: { kind: 'callback_denied', error: 'access_denied', description: 'The user said no' },
  callback_failed: { kind: 'callback_failed', error: 'server_error', description: '' },
  callback_rejected: { kind: 'callback_rejected', why: 'other_browser' },
  token_exchange_failed: {
    kind: 'token_exchange_failed',
    why: 'code_refused',
    amazonError: 'invalid_grant',
    requestId: 'req-9',
  },
  authorised: {
    kind: 'authorised',
    pendingId: 'e1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as PendingConnectionId,
    expiresAt: hoursLater(1).toISOString(),
  },
  amazon_user_fetched: { kind: 'amazon_user_fetched', userId: 'amzn1.account.X' },
  amazon_user_fetch_failed: { kind: 'amazon_user_fetch_failed', why: 'timeout' },
  profiles_fetched: { kind: 'profiles_fetched', region: 'fe', count: 1000 },
  profiles_fetch_failed: { kind: 'profiles_fetch_failed', region: 'na', why: 'throttled' },
  no_profiles: { kind: 'no_profiles', agencies: 0, reason: { why: 'no_campaign_yet' } },
  pending_replaced: { kind: 'pending_replaced' },
  pending_discarded: { kind: 'pending_discarded' },
  pending_expired: { kind: 'pending_expired' },
  pending_undecryptable: { kind: 'pending_undecryptable' },
  choice_rejected: { kind: 'choice_rejected', code: 'picker_outdated' },
  choice_blocked: { kind: 'choice_blocked', profileId: '3716291847563920', live: ['My Brand CA'] },
  connected: { kind: 'connected', profileId: '3716291847563920', label: 'My Brand US — Amazon.com' },
  reauthorised: { kind: 'reauthorised', amazonUser: 'same' },
  reauthorisation_unconfirmed: {
    kind: 'reauthorisation_unconfirmed',
    before: 'amzn1.account.A',
    now: 'amzn1.account.B',
  },
  reauthorisation_rejected: { kind: 'reauthorisation_rejected', why: 'profile_not_reached' },
  authorisation_lost: { kind: 'authorisation_lost', why: 'grant_revoked' },
  closed: { kind: 'closed', reason: 'replaced' },
  reopened: { kind: 'reopened', profileId: '3716291847563920', label: 'My Brand US — Amazon.com' },
  erasure_requested: { kind: 'erasure_requested' },
  erasure_started: { kind: 'erasure_started' },
  erased: { kind: 'erased' },
  details_erased: { kind: 'details_erased', was: 'report_loaded' },
  sync_requested: { kind: 'sync_requested', syncRun: 'initial', days, reports: 6 },
  sync_skipped: { kind: 'sync_skipped', planRestriction: 'lapsed' },
  report_accepted: { kind: 'report_accepted', ...report },
  report_duplicate_adopted: { kind: 'report_duplicate_adopted', ...report },
  report_error: {
    kind: 'report_error',
    report: 'sp_targeting',
    error: { error: 'refused', httpStatus: 400, detail: 'startDate is too far back' },
    dueAt: noon.toISOString(),
  },
  report_deferred: {
    kind: 'report_deferred',
    report: 'sp_targeting',
    why: 'region_down',
    dueAt: noon.toISOString(),
  },
  report_completed: { kind: 'report_completed', ...report },
  report_loaded: {
    kind: 'report_loaded',
    report: 'sp_targeting',
    rows: 12_345,
    duplicates: 1,
    merged: 2,
    setAside: 3,
    milliseconds: 2340,
  },
  report_failed: {
    kind: 'report_failed',
    report: 'sp_targeting',
    reason: { error: 'failed_at_amazon', detail: 'INTERNAL_ERROR' },
  },
  sync_finished: { kind: 'sync_finished', loaded: 5, failed: 1 },
  figures_reconciled: { kind: 'figures_reconciled', days: 30, setAside: 3 },
  figures_mismatch: {
    kind: 'figures_mismatch',
    count: 1,
    mismatches: [
      { type: 'sp_campaigns', day: day('2026-05-01'), figure: 'cost', file: '1.25', served: '1.26' },
    ],
  },
  email_sent: { kind: 'email_sent', message: 'authorisation_needed', reminder: 2 },
  email_failed: { kind: 'email_failed', message: 'data_ready', reminder: 0, error: '550 5.1.1' },
  support_request_submitted: {
    kind: 'support_request_submitted',
    requestId: 'e2000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId,
  },
  support_request_replied: {
    kind: 'support_request_replied',
    requestId: 'e3000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId,
    by: 'e4000000-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId,
  },
  support_request_solved: {
    kind: 'support_request_solved',
    requestId: 'e5000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId,
    by: 'e6000000-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId,
  },
  sign_in_delayed: { kind: 'sign_in_delayed', by: 'unknown_device', failures: 5 },
  consent_page_skipped: { kind: 'consent_page_skipped', consentedAt: hoursLater(-300 * 24).toISOString() },
}
