import t from 'tap'
import {
  AmazonFailure,
  amazonRejection,
  isAmazonFailure,
} from '../../../../src/application/amazon-failure.ts'
import { AdvanceReport } from '../../../../src/application/ingestion/report/advance-report.ts'
import { after, hours, minutes, seconds } from '../../../../src/domain/calendar.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../../src/domain/ingestion/catalogue.ts'
import { isFinished, type OpenReport } from '../../../../src/domain/ingestion/report.ts'
import { aCaller, anActiveConnection, anId, aRequestedReport, aRun, noon } from '../../../support/examples.ts'
import { StorageOutage } from '../../../support/fakes/kernel.ts'
import { openFakes } from '../../../support/fakes/open.ts'

async function scene(connections = 1, isInteractive = true) {
  const fakes = openFakes()
  const { clock, syncRuns, reports, timeline } = fakes
  for (let count = 0; count < connections; count += 1) {
    const connection = anActiveConnection()
    await fakes.connections.save(connection)
    const run = aRun({ connectionId: connection.id })
    const own = { syncRunId: run.id, connectionId: connection.id, isInteractive }
    await syncRuns.save(
      run,
      reportCatalogue.map(({ type }) => aRequestedReport({ ...own, type })),
    )
  }
  const advance = new AdvanceReport(fakes)
  const allReports = () => syncRuns.reports.all().map(({ report }) => report)
  const openReports = () => allReports().filter((report): report is OpenReport => !isFinished(report))

  /** Runs every step that is due before `until`; `finish` completes the reports at Amazon. */
  async function runUntil(until: Date, { finish = false } = {}): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      if (steps > 20_000) throw new Error('the reports take more steps than a day of waiting needs')
      const [next] = openReports().sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
      if (!next || next.dueAt > until) break
      if (next.dueAt > clock.now()) clock.set(next.dueAt)
      if (finish && 'amazonReportId' in next) reports.finish(next.amazonReportId)
      await advance.execute(next.id).catch(error => {
        if (!(error instanceof StorageOutage || isAmazonFailure(error, 'rejected'))) throw error
      })
    }
    clock.set(until)
  }
  /** Makes every call from now on fail; null ends this. */
  const failWith = (makeError: (() => Error) | null) => {
    reports.makeError = makeError
  }
  const findEntries = (kind: string) => timeline.entries.filter(({ event }) => event.kind === kind)
  const countCalls = () => reports.callCounts.report_request + reports.callCounts.report_status
  return { ...fakes, allReports, openReports, runUntil, failWith, findEntries, countCalls }
}

async function sceneWithOneReport() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const report = aRequestedReport({ syncRunId: run.id, connectionId: connection.id })
  await fakes.syncRuns.save(run, [report])
  return { report, fakes }
}

type Scene = Awaited<ReturnType<typeof scene>>

const clientRejection = {
  httpStatus: 401,
  code: 'invalid_client',
  detail: '',
  requestId: null,
  call: 'token',
} as const
const serviceUnavailable = () => new AmazonFailure('unreachable', 'Amazon answered 503', { httpStatus: 503 })

t.test('S-24 a region that is down for six hours fails no report and gets one probe at a time', async t => {
  const { allReports, openReports, runUntil, failWith, findEntries, countCalls } = await scene()
  failWith(serviceUnavailable)
  const end = after(noon, hours(6))

  await runUntil(end)

  t.equal(openReports().length, 15)
  t.ok(countCalls() < 6 * 30 + 30, `${countCalls()} calls in six hours, where one in two minutes is expected`)
  t.ok(findEntries('report_deferred').length <= 15, 'logged at most once for each report')

  failWith(null)
  await runUntil(after(end, minutes(30)), { finish: true })
  t.strictSame(new Set(allReports().map(({ status }) => status)), new Set(['loaded']))
})

t.test('S-24 a report that was deferred for a day fails with a reason', async t => {
  for (const [failure, reason] of [
    [serviceUnavailable, { error: 'unreachable' }],
    [() => new StorageOutage(), { error: 'internal_error', detail: /database/ }],
  ] as const) {
    const { allReports, runUntil, failWith } = await scene()
    failWith(failure)

    await runUntil(after(noon, hours(26)))

    t.match(allReports(), Array(15).fill({ status: 'failed', reason }))
  }
})

