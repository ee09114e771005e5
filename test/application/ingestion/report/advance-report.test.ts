import t from 'tap'
import { AmazonFailure, amazonRejection } from '../../../../src/application/amazon-failure.ts'
import { AdvanceReport } from '../../../../src/application/ingestion/report/advance-report.ts'
import { hours, minutes, seconds } from '../../../../src/domain/calendar.ts'
import type { ActiveConnection } from '../../../../src/domain/connection/connection.ts'
import type { AmazonReportId, ReportId } from '../../../../src/domain/identifiers.ts'
import type { ReportType } from '../../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../../src/domain/ingestion/fact-row.ts'
import type { Report } from '../../../../src/domain/ingestion/report.ts'
import {
  aCaller,
  aFileRow,
  anActiveConnection,
  aProfile,
  aRequestedReport,
  aRun,
  days,
  minutesLater,
  noon,
} from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'
import { totalsOf } from '../../../support/totals.ts'

const aRejection = (httpStatus: number, detail: string, code = String(httpStatus)) =>
  amazonRejection({ httpStatus, code, detail })
const lostRights = aRejection(
  401,
  'AuthorizeThirdPartyAccess: Customer: X does not have access to profile: Y',
)

/** One connection with one or more reports, requested at noon. */
async function scene(...types: readonly ReportType[]) {
  return sceneOf(anActiveConnection(), types)
}

async function sceneOf(connection: ActiveConnection, types: readonly ReportType[]) {
  const fakes = openFakes()
  await fakes.connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const requestedReports = (types.length > 0 ? types : (['sp_campaigns'] as const)).map(type =>
    aRequestedReport({ syncRunId: run.id, connectionId: connection.id, type }),
  )
  await fakes.syncRuns.save(run, requestedReports)
  const [first] = requestedReports
  if (!first) throw new Error('a run has at least one report')
  const advance = new AdvanceReport(fakes)
  const { syncRuns, clock, reports } = fakes
  const currentReport = (id: ReportId = first.id): Report => syncRuns.report(id)
  const waitUntilDue = (id: ReportId = first.id) => {
    const report = currentReport(id)
    if ('dueAt' in report && report.dueAt > clock.now()) clock.set(report.dueAt)
  }
  const amazonId = (id: ReportId = first.id): AmazonReportId => {
    const report = currentReport(id)
    if (!('amazonReportId' in report)) throw new Error(`the report is ${report.status}`)
    return report.amazonReportId
  }
  return {
    ...fakes,
    connection,
    run,
    report: first,
    requestedReports,
    currentReport,
    /** Runs the step at its due time. */
    step: (id: ReportId = first.id) => {
      waitUntilDue(id)
      return advance.execute(id)
    },
    /** Runs the step now, even if it is not due. */
    stepNow: (id: ReportId = first.id) => advance.execute(id),
    /** Requests the report and completes it at Amazon. */
    async complete(rows?: readonly FileRow[], id: ReportId = first.id) {
      waitUntilDue(id)
      await advance.execute(id)
      reports.finish(amazonId(id), rows)
    },
    amazonId,
  }
}

const eventsOf = ({ timeline }: Awaited<ReturnType<typeof scene>>) =>
  timeline.entries.map(({ event }) => event)

t.test('S-20 a new report is requested at Amazon and polled later', async t => {
  const setup = await scene()
  const { step, currentReport, reports, report, jobQueue, timeline, connection } = setup

  t.equal(await step(), true)

  t.has(currentReport(), {
    status: 'generating',
    amazonReportId: 'amazon-1',
    requestCount: 1,
    acceptedAt: noon,
    dueAt: minutesLater(0.5),
  })
  t.match(reports.amazonReports.get(setup.amazonId()), { days, definition: { type: 'sp_campaigns' } })
  t.strictSame(jobQueue.enqueued, [{ reportIds: [report.id], inMilliseconds: seconds(30) }])
  t.match(timeline.entries, [
    {
      userId: connection.userId,
      connectionId: connection.id,
      syncRunId: report.syncRunId,
      reportId: report.id,
      event: { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: 'amazon-1' },
    },
  ])
})

t.test('S-28 the campaigns that a Sponsored Brands report leaves out are counted', async t => {
  const setup = await scene('sb_campaigns')
  setup.reports.legacyCampaigns = 3

  await setup.complete()
  await setup.step()

  t.has(setup.currentReport(), { status: 'loaded', legacyCampaigns: 3 })

  const uncounted = await scene('sb_campaigns')
  uncounted.reports.legacyCampaigns = new AmazonFailure('throttled', 'Amazon answered 429')
  await uncounted.complete()
  await uncounted.step()
  t.equal(uncounted.currentReport().status, 'loaded', 'the report loads without the count')
  t.notOk('legacyCampaigns' in uncounted.currentReport())
})

