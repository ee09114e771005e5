import t from 'tap'
import type { DiagnosisInput } from '../../../src/admin/diagnosis/facts.ts'
import type { TimelineEvent } from '../../../src/domain/timeline/entry.ts'
import {
  aClosedConnection,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anUnauthorisedConnection,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { aCase, aSync, causesOf, findingOf, happened, type SyncProgress } from './case-facts.ts'

const connection = anActiveConnection()
const connected = (loading: Partial<SyncProgress> = {}, its: Partial<DiagnosisInput> = {}): DiagnosisInput =>
  aCase({ connection, loading: aSync(loading), ...its })
const work = (its: Partial<DiagnosisInput['work']>): Partial<DiagnosisInput> => ({
  work: { workerSeenAt: noon, lateSince: null, syncsHeldFor: null, ...its },
})
const secondsLater = (count: number) => minutesLater(count / 60)

t.test('S-42 a step is late after waiting a minute for a busy worker', async t => {
  const facts = connected({}, work({ lateSince: secondsLater(-60) }))
  t.match(findingOf('queue_delayed', facts), {
    confidence: 'certain',
    since: secondsLater(-60),
    evidence: [{ at: secondsLater(-60), sentence: String }],
  })
  t.equal(causesOf(facts)[0], 'queue_delayed')
  t.notOk(findingOf('queue_delayed', connected({}, work({ lateSince: secondsLater(-59) }))))
  const deferred = connected({}, work({ lateSince: secondsLater(-60), syncsHeldFor: 'region_rate_limited' }))
  t.ok(findingOf('queue_delayed', deferred), 'a region defers syncs, not steps')
  t.notOk(findingOf('throttled', deferred))
})

t.test('S-42 a late step means a missing worker once none was seen for a minute', async t => {
  const late = { lateSince: secondsLater(-90) }
  t.ok(findingOf('queue_delayed', connected({}, work({ ...late, workerSeenAt: secondsLater(-59) }))))
  const facts = connected({}, work({ ...late, workerSeenAt: secondsLater(-60) }))
  t.match(findingOf('worker_down', facts), {
    since: secondsLater(-60),
    evidence: [
      { at: secondsLater(-90), sentence: String },
      { at: secondsLater(-60), sentence: String },
    ],
  })
  const never = findingOf('worker_down', connected({}, work({ ...late, workerSeenAt: null })))
  t.match(never, { since: secondsLater(-90) })
  t.equal(never?.evidence.length, 1)
})

t.test('S-23 S-42 a sync may wait ten minutes before it is late', async t => {
  const late = (minutes: number, its: Partial<DiagnosisInput> = {}) =>
    Boolean(findingOf('queue_delayed', connected({ nextSyncAt: minutesLater(-minutes) }, its)))
  t.notOk(late(10))
  t.ok(late(10.1))
  t.notOk(late(60, { planRestriction: { kind: 'no_plan' } }), 'no sync is due without a plan')
  t.notOk(late(60, { connection: anUnauthorisedConnection() }))
  t.notOk(findingOf('queue_delayed', connected({ nextSyncAt: null })))
  t.notOk(findingOf('queue_delayed', aCase({ connection })), 'no sync is due before the initial sync')
})

t.test('S-42 a sync deferred by its region is shown with the region', async t => {
  const deferred = connected({ nextSyncAt: hoursLater(-1) }, work({ syncsHeldFor: 'region_down' }))
  t.match(findingOf('amazon_unreachable', deferred), {
    since: hoursLater(-1),
    about: { regions: ['na'], syncDueSince: hoursLater(-1) },
    evidence: [{ at: hoursLater(-1) }],
  })
  t.notOk(findingOf('queue_delayed', deferred))
})

t.test('S-42 the last email to the user that failed is shown', async t => {
  const emailOf = (kind: 'email_sent' | 'email_failed', message = 'ready') =>
    happened({ kind, message, reminder: 0, error: '550' } as TimelineEvent)
  const failed = emailOf('email_failed')
  t.match(findingOf('email_failed', connected({}, { timeline: [failed] })), { about: { detail: '550' } })
  const isShown = (...timeline: ReturnType<typeof emailOf>[]) =>
    causesOf(connected({}, { timeline })).includes('email_failed')
  t.ok(isShown(happened({ kind: 'erasure_requested' }), failed, emailOf('email_sent')))
  t.notOk(isShown(emailOf('email_sent'), failed), 'the next email was delivered')
  t.ok(
    isShown(emailOf('email_sent', 'help_requested'), failed),
    'emails to support do not count for the user',
  )
  t.notOk(isShown(emailOf('email_failed', 'help_requested')))
})

t.test('S-42 a failed page is shown for a day', async t => {
  const failed = (hours: number) =>
    happened({ kind: 'page_failed', requestId: 'r', page: 'GET /here' }, { at: hoursLater(-hours) })
  const facts = connected({}, { timeline: [happened({ kind: 'erasure_requested' }), failed(23.9)] })
  t.match(findingOf('page_failed', facts), { about: { detail: 'GET /here' } })
  t.notOk(findingOf('page_failed', connected({}, { timeline: [failed(24)] })))
  t.notOk(findingOf('page_failed', connected({}, { timeline: [failed(25), failed(1)] })), 'the newest counts')
})

t.test('S-42 a user without a connection or obstacle has never connected', async t => {
  t.match(findingOf('never_connected', aCase()), { since: null, evidence: [], confidence: 'certain' })
  const failed = happened({ kind: 'page_failed', requestId: 'r', page: 'GET /here' }, { attemptId: null })
  t.strictSame(
    causesOf(aCase({ timeline: [failed] })),
    ['page_failed', 'never_connected'],
    'a failed page blocks nothing',
  )
})

t.test('S-42 a connection with open reports is loading', async t => {
  const interactiveSync = {
    requestedAt: hoursLater(-2),
    reports: [aLoadedReport(), aFailedReport(), aGeneratingReport()],
  }
  const facts = connected({ interactiveSync, open: [aGeneratingReport(), aGeneratingReport()] })
  t.match(findingOf('loading', facts), {
    since: hoursLater(-2),
    about: { count: 2 },
    evidence: [{ at: hoursLater(-2), sentence: / 2 reports finished/ }],
  })
  t.notOk(findingOf('healthy', facts))
  const untouched = findingOf('loading', aCase({ connection }))
  t.match(untouched, { since: connection.connectedAt, about: { count: 0 } })
  t.strictSame(untouched?.evidence, [])
})

t.test('S-42 a connection with fresh figures is healthy and shows its next sync', async t => {
  t.match(findingOf('healthy', connected()), {
    since: connection.connectedAt,
    about: { dueAt: hoursLater(20) },
    evidence: [{ at: hoursLater(-1), sentence: String }],
  })
  t.strictSame(findingOf('healthy', connected({ nextSyncAt: null }))?.about, {})
  t.notOk(findingOf('healthy', connected({}, { planRestriction: { kind: 'no_plan' } })), 'not without a plan')
  t.notOk(findingOf('healthy', aCase({ connection: aClosedConnection(), loading: aSync() })))
})

t.test('S-42 figures that are 26 hours old without a sync are attributed to our queue', async t => {
  const stale = connected({ lastLoadedAt: hoursLater(-26) })
  t.match(findingOf('queue_delayed', stale), {
    confidence: 'likely',
    since: noon,
    evidence: [{ at: hoursLater(-26), sentence: String }],
  })
  t.notOk(findingOf('healthy', stale))
  t.ok(findingOf('healthy', connected({ lastLoadedAt: hoursLater(-25.9) })))
  const never = findingOf('queue_delayed', connected({ lastLoadedAt: null, finished: [] }))
  t.match(never, { since: hoursLater(-22) })
  t.strictSame(never?.evidence, [])
  const young = anActiveConnection({ connectedAt: hoursLater(-1) })
  t.strictSame(
    findingOf('healthy', connected({ lastLoadedAt: null, finished: [] }, { connection: young }))?.evidence,
    [],
  )
})

t.test('S-42 a blocking cause replaces the outlook, an explanation does not', async t => {
  const timeline = [happened({ kind: 'amazon_user_fetch_failed', why: 'timeout' })]
  t.strictSame(causesOf(connected({}, { timeline })), ['user_timeout', 'healthy', 'figures_provisional'])
  t.strictSame(causesOf(connected({ mismatches: 1 })), ['figures_mismatch', 'figures_provisional'])
})

t.test('S-42 with any figures loaded, a finding explains why Amazon may show more', async t => {
  t.match(findingOf('figures_provisional', connected()), {
    confidence: 'possible',
    since: null,
    evidence: [{ at: hoursLater(-1), sentence: String }],
  })
  t.strictSame(findingOf('figures_provisional', connected({ lastLoadedAt: null }))?.evidence, [])
  t.notOk(findingOf('figures_provisional', connected({ finished: [aLoadedReport({ rows: 0 })] })))
  t.notOk(findingOf('figures_provisional', connected({ finished: [aFailedReport()] })))
  t.notOk(findingOf('figures_provisional', aCase({ connection })))
  t.notOk(findingOf('figures_provisional', aCase({ loading: aSync() })))
})

t.test('S-42 a vendor with Sponsored Products sees a note on the 14 days in Amazon’s console', async t => {
  const vendor = anActiveConnection({ profile: aProfile({ accountType: 'vendor' }) })
  t.match(findingOf('vendor_window', connected({}, { connection: vendor })), {
    evidence: [{ at: vendor.connectedAt, sentence: String }],
  })
  t.notOk(findingOf('vendor_window', connected()))
  const both = { finished: [aLoadedReport({ type: 'sb_campaigns' }), aLoadedReport()] }
  t.ok(findingOf('vendor_window', connected(both, { connection: vendor })))
  const brands = { finished: [aLoadedReport({ type: 'sb_campaigns' }), aLoadedReport({ rows: 0 })] }
  t.notOk(findingOf('vendor_window', connected(brands, { connection: vendor })))
})
