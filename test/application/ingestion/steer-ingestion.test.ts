import t from 'tap'
import { SteerIngestion } from '../../../src/application/ingestion/index.ts'
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
    own: { runId: run.id, connectionId: connection.id },
    steer: new SteerIngestion(fakes),
  }
}

const typesOf = (reports: readonly { id: string }[], { ingestions }: Awaited<ReturnType<typeof scene>>) =>
  reports.map(({ id }) => ingestions.report(id as never).type)

t.test('S-43 failed reports are requested again unless they are already in progress', async t => {
  const all = await scene()
  const { ingestions, unitOfWork, steer, connection, run, own, timeline, bell } = all
  await ingestions.save(run, [
    aFailedReport(own),
    aFailedReport({ ...own, type: 'sb_campaigns' }),
    aLoadedReport({ ...own, type: 'sd_campaigns' }),
  ])
  const next = aRun({ connectionId: connection.id, requestedAt: minutesLater(1) })
  await ingestions.save(next, [
    aRequestedReport({ runId: next.id, connectionId: connection.id, type: 'sb_campaigns' }),
  ])

  const due = await unitOfWork.run(() => steer.retryFailed(connection))

  t.strictSame(typesOf(due, all), ['sp_campaigns'])
  await steer.ring(due)
  t.match(bell.rung, [{ reportIds: due.map(({ id }) => id), inMilliseconds: 0 }])
  const { personId, id: connectionId } = connection
  t.match(timeline.entries, [
    { personId, connectionId, runId: String, happening: { kind: 'run_requested', run: 'retry', reports: 1 } },
  ])
})

t.test('S-43 days are loaded again unless a sync run is open', async t => {
  const all = await scene()
  const { ingestions, unitOfWork, steer, connection, run, own } = all
  const days = { from: day('2026-05-10'), to: day('2026-05-11') }
  const again = () => unitOfWork.run(() => steer.loadAgain(connection, days))
  t.equal(new Set(typesOf(await again(), all)).size, 15)

  await ingestions.save(run, [aRequestedReport(own)])
  await t.rejects(again(), { code: 'action_stale', why: 'still_loading' })
})

t.test('S-43 a sync is scheduled for now unless a sync run is open', async t => {
  const { ingestions, unitOfWork, steer, syncs, connection, run, own } = await scene()
  await unitOfWork.run(() => steer.syncNow(connection.id))
  t.strictSame((await syncs.due(noon, 9, ['na'] as never)).length, 1)
  t.ok(syncs.awaited.get(connection.id), 'the sync is interactive')

  await ingestions.save(run, [aRequestedReport(own)])
  await t.rejects(
    unitOfWork.run(() => steer.syncNow(connection.id)),
    { code: 'action_stale', why: 'still_loading' },
  )
})

t.test('S-43 cancelling a sync run fails it at once and cancels its reports at Amazon', async t => {
  const { ingestions, unitOfWork, steer, reports, access, connection, run, own } = await scene()
  const made = aGeneratingReport(own)
  const ordered = aRequestedReport({ ...own, type: 'sb_campaigns' })
  await ingestions.save(run, [made, ordered])

  const left = await unitOfWork.run(() => steer.cancel(connection.id))

  t.strictSame(left, [made.amazonReportId])
  for (const { id } of [made, ordered])
    t.match(ingestions.report(id), { status: 'failed', reason: { trouble: 'cancelled' } })
  access.failures.push(new Error('no token'))
  await steer.cancelAtAmazon(connection, [])
  t.equal(access.failures.length, 1, 'no token is requested when there is nothing to cancel')
  await steer.cancelAtAmazon(connection, left)
  t.equal(reports.asked.cancel, 0, 'without a token Amazon is not called')
  await steer.cancelAtAmazon(connection, left)
  t.equal(reports.asked.cancel, 1)
})