t.test(
  'S-24 a report that Amazon doesn’t offer to the account counts as empty, with Amazon’s text',
  async t => {
    const setup = await scene('sb_campaigns')
    setup.reports.amazonMessage = 'KDP authors do not have access to Sponsored Brands functionality'

    await setup.step()
    setup.clock.advance(minutes(1))
    await setup.step()

    t.match(setup.currentReport(), { status: 'loaded', rows: 0 })
    t.match(setup.timeline.of('report_accepted'), [{ event: { amazonMessage: setup.reports.amazonMessage } }])
  },
)

t.test('S-25 a report without a file loads as empty, also when no load slot was free', async t => {
  const setup = await scene('sb_campaigns')
  setup.reports.amazonMessage = 'KDP authors do not have access to Sponsored Brands functionality'
  await setup.step()
  setup.loader.freeSlots = 0
  await setup.step()
  t.equal(setup.currentReport().status, 'completed')

  setup.loader.freeSlots = 4
  await setup.step()

  t.match(setup.currentReport(), { status: 'loaded', rows: 0 })
})

t.test('S-20 a completed report is downloaded and loaded, and its sync run finishes', async t => {
  const setup = await scene()
  const { step, complete, currentReport, figures, connection } = setup
  await complete([aFileRow('sp_campaigns', { cost: 12.34, campaignId: '18446744073709551615' })])

  await step()

  t.match(currentReport(), { status: 'loaded', rows: 1 })
  t.match(await totalsOf(figures, connection.id, days), { cost: '12.34' })
  t.match(
    await figures.campaigns(connection.id, { days, before: null }, 'console', { campaigns: 5, movers: 3 }),
    {
      campaigns: [{ id: '18446744073709551615' }],
    },
  )
  t.match(eventsOf(setup), [
    { kind: 'report_accepted' },
    { kind: 'report_completed', amazonReportId: 'amazon-1' },
    { kind: 'report_loaded', report: 'sp_campaigns', rows: 1, duplicates: 0 },
    { kind: 'sync_finished', loaded: 1, failed: 0 },
  ])
})

t.test('S-28 the account type decides which orders and sales are requested and stored', async t => {
  for (const [accountType, expected] of [
    ['seller', { orders: 1, sales: '10' }],
    ['vendor', { orders: 2, sales: '25' }],
  ] as const) {
    const connection = anActiveConnection({ profile: aProfile({ accountType }) })
    const { step, complete, figures } = await sceneOf(connection, [])
    await complete([aFileRow('sp_campaigns', { purchases7d: 1, sales7d: 10, purchases14d: 2, sales14d: 25 })])

    await step()

    t.match(await totalsOf(figures, connection.id, days), expected, accountType)
  }
})

t.test('S-25 two concurrent jobs make one report request', async t => {
  const { stepNow, reports } = await scene()

  const results = await Promise.all([stepNow(), stepNow()])

  t.strictSame(results, [true, false])
  t.equal(reports.callCounts.report_request, 1)
})

t.test('S-24 a duplicate with the requested definition is adopted', async t => {
  const { step, currentReport, reports, timeline } = await scene()
  reports.duplicateReportId = reports.addExisting('amazon-old', 'sp_campaigns', { days })

  await step()

  t.match(currentReport(), { status: 'generating', amazonReportId: 'amazon-old', requestCount: 1 })
  t.match(timeline.of('report_duplicate_adopted'), [{ event: { amazonReportId: 'amazon-old' } }])
})

t.test('S-24 a duplicate with another definition is retried minutes apart and then fails', async t => {
  for (const echo of [{ timeUnit: 'SUMMARY' }, { columns: ['date'] }, { startDate: '2026-01-01' }]) {
    const { step, currentReport, reports, timeline, clock } = await scene()
    reports.duplicateReportId = reports.addExisting('amazon-other', 'sp_campaigns', { days, echo })

    for (let round = 0; round < 4; round += 1) {
      await step()
      t.match(currentReport(), {
        status: 'requested',
        requestCount: 0,
        lastError: { error: 'duplicate_mismatch' },
      })
    }
    t.strictSame(clock.now(), minutesLater(3))
    await step()

    t.match(currentReport(), { status: 'failed', reason: { error: 'duplicate_mismatch' } })
    t.notOk(timeline.kinds.includes('report_duplicate_adopted'))
  }
})

