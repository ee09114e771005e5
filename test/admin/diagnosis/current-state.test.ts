import t from 'tap'
import type { DiagnosisInput } from '../../../src/admin/diagnosis/diagnosis-input.ts'
import type { TimelineEvent } from '../../../src/domain/timeline/entry.ts'
import {
  aClosedConnection,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anUnauthorisedConnection,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { aCase, aSync, aTimelineEntry, causesOf, findingOf, type SyncProgress } from './case-examples.ts'

const connection = anActiveConnection()
const aConnectedCase = (
  loading: Partial<SyncProgress> = {},
  overrides: Partial<DiagnosisInput> = {},
): DiagnosisInput => aCase({ connection, sync: aSync(loading), ...overrides })
const withWorkerStatus = (overrides: Partial<DiagnosisInput['workerStatus']>): Partial<DiagnosisInput> => ({
  workerStatus: { workerSeenAt: noon, lateSince: null, syncDeferralReason: null, ...overrides },
})
const secondsLater = (count: number) => minutesLater(count / 60)

t.test('S-42 a step is late after waiting a minute for a busy worker', async t => {
  const input = aConnectedCase({}, withWorkerStatus({ lateSince: secondsLater(-60) }))
  t.match(findingOf('queue_delayed', input), {
    confidence: 'certain',
    since: secondsLater(-60),
    evidence: [{ at: secondsLater(-60), sentence: String }],
  })
  t.equal(causesOf(input)[0], 'queue_delayed')
  t.notOk(findingOf('queue_delayed', aConnectedCase({}, withWorkerStatus({ lateSince: secondsLater(-59) }))))
  const deferred = aConnectedCase(
    {},
    withWorkerStatus({ lateSince: secondsLater(-60), syncDeferralReason: 'region_rate_limited' }),
  )
  t.ok(findingOf('queue_delayed', deferred), 'a region defers syncs, not steps')
  t.notOk(findingOf('throttled', deferred))
})

t.test('S-42 a late step is attributed to a missing worker once none was seen for a minute', async t => {
  const late = { lateSince: secondsLater(-90) }
  t.ok(
    findingOf(
      'queue_delayed',
      aConnectedCase({}, withWorkerStatus({ ...late, workerSeenAt: secondsLater(-59) })),
    ),
  )
  const input = aConnectedCase({}, withWorkerStatus({ ...late, workerSeenAt: secondsLater(-60) }))
  t.match(findingOf('worker_down', input), {
    since: secondsLater(-60),
    evidence: [
      { at: secondsLater(-90), sentence: String },
      { at: secondsLater(-60), sentence: String },
    ],
  })
  const neverSeen = findingOf(
    'worker_down',
    aConnectedCase({}, withWorkerStatus({ ...late, workerSeenAt: null })),
  )
  t.match(neverSeen, { since: secondsLater(-90) })
  t.equal(neverSeen?.evidence.length, 1)
})

t.test('S-23 S-42 a sync may wait ten minutes before it is late', async t => {
  const isLate = (minutes: number, overrides: Partial<DiagnosisInput> = {}) =>
    Boolean(findingOf('queue_delayed', aConnectedCase({ nextSyncAt: minutesLater(-minutes) }, overrides)))
  t.notOk(isLate(10))
  t.ok(isLate(10.1))
  t.notOk(isLate(60, { planRestriction: { kind: 'no_plan' } }), 'no sync is due without a plan')
  t.notOk(isLate(60, { connection: anUnauthorisedConnection() }))
  t.notOk(findingOf('queue_delayed', aConnectedCase({ nextSyncAt: null })))
  t.notOk(findingOf('queue_delayed', aCase({ connection })), 'no sync is due before the initial sync')
})

t.test('S-42 a sync deferred by its region is shown with the region', async t => {
  const deferred = aConnectedCase(
    { nextSyncAt: hoursLater(-1) },
    withWorkerStatus({ syncDeferralReason: 'region_down' }),
  )
  t.match(findingOf('amazon_unreachable', deferred), {
    since: hoursLater(-1),
    about: { regions: ['na'], syncDueSince: hoursLater(-1) },
    evidence: [{ at: hoursLater(-1) }],
  })
  t.notOk(findingOf('queue_delayed', deferred))
})

t.test('S-42 a failed email to the user is shown until a later one is delivered', async t => {
  const emailEntry = (kind: 'email_sent' | 'email_failed', message = 'ready') =>
    aTimelineEntry({ kind, message, reminder: 0, error: '550' } as TimelineEvent)
  const failed = emailEntry('email_failed')
  t.match(findingOf('email_failed', aConnectedCase({}, { timeline: [failed] })), { about: { detail: '550' } })
  const isShown = (...timeline: ReturnType<typeof emailEntry>[]) =>
    causesOf(aConnectedCase({}, { timeline })).includes('email_failed')
  t.ok(isShown(aTimelineEntry({ kind: 'erasure_requested' }), failed, emailEntry('email_sent')))
  t.notOk(isShown(emailEntry('email_sent'), failed), 'the next email was delivered')
  t.ok(
    isShown(emailEntry('email_sent', 'help_requested'), failed),
    'emails to support do not count for the user',
  )
  t.notOk(isShown(emailEntry('email_failed', 'help_requested')))
})

t.test('S-42 a failed page is shown for a day', async t => {
  const failedPage = (hours: number) =>
    aTimelineEntry({ kind: 'page_failed', requestId: 'r', page: 'GET /here' }, { at: hoursLater(-hours) })
  const input = aConnectedCase(
    {},
    { timeline: [aTimelineEntry({ kind: 'erasure_requested' }), failedPage(23.9)] },
  )
  t.match(findingOf('page_failed', input), { about: { detail: 'GET /here' } })
  t.notOk(findingOf('page_failed', aConnectedCase({}, { timeline: [failedPage(24)] })))
  t.notOk(
    findingOf('page_failed', aConnectedCase({}, { timeline: [failedPage(25), failedPage(1)] })),
    'only the newest failure counts',
  )
})

t.test('S-42 a user with no connection and nothing blocking one is shown as never connected', async t => {
  t.match(findingOf('never_connected', aCase()), { since: null, evidence: [], confidence: 'certain' })
  const failed = aTimelineEntry(
    { kind: 'page_failed', requestId: 'r', page: 'GET /here' },
    { attemptId: null },
  )
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
  const input = aConnectedCase({ interactiveSync, open: [aGeneratingReport(), aGeneratingReport()] })
  t.match(findingOf('loading', input), {
    since: hoursLater(-2),
    about: { count: 2 },
    evidence: [{ at: hoursLater(-2), sentence: / 2 reports finished/ }],
  })
  t.notOk(findingOf('healthy', input))
  const notStarted = findingOf('loading', aCase({ connection }))
  t.match(notStarted, { since: connection.connectedAt, about: { count: 0 } })
  t.strictSame(notStarted?.evidence, [])
})

t.test('S-42 a connection with fresh figures is healthy and shows its next sync', async t => {
  t.match(findingOf('healthy', aConnectedCase()), {
    since: connection.connectedAt,
    about: { dueAt: hoursLater(20) },
    evidence: [{ at: hoursLater(-1), sentence: String }],
  })
  t.strictSame(findingOf('healthy', aConnectedCase({ nextSyncAt: null }))?.about, {})
  t.notOk(
    findingOf('healthy', aConnectedCase({}, { planRestriction: { kind: 'no_plan' } })),
    'not without a plan',
  )
  t.notOk(findingOf('healthy', aCase({ connection: aClosedConnection(), sync: aSync() })))
})

t.test('S-42 figures not refreshed for 26 hours are attributed to our queue', async t => {
  const stale = aConnectedCase({ lastLoadedAt: hoursLater(-26) })
  t.match(findingOf('queue_delayed', stale), {
    confidence: 'likely',
    since: noon,
    evidence: [{ at: hoursLater(-26), sentence: String }],
  })
  t.notOk(findingOf('healthy', stale))
  t.ok(findingOf('healthy', aConnectedCase({ lastLoadedAt: hoursLater(-25.9) })))
  const neverLoaded = findingOf('queue_delayed', aConnectedCase({ lastLoadedAt: null, finished: [] }))
  t.match(neverLoaded, { since: hoursLater(-22) })
  t.strictSame(neverLoaded?.evidence, [])
  const newConnection = anActiveConnection({ connectedAt: hoursLater(-1) })
  t.strictSame(
    findingOf('healthy', aConnectedCase({ lastLoadedAt: null, finished: [] }, { connection: newConnection }))
      ?.evidence,
    [],
  )
})

t.test('S-42 a blocking cause replaces the healthy finding, an explanation does not', async t => {
  const timeline = [aTimelineEntry({ kind: 'amazon_user_fetch_failed', why: 'timeout' })]
  t.strictSame(causesOf(aConnectedCase({}, { timeline })), [
    'amazon_user_timeout',
    'healthy',
    'figures_provisional',
  ])
  t.strictSame(causesOf(aConnectedCase({ mismatches: 1 })), ['figures_mismatch', 'figures_provisional'])
})

t.test('S-42 once figures are loaded, a finding explains why Amazon may show more', async t => {
  t.match(findingOf('figures_provisional', aConnectedCase()), {
    confidence: 'possible',
    since: null,
    evidence: [{ at: hoursLater(-1), sentence: String }],
  })
  t.strictSame(findingOf('figures_provisional', aConnectedCase({ lastLoadedAt: null }))?.evidence, [])
  t.notOk(findingOf('figures_provisional', aConnectedCase({ finished: [aLoadedReport({ rows: 0 })] })))
  t.notOk(findingOf('figures_provisional', aConnectedCase({ finished: [aFailedReport()] })))
  t.notOk(findingOf('figures_provisional', aCase({ connection })))
  t.notOk(findingOf('figures_provisional', aCase({ sync: aSync() })))
})