t.test('S-24 two throttled reports of one type do not wait for each other', async t => {
  const { allReports, runUntil, reports, syncRuns, random } = await scene()
  const [first] = allReports()
  if (!first) throw new Error('there are reports')
  const { syncRunId, connectionId } = first
  const throttled = {
    lastError: { error: 'throttled', retryAfterSeconds: null },
    consecutiveErrors: 1,
  } as const
  const twins = [1, 2].map(minute =>
    aRequestedReport({
      syncRunId,
      connectionId,
      type: 'sp_campaigns',
      ...throttled,
      dueAt: after(noon, minutes(minute)),
    }),
  )
  await syncRuns.save(aRun({ id: syncRunId, connectionId }), twins)
  // Defers the later twin until after the first.
  random.value = 0.9

  await runUntil(after(noon, minutes(1)))
  t.equal(reports.callCounts.report_request, 15, 'one of each other type, and the first of the two')
  await runUntil(after(noon, minutes(2)))
  t.equal(reports.callCounts.report_request, 16)
})

t.test('S-24 a delay that Amazon set is kept, regardless of earlier deferrals', async t => {
  const { allReports, runUntil, failWith, reportQueue, reports, clock } = await scene()
  const [first] = allReports()
  if (!first) throw new Error('there are reports')
  failWith(serviceUnavailable)
  await runUntil(after(noon, minutes(1)))
  t.ok(
    allReports().every(report => !isFinished(report) && report.deferredSince),
    'all of them are deferred',
  )
  failWith(() => new AmazonFailure('throttled', 'Amazon answered 429', { retryAfterSeconds: 3600 }))
  await runUntil(after(noon, minutes(5)))
  const requestsBefore = reports.callCounts.report_request

  await reportQueue.releaseDeferred('na', clock.now())
  await runUntil(after(noon, minutes(30)))

  t.equal(reports.callCounts.report_request, requestsBefore)
})

t.test('S-24 a report without a token does not keep others from probing the region', async t => {
  const { allReports, runUntil, failWith, access, clock, countCalls } = await scene()
  failWith(serviceUnavailable)
  await runUntil(after(noon, seconds(20)))
  failWith(null)
  const before = countCalls()
  access.failures.push(amazonRejection(clientRejection))

  await runUntil(after(clock.now(), seconds(45)))

  t.ok(countCalls() - before >= 14, `${countCalls() - before} requested`)
  t.ok(allReports().every(({ status }) => status !== 'failed'))
})

t.test('S-24 a database outage fails no report and uses up no retry', async t => {
  const { allReports, openReports, runUntil, failWith, findEntries } = await scene()
  failWith(() => new StorageOutage())
  const end = after(noon, hours(6))

  await runUntil(end)

  t.strictSame(new Set(openReports().map(({ consecutiveErrors }) => consecutiveErrors)), new Set([0]))
  t.equal(findEntries('report_deferred').length, 15, 'logged once for each report')
  t.match(findEntries('report_deferred')[0]?.event, { why: 'database_down' })
  failWith(null)
  await runUntil(after(end, minutes(30)), { finish: true })
  t.strictSame(new Set(allReports().map(({ status }) => status)), new Set(['loaded']))
})

t.test('S-24 a broken connection to Amazon is not treated as a database outage', async t => {
  const { report, fakes } = await sceneWithOneReport()
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
  fakes.reports.failures.report_request.push(
    new AmazonFailure('unreachable', 'Amazon couldn’t be reached', { cause: reset }),
  )

  await new AdvanceReport({ ...fakes, outageDetector: { isOutage: () => true } }).execute(report.id)

  t.match(fakes.syncRuns.report(report.id), {
    consecutiveErrors: 1,
    lastError: { error: 'unreachable' },
    deferredSince: null,
  })
})

t.test('S-24 a database outage during which nothing can be written is still raised', async t => {
  const { report, fakes } = await sceneWithOneReport()
  fakes.reports.failures.report_request.push(new StorageOutage('the first'))
  fakes.unitOfWork.commitError = new StorageOutage('the second')

  await t.rejects(new AdvanceReport(fakes).execute(report.id), { message: 'the first' })
})

t.test('a database outage is logged as an error', async t => {
  const { report, fakes } = await sceneWithOneReport()
  const { clock, reportQueue, reports } = fakes
  reports.failures.report_request.push(new StorageOutage())

  await t.rejects(new AdvanceReport(fakes).execute(report.id), StorageOutage)

  t.match(await reportQueue.due(after(clock.now(), minutes(1)), 10, { interactive: 4, other: 3 }), [
    { id: report.id },
  ])
})