t.test('S-24 our report is requested once a foreign duplicate is gone', async t => {
  const { step, currentReport, reports } = await scene()
  reports.duplicateReportId = reports.addExisting('amazon-other', 'sp_campaigns', {
    days,
    echo: { timeUnit: 'SUMMARY' },
  })
  await step()
  reports.duplicateReportId = null

  await step()

  t.match(currentReport(), { status: 'generating', requestCount: 1, consecutiveErrors: 0 })
})

t.test('S-24 a throttled request is retried after minutes or after the delay that Amazon names', async t => {
  for (const [retryAfterSeconds, waitSeconds] of [
    [null, 60],
    [7, 7],
    [1800, 1800],
  ] as const) {
    const { step, currentReport, reports, jobQueue, timeline, report } = await scene()
    reports.failures.report_request.push(new AmazonFailure('throttled', '429', { retryAfterSeconds }))

    await step()

    const dueAt = minutesLater(waitSeconds / 60)
    t.has(currentReport(), { status: 'requested', consecutiveErrors: 1, dueAt })
    t.strictSame(jobQueue.enqueued, [{ reportIds: [report.id], inMilliseconds: seconds(waitSeconds) }])
    t.match(timeline.of('report_error'), [
      {
        event: {
          error: { error: 'throttled', retryAfterSeconds },
          dueAt: dueAt.toISOString(),
        },
      },
    ])
  }
})

t.test('S-24 a retry delay is varied at random', async t => {
  const { step, currentReport, reports, random } = await scene()
  random.value = 0.5
  reports.failures.report_request.push(new AmazonFailure('throttled', '429'))

  await step()

  t.has(currentReport(), { dueAt: minutesLater(1.1) })
})

t.test('S-24 5xx responses, resets and timeouts are retried for every call', async t => {
  for (const failure of [
    new AmazonFailure('unreachable', '503', { httpStatus: 503 }),
    new AmazonFailure('unreachable', 'reset'),
    new AmazonFailure('timeout', 'no answer'),
  ]) {
    const { step, complete, currentReport, reports } = await scene()
    reports.failures.report_request.push(failure)
    await step()
    t.match(currentReport(), { status: 'requested', consecutiveErrors: 1 })
    reports.failures.report_status.push(failure)
    await step()
    await step()
    t.match(currentReport(), { status: 'generating', consecutiveErrors: 1 })
    reports.failures.download.push(failure)
    await complete()
    await step()
    t.match(currentReport(), { status: 'completed', consecutiveErrors: 1 })

    await step()

    t.match(currentReport(), { status: 'loaded' })
  }
})

t.test('S-24 a failed download is retried, and completion is logged once', async t => {
  for (const failure of [
    new TypeError('internal error'),
    new AmazonFailure('untrusted_host', 'not fetched from elsewhere'),
  ]) {
    const { step, complete, currentReport, reports, timeline } = await scene()
    await complete()
    reports.failures.download.push(failure)

    await t.rejects(step())

    t.match(currentReport(), { status: 'completed', consecutiveErrors: 1 })
    await step()
    t.match(currentReport(), { status: 'loaded' })
    t.equal(timeline.of('report_completed').length, 1)
  }
})

t.test('S-22 a load slot is reserved from before the download until the rows are stored', async t => {
  const { step, complete, currentReport, reports, loader } = await scene()
  await complete()
  reports.failures.download.push(new AmazonFailure('unreachable', 'Amazon answered 502', { httpStatus: 502 }))
  const freeSlots: number[] = []
  loader.meanwhile = async () => void freeSlots.push(loader.freeSlots)

  await step()
  t.match(currentReport(), { status: 'completed', consecutiveErrors: 1 })
  t.equal(loader.freeSlots, 4, 'a failure frees the slot')
  await step()

  t.match(currentReport(), { status: 'loaded' })
  t.strictSame(freeSlots, [3])
  t.equal(loader.freeSlots, 4)
})

t.test('S-22 a completed report without a free load slot waits and is loaded later', async t => {
  const { step, complete, currentReport, reports, loader, clock, reportQueue, report } = await scene()
  loader.freeSlots = 0
  await complete()

  t.equal(await step(), true)
  t.match(currentReport(), { status: 'completed', consecutiveErrors: 0, deferredSince: null })
  const pollsBefore = reports.callCounts.report_status
  t.equal(await step(), false)

  t.equal(reports.callCounts.report_status, pollsBefore, 'Amazon is not polled needlessly')
  clock.advance(seconds(1))
  t.match(await reportQueue.due(clock.now(), 10, { interactive: 4, other: 3 }), [{ id: report.id }])
  loader.freeSlots = 4
  t.equal(await step(), true)
  t.match(currentReport(), { status: 'loaded' })
})

