import t from 'tap'
import { describeEvent } from '../../../src/admin/cases/event-texts.ts'
import {
  type EmptyProfileListReason,
  unexplained,
} from '../../../src/domain/connection/empty-profile-list.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import type { ReportError } from '../../../src/domain/ingestion/report-error.ts'
import { severityOf, type TimelineEventKind } from '../../../src/domain/timeline/entry.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { events } from './events.ts'

t.test('S-41 every timeline event reads as one complete sentence', async t => {
  t.strictSame(Object.keys(events).sort(), Object.keys(severityOf).sort())
  for (const event of Object.values(events)) {
    const sentence = describeEvent(event)
    t.match(sentence, /^[^\s].*[^.]\.$/, event.kind)
    doesNotMatch(t, sentence, /undefined|null|\[object|NaN|\.\.|: \)/, sentence)
  }
})

t.test('S-41 timeline events are described in plain words', async t => {
  const describe = (kind: TimelineEventKind) => describeEvent(events[kind])

  t.equal(
    describe('plan_changed'),
    'Plan changed from Monthly (until 2026-05-12 13:00 UTC) to Listing Tools through billing (event evt_7).',
  )
  const { plan_changed: planChanged } = events
  t.match(
    describeEvent({ ...planChanged, source: 'command', after: null }),
    ' to none on the command line (event evt_7).',
  )
  t.match(
    describeEvent({
      ...planChanged,
      source: 'console',
      by: { userId: 'p-1' as UserId, reason: 'A refund.' },
    }),
    / in the console \(event evt_7\) by p-1: “A refund\.”\.$/,
  )
  t.equal(describe('role_changed'), 'Role changed from seller to manager in the console.')
  t.equal(
    describeEvent({
      ...events.role_changed,
      by: { userId: 'p-1' as UserId, reason: 'Runs three brands' },
    }),
    'Role changed from seller to manager in the console by p-1: “Runs three brands”.',
  )
  t.equal(
    describeEvent({ kind: 'choice_rejected', code: 'profile_not_eligible', why: 'unknown_timezone' }),
    'Profile choice rejected: no time zone from Amazon.',
  )
  t.equal(describe('connect_link_sent'), 'Connect link emailed to the user by p-1: “Asked by telephone”.')
  t.equal(describe('connect_rejected'), 'Connecting rejected: plan lapsed.')
  t.equal(describe('callback_denied'), 'Consent denied at Amazon (access_denied: The user said no).')
  t.equal(describe('callback_failed'), 'Amazon returned an error (server_error).')
  t.equal(
    describe('token_exchange_failed'),
    'Token exchange failed: code rejected (invalid_grant, Amazon request req-9).',
  )
  t.equal(describe('profiles_fetched'), 'Far East has 1,000 advertising profiles.')
  t.equal(describe('connected'), 'Connected to My Brand US — Amazon.com (profile 3716291847563920).')
  t.match(describe('report_loaded'), 'Loaded 12,345 rows of ')
  t.equal(
    describe('figures_reconciled'),
    'Figures of 30 days match Amazon’s files to the cent, apart from 3 unreadable rows set aside.',
  )
  t.equal(
    describe('figures_mismatch'),
    'Our error: 1 figure doesn’t match Amazon’s files: ' +
      'Sponsored Products campaigns 2026-05-01 cost: we show 1.26, Amazon’s file has 1.25.',
  )
  t.match(
    describe('report_loaded'),
    ' in 2.3 s; 1 duplicate row ignored; 2 rows merged (same key); 3 unreadable rows set aside.',
  )
  t.match(
    describe('report_error'),
    ': Amazon rejected the request with an unexpected status (400: startDate is too far back); next try at 20',
  )
  t.match(describe('report_failed'), 'Amazon couldn’t generate it (FAILED) (INTERNAL_ERROR).')
})

t.test('S-30 S-41 an email to support is distinguished from one to the user', async t => {
  const { email_sent: sent, email_failed: failed } = events
  t.equal(
    describeEvent({ ...sent, message: 'help_requested', reminder: 0 }),
    'Email sent to support: support request.',
  )
  t.match(describeEvent({ ...failed, message: 'help_requested' }), 'Email to support failed (550 5.1.1): ')
  t.match(describeEvent({ ...failed, message: 'support_request_replied' }), 'Email to the user failed ')
})

t.test('S-10 S-41 an empty profile list shows the reason that Amazon gave', async t => {
  const describeEmptyList = (reason?: EmptyProfileListReason, agencies = 0) =>
    describeEvent({ kind: 'no_profiles', agencies, ...(reason && { reason }) })
  const empty = 'No profiles in any region'

  const reasons: readonly EmptyProfileListReason[] = [
    { why: 'manager_without_rights' },
    { why: 'no_ads_account' },
    { why: 'ads_account_pending' },
    { why: 'ads_account_disabled' },
    { why: 'no_campaign_yet' },
    unexplained,
  ]
  const sentences = reasons.map(reason => describeEmptyList(reason))
  t.ok(sentences.every(sentence => sentence.startsWith(empty) && sentence.endsWith('.')))
  t.equal(new Set(sentences).size, reasons.length)
  t.equal(describeEmptyList(), `${empty}.`, 'an entry from an earlier version')
  t.equal(
    describeEmptyList(undefined, 2),
    'No selectable profiles: 2 agency or Amazon Attribution accounts, no seller or vendor account.',
  )
  t.equal(
    describeEmptyList({
      why: 'unexplained',
      unanswered: [
        { call: 'manager_accounts', region: 'eu', why: 'timeout' },
        { call: 'ads_accounts', region: 'fe', why: 'throttled' },
      ],
    }),
    `${empty}; reason unknown; GET /managerAccounts in Europe: Amazon didn’t respond in time; POST /adsAccounts/list in Far East: Amazon throttled us (429).`,
  )
})

t.test('S-41 a report error shows the delay that Amazon asked for', async t => {
  const describeError = (error: ReportError) => describeEvent({ ...events.report_error, error })

  t.match(
    describeError({ error: 'throttled', retryAfterSeconds: 120 }),
    'throttled us (429) and asked us to wait 120 s;',
  )
  t.match(describeError({ error: 'throttled', retryAfterSeconds: null }), 'throttled us (429);')
  t.match(describeError({ error: 'unreachable', httpStatus: 503 }), 'couldn’t be reached (503);')
  t.match(describeError({ error: 'unreachable', httpStatus: null }), 'couldn’t be reached;')
})