t.test('S-24 deferred reports continue within three minutes after their region recovers', async t => {
  const { openReports, runUntil, failWith } = await scene()
  failWith(serviceUnavailable)
  const end = after(noon, hours(1))
  await runUntil(end)
  failWith(null)

  await runUntil(after(end, minutes(3)))

  t.strictSame(
    openReports().filter(({ status }) => status !== 'generating'),
    [],
  )
})

t.test('S-24 a throttled region gets fewer requests, and all reports are requested in the end', async t => {
  const { allReports, runUntil, failWith, findEntries, reports } = await scene(24)
  failWith(() => new AmazonFailure('throttled', 'Amazon answered 429'))
  await runUntil(after(noon, minutes(4)))
  t.ok(
    reports.callCounts.report_request < 900,
    `${reports.callCounts.report_request} requests in four minutes`,
  )
  t.match(findEntries('report_deferred')[0]?.event, { why: 'region_rate_limited' })

  failWith(null)
  await runUntil(after(noon, hours(2)), { finish: true })
  t.strictSame(new Set(allReports().map(({ status }) => status)), new Set(['loaded']))
})

t.test('S-24 queueing background reports is not logged, other deferrals are logged once', async t => {
  const { openReports, runUntil, failWith, findEntries } = await scene(24, false)
  await runUntil(noon)
  const waiting = openReports().filter(({ deferralReason }) => deferralReason === 'region_rate_limited')
  t.equal(waiting.length, 160, '200 of 360 were requested')
  t.strictSame(findEntries('report_deferred'), [])

  failWith(serviceUnavailable)
  await runUntil(after(noon, minutes(10)))
  const reportIds = findEntries('report_deferred').map(({ reportId }) => reportId)
  t.ok(reportIds.length > 0)
  t.match(findEntries('report_deferred')[0]?.event, { why: 'region_down' })
  t.equal(new Set(reportIds).size, reportIds.length, 'logged once for each report')
})

/** Fails calls until the region is paused. @returns the end of the pause. */
async function pauseRegion({ rateLimiter }: Pick<Scene, 'rateLimiter'>, now = noon): Promise<Date> {
  for (let calls = 0; calls < 10; calls += 1) {
    const until = await rateLimiter.pausedUntil('na', now)
    if (until) return until
    await rateLimiter.recordOutcome('na', 'unanswered', aCaller(), now)
  }
  throw new Error('ten failed calls did not pause the region')
}

t.test('S-24 reports deferred until the same time are retried within ten seconds of it', async t => {
  for (const fail of [serviceUnavailable, () => new StorageOutage('the database is gone')]) {
    const dueTimesWith = async (randomValue: number) => {
      const { allReports, runUntil, failWith, random } = await scene()
      random.value = randomValue
      failWith(fail)
      await runUntil(noon)
      return allReports().flatMap(report =>
        'deferralReason' in report && report.deferralReason ? [report.dueAt.getTime()] : [],
      )
    }
    const [early, late] = [await dueTimesWith(0), await dueTimesWith(0.9)]
    t.ok(early.length > 0)
    t.strictSame(
      late,
      early.map(at => at + seconds(9)),
    )
  }
})

t.test('S-24 a report is polled while the report requests of its region are queued', async t => {
  const { report, fakes } = await sceneWithOneReport()
  const advance = new AdvanceReport(fakes)
  await advance.execute(report.id)
  fakes.clock.advance(minutes(1))
  for (let count = 0; count < 1000; count += 1)
    await fakes.rateLimiter.tryAcquire(
      'na',
      'report_request',
      { id: anId<ReportId>(), isInteractive: true },
      fakes.clock.now(),
    )

  await advance.execute(report.id)

  t.equal(fakes.reports.callCounts.report_status, 1)
})

t.test('S-24 a token rejected while the region goes down is reported as a token error', async t => {
  const { report, fakes } = await sceneWithOneReport()
  fakes.access.accessToken = async () => {
    await pauseRegion(fakes)
    throw amazonRejection(clientRejection)
  }

  await t.rejects(new AdvanceReport(fakes).execute(report.id), { name: 'AmazonFailure', kind: 'rejected' })

  t.match(fakes.syncRuns.report(report.id), {
    deferralReason: null,
    lastError: { error: 'client_rejected' },
  })
})