t.test('S-24 a completed report waits while its region is down and leaves its slot to others', async t => {
  const { step, stepNow, complete, currentReport, reports, loader, rateLimiter, clock, connection } =
    await scene()
  loader.freeSlots = 0
  await complete()
  await step()
  loader.freeSlots = 4
  clock.advance(minutes(1))
  for (let calls = 0; calls < 6; calls += 1) {
    const caller = aCaller({ connectionId: connection.id })
    await rateLimiter.recordOutcome('na', 'unanswered', caller, clock.now())
  }
  const pollsBefore = reports.callCounts.report_status

  await stepNow()

  t.match(currentReport(), { status: 'completed', deferralReason: 'region_down' })
  t.strictSame([reports.callCounts.report_status, reports.callCounts.download], [pollsBefore, 0])
  t.equal(loader.freeSlots, 4)
})

t.test(
  'S-24 a report request that Amazon rejects fails at once with Amazon’s message and is logged',
  async t => {
    const detail = 'configuration columns includes invalid values: (x). Allowed values: (y)'
    const { step, currentReport, reports, timeline } = await scene()
    reports.failures.report_request.push(aRejection(400, detail))

    await t.rejects(step(), { name: 'AmazonFailure', kind: 'rejected', message: /configuration columns/ })

    const reason = { error: 'request_rejected', detail: `400: ${detail}` }
    t.has(currentReport(), { status: 'failed', failedAt: noon, reason })
    t.strictSame(timeline.kinds, ['report_failed', 'sync_finished'])
  },
)

t.test('S-26 a rejection of our client disconnects no account and is logged each time', async t => {
  for (const failure of [
    aRejection(401, 'Unauthorized exception while authenticating LwA token: clientId does not match token'),
    amazonRejection({
      httpStatus: 401,
      code: 'invalid_client',
      detail: 'Client authentication failed',
      requestId: null,
      call: 'token',
    }),
  ]) {
    const { step, currentReport, reports, access } = await scene()
    for (let round = 0; round < 8; round += 1) {
      reports.failures.report_request.push(failure)
      await t.rejects(step(), { name: 'AmazonFailure', kind: 'rejected' })
    }

    t.match(currentReport(), { status: 'failed', reason: { error: 'client_rejected' } })
    t.strictSame(access.lost, [])
    t.equal(access.refreshed, 1, 'no other token is refreshed')
  }
})

t.test('S-24 a report that fails at Amazon is requested three times in all', async t => {
  const { step, currentReport, reports, amazonId, timeline } = await scene()
  for (let requestCount = 1; requestCount <= 3; requestCount += 1) {
    await step()
    t.match(currentReport(), { status: 'generating', requestCount })
    reports.fail(amazonId())
    await step()
  }

  t.match(currentReport(), {
    status: 'failed',
    reason: { error: 'failed_at_amazon', detail: 'Amazon could not' },
  })
  t.equal(reports.callCounts.report_request, 3)
  t.equal(timeline.of('report_error').length, 2)
})

t.test('S-24 a report that Amazon no longer knows is requested again', async t => {
  const { step, currentReport, reports, amazonId } = await scene()
  await step()
  reports.amazonReports.delete(amazonId())

  await step()

  t.match(currentReport(), { status: 'requested', requestCount: 1, lastError: { error: 'report_lost' } })
})

t.test('S-24 a report lost between completion and download is requested again', async t => {
  const { step, complete, currentReport, reports, amazonId } = await scene()
  await complete()
  reports.failures.download.push(new AmazonFailure('timeout', 'no answer'))
  await step()
  reports.fail(amazonId())

  await step()

  t.match(currentReport(), { status: 'requested', lastError: { error: 'report_lost' } })
})

t.test('S-24 a report that never finishes is cancelled after three hours and requested again', async t => {
  const { step, currentReport, reports, clock, amazonId } = await scene()
  await step()
  clock.set(new Date(noon.getTime() + hours(3) - 1))
  await step()
  t.match(currentReport(), { status: 'generating' })
  const stuck = amazonId()
  clock.set(new Date(noon.getTime() + hours(3)))

  await step()

  t.match(currentReport(), { status: 'requested', requestCount: 1, lastError: { error: 'never_finished' } })
  t.equal(reports.callCounts.cancel, 1)
  t.notOk(reports.amazonReports.has(stuck))
})

