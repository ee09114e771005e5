import t from 'tap'
import { ControlSync } from '../../../src/application/ingestion/index.ts'
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
    steer: new ControlSync(fakes),
  }
}

const typesOf = (reports: readonly { id: string }[], { syncRuns }: Awaited<ReturnType<typeof scene>>) =>
  reports.map(({ id }) => syncRuns.report(id as never).type)

t.test('S-43 failed reports are requested again unless they are already in progress', async t => {
  const all = await scene()
  const { syncRuns, unitOfWork, steer, connection, run, own, timeline, jobQueue } = all
  await syncRuns.save(run, [
    aFailedReport(own),
    aFailedReport({ ...own, type: 'sb_campaigns' }),
    aLoadedReport({ ...own, type: 'sd_campaigns' }),
  ])
  const next = aRun({ connectionId: connection.id, requestedAt: minutesLater(1) })
  await syncRuns.save(next, [
    aRequestedReport({ syncRunId: next.id, connectionId: connection.id, type: 'sb_campaigns' }),
  ])

  const due = await unitOfWork.transaction(() => steer.retryFailed(connection))

  t.strictSame(typesOf(due, all), ['sp_campaigns'])
  await steer.enqueue(due)
  t.match(jobQueue.enqueued, [{ reportIds: due.map(({ id }) => id), inMilliseconds: 0 }])
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
  const all = await scene()
  const { syncRuns, unitOfWork, steer, connection, run, own } = all
  const days = { from: day('2026-05-10'), to: day('2026-05-11') }
  const again = () => unitOfWork.transaction(() => steer.backfill(connection, days))
  t.equal(new Set(typesOf(await again(), all)).size, 15)

  await syncRuns.save(run, [aRequestedReport(own)])
  await t.rejects(again(), { code: 'action_not_possible', why: 'still_loading' })
})

t.test('S-43 a sync is scheduled for now unless a sync run is open', async t => {
  const { syncRuns, unitOfWork, steer, syncs, connection, run, own } = await scene()
  await unitOfWork.transaction(() => steer.syncNow(connection.id))
  t.strictSame((await syncs.due(noon, 9, ['na'] as never)).length, 1)
  t.ok(syncs.interactive.get(connection.id), 'the sync is interactive')

  await syncRuns.save(run, [aRequestedReport(own)])
  await t.rejects(
    unitOfWork.transaction(() => steer.syncNow(connection.id)),
    { code: 'action_not_possible', why: 'still_loading' },
  )
})

t.test('S-43 cancelling a sync run fails it at once and cancels its reports at Amazon', async t => {
  const { syncRuns, unitOfWork, steer, reports, access, connection, run, own } = await scene()
  const made = aGeneratingReport(own)
  const ordered = aRequestedReport({ ...own, type: 'sb_campaigns' })
  await syncRuns.save(run, [made, ordered])

  const left = await unitOfWork.transaction(() => steer.cancel(connection.id))

  t.strictSame(left, [made.amazonReportId])
  for (const { id } of [made, ordered])
    t.match(syncRuns.report(id), { status: 'failed', reason: { error: 'cancelled' } })
  access.failures.push(new Error('no token'))
  await steer.cancelAtAmazon(connection, [])
  t.equal(access.failures.length, 1, 'no token is requested when there is nothing to cancel')
  await steer.cancelAtAmazon(connection, left)
  t.equal(reports.callCounts.cancel, 0, 'without a token Amazon is not called')
  await steer.cancelAtAmazon(connection, left)
  t.equal(reports.callCounts.cancel, 1)
})
