import t from 'tap'
import { sentenceFor } from '../../../src/admin/timeline/sentences.ts'
import { type EmptyListReason, unexplained } from '../../../src/domain/connection/empty-list.ts'
import type { PersonId, SubscriptionEventId } from '../../../src/domain/identifiers.ts'
import type { ReportTrouble } from '../../../src/domain/ingestion/trouble.ts'
import { entryLevels, type Happening, type HappeningKind } from '../../../src/domain/timeline/entry.ts'
import { anId, day, days, hoursLater, noon } from '../../support/examples.ts'
import { lacks } from '../../support/lacks.ts'

type Examples = { readonly [Kind in HappeningKind]: Extract<Happening, { kind: Kind }> }

const report = { report: 'sp_targeting', amazonReportId: 'amzn-report-7' } as const

const examples: Examples = {
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
    by: { personId: '5d5b4a1e-7c33-4b0e-9b61-0d5f4b1c7e21' as PersonId, reason: 'the seller asked' },
  },
  tested_live: {
    kind: 'tested_live',
    steps: [
      { step: 'refresh', went: 'well', said: 'a new one', milliseconds: 120 },
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
    by: { personId: 'p-1' as PersonId, reason: 'Asked by telephone' },
  },
  connect_link_used: { kind: 'connect_link_used' },
  connect_refused: { kind: 'connect_refused', lack: 'lapsed' },
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
  authorised: { kind: 'authorised', pendingId: anId(), expiresAt: hoursLater(1).toISOString() },
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
  choice_blocked: { kind: 'choice_blocked', profileId: '3716291847563920', held: ['My Brand CA'] },
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
  run_requested: { kind: 'run_requested', run: 'first', days, reports: 6 },
  sync_paused: { kind: 'sync_paused', lack: 'lapsed' },
  report_accepted: { kind: 'report_accepted', ...report },
  report_adopted: { kind: 'report_adopted', ...report },
  report_troubled: {
    kind: 'report_troubled',
    report: 'sp_targeting',
    trouble: { trouble: 'refused', httpStatus: 400, detail: 'startDate is too far back' },
    nextTryAt: noon.toISOString(),
  },
  report_held_back: {
    kind: 'report_held_back',
    report: 'sp_targeting',
    why: 'region_down',
    nextTryAt: noon.toISOString(),
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
    reason: { trouble: 'failed_at_amazon', detail: 'INTERNAL_ERROR' },
  },
  run_settled: { kind: 'run_settled', loaded: 5, failed: 1 },
  figures_reconciled: { kind: 'figures_reconciled', days: 30 },
  figures_differ: {
    kind: 'figures_differ',
    count: 1,
    differences: [
      { type: 'sp_campaigns', day: day('2026-05-01'), figure: 'cost', file: '1.25', served: '1.26' },
    ],
  },
  mail_sent: { kind: 'mail_sent', mail: 'authorisation_needed', reminder: 2 },
  mail_given_up: { kind: 'mail_given_up', mail: 'data_ready', reminder: 0, trouble: '550 5.1.1' },
  help_asked: { kind: 'help_asked', requestId: anId() },
  help_answered: { kind: 'help_answered', requestId: anId(), by: anId() },
  help_solved: { kind: 'help_solved', requestId: anId(), by: anId() },
}

t.test('S-41 every kind of entry is one sentence that says what it carries', async t => {
  t.strictSame(Object.keys(examples).sort(), Object.keys(entryLevels).sort())
  for (const happening of Object.values(examples)) {
    const sentence = sentenceFor(happening)
    t.match(sentence, /^[^\s].*[^.]\.$/, happening.kind)
    lacks(t, sentence, /undefined|null|\[object|NaN|\.\.|: \)/, sentence)
  }
})