t.test('S-24 an overdue report is requested again even if Amazon does not cancel it', async t => {
  const neverFinished = { status: 'requested', requestCount: 1, lastError: { error: 'never_finished' } }
  for (const [failure, expected] of [
    [aRejection(400, 'Report is being processed'), neverFinished],
    [aRejection(403, 'Forbidden'), { status: 'failed', reason: { error: 'forbidden' } }],
    [new AmazonFailure('timeout', 'no answer'), { status: 'generating', consecutiveErrors: 1 }],
  ] as const) {
    const { step, currentReport, reports, clock } = await scene()
    await step()
    clock.advance(hours(3))
    reports.failures.cancel.push(failure)

    await step()

    t.match(currentReport(), expected)
    if (currentReport().status !== 'generating') continue
    await step()
    t.match(currentReport(), neverFinished)
  }
})

t.test('S-24 an expired download URL is replaced by the next poll', async t => {
  const { step, complete, currentReport, reports } = await scene()
  await complete()
  reports.failures.download.push(aRejection(403, 'Request has expired', 'download_url_expired'))
  await step()
  t.match(currentReport(), { status: 'completed', lastError: { error: 'download_url_expired' } })
  const pollsBefore = reports.callCounts.report_status

  await step()

  t.match(currentReport(), { status: 'loaded' })
  t.equal(reports.callCounts.report_status, pollsBefore + 1)
})

t.test('S-24 S-25 an unreadable file is downloaded again, and none of its rows are kept', async t => {
  const validRow = aFileRow('sp_campaigns', { cost: 1 })
  for (const [rows, failures] of [
    [[validRow], [new AmazonFailure('unreadable', 'half a body')]],
    [[validRow, { date: '2026-05-01' }], []],
    [[validRow, aFileRow('sp_campaigns', { date: '2020-01-01' })], []],
  ] satisfies [FileRow[], Error[]][]) {
    const { step, complete, currentReport, reports, figures, connection, amazonId } = await scene()
    await complete(rows)
    reports.failures.download.push(...failures)

    await step()

    t.match(currentReport(), { status: 'completed', lastError: { error: 'file_corrupt' } })
    t.match(await totalsOf(figures, connection.id, days), { cost: '0' })
    reports.finish(amazonId(), [aFileRow('sp_campaigns', { cost: 2 })])
    await step()
    t.match(await totalsOf(figures, connection.id, days), { cost: '2' })
  }
})

t.test('S-24 up to 1% unreadable rows are set aside and counted on the timeline; the rest loads', async t => {
  const setup = await scene()
  const good = Array.from({ length: 99 }, (_, index) =>
    aFileRow('sp_campaigns', { cost: 1, campaignId: `c${index}` }),
  )
  await setup.complete([...good, aFileRow('sp_campaigns', { cost: 50, campaignId: null })])

  await setup.step()

  t.match(setup.currentReport(), { status: 'loaded', rows: 99 })
  t.match(await totalsOf(setup.figures, setup.connection.id, days), { cost: '99' })
  t.match(eventsOf(setup).slice(-2), [{ kind: 'report_loaded', rows: 99, setAside: 1 }, {}])
})

t.test('S-24 a file that stays unreadable fails the report and keeps the data loaded before', async t => {
  const { step, complete, currentReport, reports, figures, connection, syncRuns } = await scene()
  await complete([aFileRow('sp_campaigns', { cost: 3 })])
  await step()
  const run = aRun({ connectionId: connection.id })
  const second = aRequestedReport({ syncRunId: run.id, connectionId: connection.id })
  await syncRuns.save(run, [second])
  await complete([{ date: '2026-05-01' }], second.id)

  for (let round = 0; round < 5; round += 1) await step(second.id)

  t.match(currentReport(second.id), {
    status: 'failed',
    reason: { error: 'file_corrupt', detail: /a row without/ },
  })
  t.match(await totalsOf(figures, connection.id, days), { cost: '3' })
  t.equal(reports.callCounts.download, 6)
})

t.test('S-24 a shrunken file waits for a second report that agrees; the loaded days stay', async t => {
  const setup = await scene()
  const { complete, step, currentReport, figures, connection, syncRuns } = setup
  await complete([aFileRow('sp_campaigns', { cost: 3 })])
  await step()
  const cost = async () => (await totalsOf(figures, connection.id, days)).cost
  const reload = async () => {
    const run = aRun({ connectionId: connection.id })
    const report = aRequestedReport({ syncRunId: run.id, connectionId: connection.id })
    await syncRuns.save(run, [report])
    return report.id
  }
  const receive = async (id: ReportId, ...rows: FileRow[]) => {
    await complete(rows, id)
    await step(id)
  }

  const agreeing = await reload()
  await receive(agreeing)
  t.match(currentReport(agreeing), { status: 'requested', lastError: { error: 'file_unconfirmed' } })
  t.match(eventsOf(setup).at(-1), {
    kind: 'report_error',
    error: { error: 'file_unconfirmed', detail: '0 of 1 rows, 0.00 of 3.00 spend' },
  })
  t.equal(await cost(), '3')
  await receive(agreeing)
  t.match(currentReport(agreeing), { status: 'loaded', rows: 0 })

  await receive(await reload(), aFileRow('sp_campaigns', { cost: 100 }))
  const healthy = await reload()
  await receive(healthy)
  await receive(healthy, aFileRow('sp_campaigns', { cost: 101 }))
  t.match(currentReport(healthy), { status: 'loaded' })
  t.equal(await cost(), '101', 'a healthy second file needs no third')

  const wavering = await reload()
  for (const share of [0, 20, 0, 20, 0])
    await receive(wavering, ...(share ? [aFileRow('sp_campaigns', { cost: share })] : []))
  t.match(currentReport(wavering), { status: 'failed', reason: { error: 'file_unconfirmed' } })
  t.equal(await cost(), '101')
})

