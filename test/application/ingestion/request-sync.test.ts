import t from 'tap'
import { addDays } from '../../../src/domain/calendar.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import {
  aLoadedReport,
  anActiveConnection,
  aProfile,
  aRun,
  days,
  hoursLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-20 a sync run is stored with its reports and on the timeline', async t => {
  const { requestSync, syncRuns, timeline } = openFakes()
  const connection = anActiveConnection({ profile: aProfile({ timezone: 'Asia/Tokyo' }) })

  const enqueued = await requestSync.execute({ connection, kind: 'initial' })

  const loading = await syncRuns.latestOf(connection.id)
  const days = { from: '2026-04-12', to: '2026-05-11' }
  t.has(loading?.run, { kind: 'initial', days, requestedAt: noon })
  t.strictSame(
    loading?.reports.map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
  )
  t.strictSame(enqueued, loading?.reports)
  t.has(timeline.entries, [
    {
      at: noon,
      userId: connection.userId,
      connectionId: connection.id,
      syncRunId: loading?.run.id,
      event: { kind: 'sync_requested', syncRun: 'initial', days, reports: reportCatalogue.length },
    },
  ])
})

t.test('S-20 jobs are enqueued only on request, and then at once', async t => {
  const { requestSync, jobQueue } = openFakes()

  const requestedReports = await requestSync.execute({
    connection: anActiveConnection(),
    kind: 'reauthorisation',
  })
  t.strictSame(jobQueue.enqueued, [])

  await requestSync.enqueue(requestedReports)
  t.strictSame(jobQueue.enqueued, [{ reportIds: requestedReports.map(({ id }) => id), inMilliseconds: 0 }])
})

t.test('S-26 a reauthorisation does not request older days again if they were loaded recently', async t => {
  const { requestSync, syncRuns } = openFakes()
  const connection = anActiveConnection()
  const earlier = aRun({ connectionId: connection.id })
  const olderDays = { from: addDays(days.to, -91), to: addDays(days.from, -1) }
  await syncRuns.save(
    earlier,
    reportCatalogue.map(({ type }) =>
      aLoadedReport({ syncRunId: earlier.id, connectionId: connection.id, type, days: olderDays }),
    ),
  )

  const requestedReports = await requestSync.execute({ connection, kind: 'reauthorisation' })

  t.equal(requestedReports.length, reportCatalogue.length)
})

t.test('S-23 a sync that is not due requests nothing', async t => {
  const { requestSync, syncRuns, syncSchedule } = openFakes()
  const connection = anActiveConnection()
  await syncSchedule.schedule(connection.id, hoursLater(1))

  t.strictSame(await requestSync.startDailySync(connection), [])
  t.strictSame(syncRuns.reports.all(), [])
})

t.test('S-11 a sync run joins the caller’s transaction', async t => {
  const { requestSync, syncRuns, timeline, unitOfWork } = openFakes()

  const failing = unitOfWork.transaction(async () => {
    await requestSync.execute({ connection: anActiveConnection(), kind: 'initial' })
    throw new Error('the choice failed')
  })

  await t.rejects(failing, /the choice failed/)
  t.strictSame([syncRuns.reports.all(), timeline.entries], [[], []])
})

t.test('S-27 an abandoned sync run fails because its connection was closed', async t => {
  const { requestSync, syncRuns } = openFakes()
  const connection = anActiveConnection()
  await requestSync.execute({ connection, kind: 'initial' })

  await requestSync.cancelAll(connection.id)

  const loading = await syncRuns.latestOf(connection.id)
  for (const report of loading?.reports ?? []) {
    t.has(report, { status: 'failed', failedAt: noon, reason: { error: 'connection_closed' } })
  }
})