t.test('S-24 a probe without an access token leaves the region state unchanged', async t => {
  const unanswered = await sceneWithOneReport()
  unanswered.fakes.clock.set(await pauseRegion(unanswered.fakes))
  unanswered.fakes.access.failures.push(serviceUnavailable())
  await new AdvanceReport(unanswered.fakes).execute(unanswered.report.id)
  t.ok(
    await unanswered.fakes.rateLimiter.pausedUntil('na', unanswered.fakes.clock.now()),
    'no probe was sent',
  )

  const { report, fakes } = await sceneWithOneReport()
  fakes.clock.set(await pauseRegion(fakes))
  fakes.access.failures.push(amazonRejection(clientRejection))
  await t.rejects(new AdvanceReport(fakes).execute(report.id), { name: 'AmazonFailure', kind: 'rejected' })
  const now = fakes.clock.now()
  t.equal(await fakes.rateLimiter.pausedUntil('na', now), null, 'the next report may probe')
  const next = { id: anId<ReportId>(), isInteractive: true }
  t.match(await fakes.rateLimiter.tryAcquire('na', 'report_status', next, now), { admitted: true })
  const caller = aCaller({ reportId: next.id })
  await fakes.rateLimiter.recordOutcome('na', 'unanswered', caller, now)
  t.ok(await fakes.rateLimiter.pausedUntil('na', now), 'the region is still down')
})

t.test('S-24 when a region recovers, the reports waiting for it are due at once', async t => {
  const { allReports, clock, random, syncRuns, ...fakes } = await scene()
  const until = await pauseRegion(fakes)
  const [first, second] = allReports()
  if (!first || !second) throw new Error('there are reports')
  const advance = new AdvanceReport({ ...fakes, clock, random, syncRuns })
  random.value = 0
  await advance.execute(first.id)
  random.value = 0.9
  await advance.execute(second.id)
  clock.set(until)

  await advance.execute(first.id)

  t.match(syncRuns.report(first.id), { status: 'generating' })
  const secondReport = syncRuns.report(second.id)
  t.strictSame('dueAt' in secondReport && secondReport.dueAt, until)
})

t.test('S-45 every call is counted by its outcome', async t => {
  const { report, fakes } = await sceneWithOneReport()
  const { reports, callStatistics, clock, syncRuns } = fakes
  const rejection = amazonRejection({ httpStatus: 409, code: '409', detail: 'no' })
  reports.failures.report_request.push(
    new AmazonFailure('throttled', 'Amazon answered 429'),
    serviceUnavailable(),
  )
  reports.failures.report_status.push(rejection)

  for (let count = 0; count < 4; count += 1) {
    const current = syncRuns.report(report.id)
    if ('dueAt' in current) clock.set(current.dueAt)
    await new AdvanceReport(fakes).execute(report.id)
  }

  t.strictSame(
    callStatistics.counted.map(({ region, outcome }) => [region, outcome]),
    ['throttled', 'unanswered', 'answered', 'answered'].map(outcome => ['na', outcome]),
  )
})

t.test('S-24 a failing token endpoint does not count as a region failure', async t => {
  const { runUntil, access, rateLimiter, allReports } = await scene()
  access.failures.push(...Array.from({ length: 40 }, serviceUnavailable))

  await runUntil(noon)

  const [report] = allReports()
  if (!report) throw new Error('there are reports')
  t.strictSame(await rateLimiter.tryAcquire('na', 'report_request', report, noon), { admitted: true })
})

t.test(
  'S-24 when Amazon throttles a report type for a profile, its other report of that type is deferred',
  async t => {
    const { allReports, runUntil, reports, syncRuns, findEntries } = await scene()
    const [first] = allReports()
    if (!first) throw new Error('there are reports')
    const { syncRunId, connectionId } = first
    const second = aRequestedReport({ syncRunId, connectionId, dueAt: after(noon, 1) })
    await syncRuns.save(aRun({ id: syncRunId, connectionId }), [second])
    reports.failures.report_request.push(new AmazonFailure('throttled', 'Amazon answered 429'))

    await runUntil(after(noon, minutes(1) - 1))
    t.equal(reports.callCounts.report_request, 15, 'the throttled one, and one of every other type')
    t.match(findEntries('report_deferred'), [
      { reportId: second.id, event: { why: 'report_type_rate_limited' } },
    ])

    await runUntil(after(noon, minutes(2)), { finish: true })
    t.ok(allReports().every(({ status }) => status !== 'requested'))
  },
)