t.test('S-24 an access token that expires during a step is replaced once', async t => {
  const { step, complete, currentReport, reports, access } = await scene()
  reports.rejectedTokens.add('token-1')
  await step()
  t.match(currentReport(), { status: 'generating', consecutiveErrors: 0 })
  t.strictSame(reports.tokens, ['token-1', 'token-2'])

  reports.rejectedTokens.add('token-2')
  await complete()
  await step()

  t.match(currentReport(), { status: 'loaded' })
  t.equal(access.refreshed, 3)
})

t.test('S-24 a step whose access token is rejected twice is retried four times', async t => {
  const { step, currentReport, reports, access } = await scene()
  for (let token = 1; token < 20; token += 1) reports.rejectedTokens.add(`token-${token}`)

  await step()
  t.match(currentReport(), { status: 'requested', lastError: { error: 'token_rejected' } })
  t.equal(reports.callCounts.report_request, 2, 'once with the old token, once with a fresh one')
  for (let round = 0; round < 4; round += 1) await step()

  t.match(currentReport(), { status: 'failed', reason: { error: 'token_rejected' } })
  t.strictSame(access.lost, [], 'no account is disconnected for it')
})

t.test('S-26 a revoked grant ends the authorisation and the report', async t => {
  const { step, currentReport, access, connection, timeline } = await scene()
  access.isRevoked = true

  await step()

  t.match(currentReport(), { status: 'failed', reason: { error: 'grant_revoked' } })
  t.strictSame(access.lost, [{ connectionId: connection.id, why: 'grant_revoked' }])
  t.strictSame(timeline.kinds, ['report_failed', 'sync_finished'])
})

t.test('S-26 when Amazon rejects every grant, a report is retried and an error raised', async t => {
  const { step, currentReport, access } = await scene()
  access.isRevoked = true
  access.isLossUncertain = true

  await t.rejects(step(), { name: 'AccessUncertain' })
  t.match(currentReport(), {
    status: 'requested',
    lastError: { error: 'internal_error', detail: 'AccessUncertain' },
  })
  t.strictSame(access.lost, [])

  access.isRevoked = false
  await step()
  t.match(currentReport(), { status: 'generating' })
})

t.test('S-26 a report logs why the authorisation was lost, with Amazon’s request id', async t => {
  const earlier = await scene()
  earlier.access.isRevoked = true
  earlier.access.recordLoss = async () => 'marked_by_staff'
  await earlier.step()
  t.match(earlier.currentReport(), { status: 'failed', reason: { error: 'cancelled' } })

  const later = await scene()
  const { code, detail } = lostRights
  const requestId = 'amzn-request-7'
  later.reports.failures.report_request.push(amazonRejection({ httpStatus: 401, code, detail, requestId }))
  await later.step()
  t.match(later.currentReport(), { reason: { error: 'profile_access_lost', requestId } })
})

t.test('S-26 an authorisation loss that cannot be stored is retried and is not a report error', async t => {
  const { step, currentReport, access } = await scene()
  access.isRevoked = true
  access.recordLoss = async () => {
    throw new RangeError('the database is gone')
  }

  await t.rejects(step(), RangeError)

  t.match(currentReport(), { status: 'requested', consecutiveErrors: 0 })
})

t.test(
  'S-26 a call that Amazon rejected under the previous consent is retried under the new one',
  async t => {
    const { step, currentReport, access, reports } = await scene()
    access.isRevoked = true
    access.isReauthorised = true
    await step()
    t.match(currentReport(), { status: 'requested', lastError: { error: 'token_rejected' } })

    access.isRevoked = false
    reports.failures.report_request.push(lostRights)
    await step()
    t.match(currentReport(), { status: 'requested', consecutiveErrors: 2 })
    await step()

    t.match(currentReport(), { status: 'generating' })
    t.strictSame(access.lost, [])
  },
)