t.test('S-41 an agent reads what happened, in words', async t => {
  const said = (kind: HappeningKind) => sentenceFor(examples[kind])

  t.equal(
    said('plan_changed'),
    'The plan changed from Monthly until 2026-05-12 13:00 UTC to Listing Tools, said by the billing system (event evt_7).',
  )
  const { plan_changed: changed } = examples
  t.match(
    sentenceFor({ ...changed, source: 'command', after: null }),
    ' to none, said by command (event evt_7).',
  )
  t.match(
    sentenceFor({
      ...changed,
      source: 'console',
      by: { personId: 'p-1' as PersonId, reason: 'A refund.' },
    }),
    / said in the console \(event evt_7\) by p-1, because “A refund\.”\.$/,
  )
  t.equal(said('role_changed'), 'The role changed from seller to manager in the console.')
  t.equal(
    sentenceFor({
      ...examples.role_changed,
      by: { personId: 'p-1' as PersonId, reason: 'Runs three brands' },
    }),
    'The role changed from seller to manager in the console by p-1, because “Runs three brands”.',
  )
  t.equal(
    said('connect_link_sent'),
    'A link to connect with was mailed to the person by p-1, because “Asked by telephone”.',
  )
  t.equal(said('connect_refused'), 'Connecting was refused: the plan has lapsed.')
  t.equal(
    said('return_denied'),
    'Came back from Amazon without permission (access_denied: The user said no).',
  )
  t.equal(said('return_failed'), 'Amazon sent an error back (server_error).')
  t.equal(
    said('exchange_failed'),
    'Amazon’s login gave no tokens: it refused the code (invalid_grant, request req-9).',
  )
  t.equal(said('profiles_read'), 'Far East has 1,000 advertising profiles.')
  t.equal(said('connected'), 'Connected to My Brand US — Amazon.com (profile 3716291847563920).')
  t.match(said('report_loaded'), 'Loaded 12,345 rows of ')
  t.equal(said('figures_reconciled'), 'The figures of 30 days are those of Amazon’s files, to the cent.')
  t.equal(
    said('figures_differ'),
    'Our fault: 1 figure served is not what Amazon’s files say: ' +
      'Sponsored Products campaigns 2026-05-01 cost 1.26, not 1.25.',
  )
  t.match(
    said('report_loaded'),
    ' in 2.3 s; 1 row came twice and counted once; 2 rows shared a key with another and were added to it.',
  )
  t.match(said('report_troubled'), ': Amazon refused (400: startDate is too far back); next try at 20')
  t.match(said('report_failed'), 'Amazon could not make it (FAILED) (INTERNAL_ERROR).')
})

t.test('S-30 S-41 a mail to support is not told as one to the person', async t => {
  const { mail_sent: sent, mail_given_up: givenUp } = examples
  t.equal(
    sentenceFor({ ...sent, mail: 'help_requested', reminder: 0 }),
    'Support was sent a mail: somebody asks for help.',
  )
  t.match(sentenceFor({ ...givenUp, mail: 'help_requested' }), 'A mail to support was given up (550 5.1.1): ')
  t.match(sentenceFor({ ...givenUp, mail: 'help_answered' }), 'A mail to the person was given up ')
})

t.test('S-10 S-41 an empty list says why it is, as far as Amazon says so', async t => {
  const said = (reason?: EmptyListReason, agencies = 0) =>
    sentenceFor({ kind: 'no_profiles', agencies, ...(reason && { reason }) })
  const empty = 'No region has a profile, so there was nothing to choose'

  const reasons: readonly EmptyListReason[] = [
    { why: 'manager_without_rights' },
    { why: 'no_ads_account' },
    { why: 'ads_account_pending' },
    { why: 'ads_account_disabled' },
    { why: 'no_campaign_yet' },
    unexplained,
  ]
  const sentences = reasons.map(reason => said(reason))
  t.ok(sentences.every(sentence => sentence.startsWith(empty) && sentence.endsWith('.')))
  t.equal(new Set(sentences).size, reasons.length)
  t.equal(said(), `${empty}.`, 'an entry of before')
  t.equal(
    said(undefined, 2),
    'There was nothing to choose: 2 agency accounts, and no seller or vendor among them.',
  )
  t.equal(
    said({
      why: 'unexplained',
      unanswered: [
        { call: 'manager_accounts', region: 'eu', why: 'timeout' },
        { call: 'ads_accounts', region: 'fe', why: 'throttled' },
      ],
    }),
    `${empty}, and Amazon did not say why; GET /managerAccounts in Europe: Amazon did not answer in time; POST /adsAccounts/list in Far East: Amazon throttled us (429).`,
  )
})

t.test('S-41 a trouble says what Amazon asked for', async t => {
  const said = (trouble: ReportTrouble) => sentenceFor({ ...examples.report_troubled, trouble })

  t.match(said({ trouble: 'throttled', retryAfterSeconds: 120 }), 'throttled us (429) and asked for 120 s;')
  t.match(said({ trouble: 'throttled', retryAfterSeconds: null }), 'throttled us (429);')
  t.match(said({ trouble: 'unreachable', httpStatus: 503 }), 'could not be reached (503);')
  t.match(said({ trouble: 'unreachable', httpStatus: null }), 'could not be reached;')
})
