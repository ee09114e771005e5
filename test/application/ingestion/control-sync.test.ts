import t from 'tap'
import { ControlSync } from '../../../src/application/ingestion/control-sync.ts'
import {
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  aRequestedReport,
  aRun,
  day,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  return {
    ...fakes,
    connection,
    run,
    own: { syncRunId: run.id, connectionId: connection.id },
    controlSync: new ControlSync(fakes),
  }
}

const typesOf = (reports: readonly { id: string }[], { syncRuns }: Awaited<ReturnType<typeof scene>>) =>
  reports.map(({ id }) => syncRuns.report(id as never).type)

t.test('S-43 failed reports are requested again unless they are already in progress', async t => {
  const setup = await scene()
  const { syncRuns, unitOfWork, controlSync, connection, run, own, timeline, jobQueue } = setup
  await syncRuns.save(run, [
    aFailedReport(own),
    aFailedReport({ ...own, type: 'sb_campaigns' }),
    aLoadedReport({ ...own, type: 'sd_campaigns' }),
  ])
  const next = aRun({ connectionId: connection.id, requestedAt: minutesLater(1) })
  await syncRuns.save(next, [
    aRequestedReport({ syncRunId: next.id, connectionId: connection.id, type: 'sb_campaigns' }),
  ])

  const retried = await unitOfWork.transaction(() => controlSync.retryFailed(connection))

  t.strictSame(typesOf(retried, setup), ['sp_campaigns'])
  await controlSync.enqueue(retried)
  t.match(jobQueue.enqueued, [{ reportIds: retried.map(({ id }) => id), inMilliseconds: 0 }])
  const { userId, id: connectionId } = connection
  t.match(timeline.entries, [
    {
      userId,
      connectionId,
      syncRunId: String,
      event: { kind: 'sync_requested', syncRun: 'retry', reports: 1 },
    },
  ])
})

t.test('S-43 days are loaded again unless a sync run is open', async t => {
  const setup = await scene()
  const { syncRuns, unitOfWork, controlSync, connection, run, own } = setup
  const days = { from: day('2026-05-10'), to: day('2026-05-11') }
  const requestBackfill = () => unitOfWork.transaction(() => controlSync.backfill(connection, days))
  t.equal(new Set(typesOf(await requestBackfill(), setup)).size, 15)

  await syncRuns.save(run, [aRequestedReport(own)])
  await t.rejects(requestBackfill(), { code: 'action_not_possible', why: 'still_loading' })
})

t.test('S-43 a sync is scheduled for now unless a sync run is open', async t => {
  const { syncRuns, unitOfWork, controlSync, syncSchedule, connection, run, own } = await scene()
  await unitOfWork.transaction(() => controlSync.syncNow(connection.id))
  t.strictSame((await syncSchedule.due(noon, 9, ['na'] as never)).length, 1)
  t.ok(syncSchedule.interactive.get(connection.id), 'the sync is interactive')

  await syncRuns.save(run, [aRequestedReport(own)])
  await t.rejects(
    unitOfWork.transaction(() => controlSync.syncNow(connection.id)),
    { code: 'action_not_possible', why: 'still_loading' },
  )
})

t.test('S-43 cancelling a sync run fails it at once and cancels its reports at Amazon', async t => {
  const { syncRuns, unitOfWork, controlSync, reports, access, connection, run, own } = await scene()
  const generating = aGeneratingReport(own)
  const requested = aRequestedReport({ ...own, type: 'sb_campaigns' })
  await syncRuns.save(run, [generating, requested])

  const cancelledIds = await unitOfWork.transaction(() => controlSync.cancel(connection.id))

  t.strictSame(cancelledIds, [generating.amazonReportId])
  for (const { id } of [generating, requested])
    t.match(syncRuns.report(id), { status: 'failed', reason: { error: 'cancelled' } })
  access.failures.push(new Error('no token'))
  await controlSync.cancelAtAmazon(connection, [])
  t.equal(access.failures.length, 1, 'no token is requested when there is nothing to cancel')
  await controlSync.cancelAtAmazon(connection, cancelledIds)
  t.equal(reports.callCounts.cancel, 0, 'without a token Amazon is not called')
  await controlSync.cancelAtAmazon(connection, cancelledIds)
  t.equal(reports.callCounts.cancel, 1)
})