t.test('S-26 lost profile rights end the authorisation without another token refresh', async t => {
  for (const call of ['report_request', 'report_status'] as const) {
    const { step, currentReport, reports, access, connection } = await scene()
    if (call === 'report_status') await step()
    reports.failures[call].push(lostRights)

    await step()

    t.match(currentReport(), { status: 'failed', reason: { error: 'profile_access_lost' } })
    t.strictSame(access.lost, [{ connectionId: connection.id, why: 'profile_access_lost' }])
    t.equal(access.refreshed, 1)
  }
})

t.test('S-26 a rejection about a profile that Amazon still lists is retried and ends nothing', async t => {
  const { step, currentReport, reports, access, timeline } = await scene()
  const { code, detail } = lostRights
  const requestId = 'amzn-request-7'
  access.isProfileListed = true
  reports.failures.report_request.push(amazonRejection({ httpStatus: 401, code, detail, requestId }))

  await step()
  t.match(currentReport(), {
    status: 'requested',
    lastError: { error: 'profile_access_unconfirmed', detail: 'Amazon still lists the profile', requestId },
  })
  await step()

  t.match(currentReport(), { status: 'generating' })
  t.strictSame(access.lost, [])
  t.strictSame(timeline.kinds, ['report_error', 'report_accepted'])
})

t.test(
  'S-24 a report that fails does not affect the others, and the last one finishes the run once',
  async t => {
    const { step, complete, currentReport, reports, requestedReports, timeline } = await scene(
      'sp_campaigns',
      'sb_campaigns',
      'sp_targeting',
    )
    const [good, bad, other] = requestedReports.map(({ id }) => id)
    reports.failures.report_request.push(aRejection(403, 'suspended'))
    await step(bad)
    await complete(undefined, good)
    await step(good)
    t.notOk(timeline.kinds.includes('sync_finished'))

    await complete(undefined, other)
    await step(other)

    t.strictSame(
      [good, bad, other].map(id => currentReport(id).status),
      ['loaded', 'failed', 'loaded'],
    )
    t.match(timeline.of('sync_finished'), [{ reportId: null, event: { loaded: 2, failed: 1 } }])
    t.equal(timeline.of('sync_finished').length, 1)
  },
)

/** A scene in which another worker takes over the report during this call. */
async function sceneWithTakeover(call: 'report_request' | 'report_status' | 'download') {
  const setup = await scene()
  const { step, complete, leases, reports, report, syncRuns } = setup
  if (call === 'report_status') await step()
  if (call === 'download') await complete()
  const countsBefore = { ...reports.callCounts }
  reports.meanwhile = async () => {
    if (reports.callCounts[call] === countsBefore[call]) return
    reports.meanwhile = async () => undefined
    const row = syncRuns.reports.get(report.id)
    leases.letRunOut(report.id)
    if (row) syncRuns.reports.set(report.id, { ...row, fencingToken: row.fencingToken + 1, leased: true })
  }
  return setup
}

t.test('S-25 a worker that lost its lease writes nothing in any step', async t => {
  for (const call of ['report_request', 'report_status', 'download'] as const) {
    const { step, currentReport, timeline, jobQueue, figures, connection } = await sceneWithTakeover(call)
    const enqueued = jobQueue.enqueued.length
    const kindsBefore = timeline.kinds

    t.equal(await step(), true, `${call} ends without an error`)

    const statusBefore = { report_request: 'requested', report_status: 'generating', download: 'completed' }[
      call
    ]
    t.match(currentReport(), { status: statusBefore, consecutiveErrors: 0 })
    const extraKinds = call === 'download' ? ['report_completed'] : []
    t.strictSame(timeline.kinds, [...kindsBefore, ...extraKinds])
    t.equal(jobQueue.enqueued.length, enqueued)
    t.match(await totalsOf(figures, connection.id, days), { cost: '0' })
  }
})

t.test('S-25 a step that fails after its lease was lost writes nothing and raises no error', async t => {
  const { step, currentReport, reports, timeline } = await sceneWithTakeover('report_request')
  reports.failures.report_request.push(new AmazonFailure('unreachable', '503', { httpStatus: 503 }))

  t.equal(await step(), true)
  t.match(currentReport(), { status: 'requested', consecutiveErrors: 0 })
  t.strictSame(timeline.kinds, [])
})

t.test('S-25 a worker that is notified of its lost lease counts no error', async t => {
  for (const call of ['report_request', 'download'] as const) {
    const { step, complete, currentReport, reports, leases, report } = await scene()
    if (call === 'download') await complete()
    const { status } = currentReport()
    reports.failures[call].push(new AmazonFailure('timeout', 'the call was aborted'))
    reports.meanwhile = async () => leases.loseLease(report.id)

    t.equal(await step(), true)

    t.match(currentReport(), { status: call === 'download' ? 'completed' : status, consecutiveErrors: 0 })
  }
})

