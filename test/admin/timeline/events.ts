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

/** One of each kind, with every optional field. */
export const events: Examples = {
  plan_changed: {
    kind: 'plan_changed',
    source: 'billing',
    eventId: 'evt_7' as SubscriptionEventId,
    before: { plan: 'monthly', endsAt: hoursLater(1).toISOString() },
    after: { plan: 'listing_tools', endsAt: null },
  },
  staff_acted: {
    kind: 'staff_acted',
    action: 'sync_now',
    by: { userId: '5d5b4a1e-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId, reason: 'the seller asked' },
  },
  tested_live: {
    kind: 'tested_live',
    steps: [
      { step: 'refresh', went: 'well', said: 'refreshed', milliseconds: 120 },
      { step: 'profiles_na', went: 'badly', said: '503', milliseconds: 80, requestId: 'rid-1' },
    ],
  },
  page_failed: {
    kind: 'page_failed',
    requestId: '7f3a12c0-7c33-4b0e-9b61-0d5f4b1c7e21',
    page: 'GET /dashboard/ads/',
  },
  role_changed: { kind: 'role_changed', source: 'console', before: 'seller', after: 'manager' },
  connect_link_sent: {
    kind: 'connect_link_sent',
    by: { userId: 'p-1' as UserId, reason: 'Asked by telephone' },
  },
  connect_link_used: { kind: 'connect_link_used' },
  connect_refused: { kind: 'connect_refused', planRestriction: 'lapsed' },
  sent_to_amazon: { kind: 'sent_to_amazon', region: 'eu' },
  return_denied: { kind: 'return_denied', error: 'access_denied', description: 'The user said no' },
  return_failed: { kind: 'return_failed', error: 'server_error', description: '' },
  return_not_taken_up: { kind: 'return_not_taken_up', why: 'other_browser' },
  exchange_failed: {
    kind: 'exchange_failed',
    why: 'code_refused',
    amazonError: 'invalid_grant',
    requestId: 'req-9',
  },
  authorised: {
    kind: 'authorised',
    pendingId: 'e1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as PendingConnectionId,
    expiresAt: hoursLater(1).toISOString(),
  },
  amazon_user_read: { kind: 'amazon_user_read', userId: 'amzn1.account.X' },
  amazon_user_unknown: { kind: 'amazon_user_unknown', why: 'timeout' },
  profiles_read: { kind: 'profiles_read', region: 'fe', count: 1000 },
  profiles_unread: { kind: 'profiles_unread', region: 'na', why: 'throttled' },
  no_profiles: { kind: 'no_profiles', agencies: 0, reason: { why: 'no_campaign_yet' } },
  pending_replaced: { kind: 'pending_replaced' },
  pending_discarded: { kind: 'pending_discarded' },
  pending_expired: { kind: 'pending_expired' },
  pending_unreadable: { kind: 'pending_unreadable' },
  choice_refused: { kind: 'choice_refused', code: 'picker_stale' },
  choice_blocked: { kind: 'choice_blocked', profileId: '3716291847563920', live: ['My Brand CA'] },
  connected: { kind: 'connected', profileId: '3716291847563920', label: 'My Brand US — Amazon.com' },
  authorisation_renewed: { kind: 'authorisation_renewed', amazonUser: 'same' },
  renewal_unconfirmed: { kind: 'renewal_unconfirmed', before: 'amzn1.account.A', now: 'amzn1.account.B' },
  renewal_refused: { kind: 'renewal_refused', why: 'profile_not_reached' },
  authorisation_lost: { kind: 'authorisation_lost', why: 'grant_gone' },
  closed: { kind: 'closed', reason: 'replaced' },
  reopened: { kind: 'reopened', profileId: '3716291847563920', label: 'My Brand US — Amazon.com' },
  erasure_asked: { kind: 'erasure_asked' },
  erasure_begun: { kind: 'erasure_begun' },
  erased: { kind: 'erased' },
  details_erased: { kind: 'details_erased', was: 'report_loaded' },
  run_requested: { kind: 'run_requested', syncRun: 'first', days, reports: 6 },
  sync_paused: { kind: 'sync_paused', planRestriction: 'lapsed' },
  report_accepted: { kind: 'report_accepted', ...report },
  report_adopted: { kind: 'report_adopted', ...report },
  report_troubled: {
    kind: 'report_troubled',
    report: 'sp_targeting',
    error: { error: 'refused', httpStatus: 400, detail: 'startDate is too far back' },
    dueAt: noon.toISOString(),
  },
  report_held_back: {
    kind: 'report_held_back',
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
    milliseconds: 2340,
  },
  report_failed: {
    kind: 'report_failed',
    report: 'sp_targeting',
    reason: { error: 'failed_at_amazon', detail: 'INTERNAL_ERROR' },
  },
  run_settled: { kind: 'run_settled', loaded: 5, failed: 1 },
  figures_reconciled: { kind: 'figures_reconciled', days: 30 },
  figures_differ: {
    kind: 'figures_differ',
    count: 1,
    mismatches: [
      { type: 'sp_campaigns', day: day('2026-05-01'), figure: 'cost', file: '1.25', served: '1.26' },
    ],
  },
  mail_sent: { kind: 'mail_sent', message: 'authorisation_needed', reminder: 2 },
  mail_given_up: { kind: 'mail_given_up', message: 'data_ready', reminder: 0, error: '550 5.1.1' },
  help_asked: { kind: 'help_asked', requestId: 'e2000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId },
  help_answered: {
    kind: 'help_answered',
    requestId: 'e3000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId,
    by: 'e4000000-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId,
  },
  help_solved: {
    kind: 'help_solved',
    requestId: 'e5000000-7c33-4b0e-9b61-0d5f4b1c7e21' as SupportRequestId,
    by: 'e6000000-7c33-4b0e-9b61-0d5f4b1c7e21' as UserId,
  },
}