t.test('S-27 a report of a closed connection stays failed, and nothing is loaded', async t => {
  const { step, complete, currentReport, loader, syncRuns, connection, figures, timeline } = await scene()
  await complete([aFileRow('sp_campaigns', { cost: 9 })])
  loader.meanwhile = () =>
    syncRuns.failOpenReports(connection.id, { error: 'connection_closed', detail: null }, noon)

  t.equal(await step(), true)

  t.match(currentReport(), { status: 'failed', reason: { error: 'connection_closed' } })
  t.match(await totalsOf(figures, connection.id, days), { cost: '0' })
  t.notOk(timeline.kinds.includes('report_loaded'))
})

t.test(
  'S-25 a report and its timeline entry are written in one commit, before the job is enqueued',
  async t => {
    const { stepNow, currentReport, unitOfWork, timeline, jobQueue, report } = await scene()
    unitOfWork.commitError = new Error('the database is gone')

    await t.rejects(stepNow(), /the database is gone/)

    t.match(currentReport(), { status: 'requested', requestCount: 0, lastError: { error: 'internal_error' } })
    t.strictSame(timeline.kinds, ['report_error'], 'the request is not logged')
    t.strictSame(jobQueue.enqueued, [{ reportIds: [report.id], inMilliseconds: 5000 }])
  },
)

t.test('S-25 a report whose process ended between two steps is due again', async t => {
  const { step, currentReport, unitOfWork, reportQueue, report, clock } = await scene()
  unitOfWork.commitError = new Error('the database is gone')
  await t.rejects(step())
  clock.advance(10_000)

  t.match(await reportQueue.due(clock.now(), 10, { interactive: 4, other: 3 }), [{ id: report.id }])
  t.equal(await step(), true)
  t.match(currentReport(), { status: 'generating' })
})

t.test('an internal error is logged and retried a limited number of times', async t => {
  const { stepNow, step, currentReport, reports, clock } = await scene()
  reports.failures.report_request.push(new TypeError('internal error'))

  await t.rejects(stepNow(), TypeError)

  t.match(currentReport(), {
    status: 'requested',
    consecutiveErrors: 1,
    lastError: { error: 'internal_error', detail: 'TypeError' },
  })
  for (let tries = 0; tries < 10 && currentReport().status !== 'failed'; tries += 1) {
    reports.failures.report_request.push(new TypeError('internal error'))
    clock.advance(hours(1))
    await t.rejects(step(), TypeError)
  }
  t.match(currentReport(), { status: 'failed', reason: { error: 'internal_error' } })
})

t.test('S-12 the timeline contains no token and no download URL', async t => {
  const setup = await scene()
  setup.reports.rejectedTokens.add('token-1')
  await setup.complete()
  setup.reports.failures.download.push(aRejection(403, 'Request has expired', 'download_url_expired'))
  await setup.step()
  await setup.step()

  t.match(setup.currentReport(), { status: 'loaded' })
  t.notMatch(JSON.stringify(setup.timeline.entries), /token-\d|files\.example|secret/)
})

t.test('S-24 a sync run finishes at the time its last report does', async t => {
  const { step, complete, clock, timeline } = await scene()
  await complete()
  clock.advance(minutes(2))

  await step()

  t.has(timeline.of('sync_finished'), [{ at: clock.now() }])
})

t.test('S-31 a finished sync run is announced by email only if data was loaded', async t => {
  for (const lastStatus of ['loaded', 'failed'] as const) {
    const { requestedReports, complete, step, reports, outbox, connection, run, currentReport } = await scene(
      'sp_campaigns',
      'sb_campaigns',
    )
    const [one, other] = requestedReports.map(({ id }) => id) as [ReportId, ReportId]
    await complete([aFileRow()], one)
    await step(one)
    t.strictSame(outbox.emails, [], 'no email before the last report finishes')
    if (lastStatus === 'loaded') await complete([aFileRow('sb_campaigns')], other)
    else reports.failures.report_request.push(aRejection(400, 'no'))
    // A rejected report request throws after it is recorded.
    await step(other).catch(() => undefined)

    t.equal(currentReport(other).status, lastStatus)
    t.match(outbox.rows.all(), [
      {
        idempotencyKey: `data_ready:${connection.id}:${run.id}`,
        userId: connection.userId,
        message: { kind: 'data_ready', account: 'My Brand US — Amazon.com' },
      },
    ])
  }
})
