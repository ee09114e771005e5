import t from 'tap'
import type { FactRow } from '../../../../src/domain/ingestion/fact-row.ts'
import { markFailed, markLoaded } from '../../../../src/domain/ingestion/report.ts'
import { aSavedRun, syncRunsContract } from '../../../support/contracts/ingestion/sync-runs.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aCompletedReport, aRequestedReport, minutesLater, noon } from '../../../support/examples.ts'

syncRunsContract(t, openPostgresStores)

t.test('a sync run whose last two reports finish at the same time finishes once', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, leases, unitOfWork } = stores
  const { run, reports } = await aSavedRun(stores, {}, aCompletedReport(), aCompletedReport())
  const [first, second] = reports.flatMap(report => (report.status === 'completed' ? [report] : []))
  if (!first || !second) throw new Error('expected two completed reports')
  const firstCounted = Promise.withResolvers<void>()
  const secondWaits = Promise.withResolvers<void>()
  const pause = () => new Promise<void>(resolve => setTimeout(resolve, 200))

  const firstLease = leases.withLease(first.id, noon, async leased => {
    const firstResult = await unitOfWork.transaction(async () => {
      await leases.save(leased, markLoaded(first, 1, noon))
      const counts = await syncRuns.finishIfDone(run.id, noon)
      firstCounted.resolve()
      // The other transaction now checks the run and must wait for this commit.
      await secondWaits.promise
      await pause()
      return counts
    })
    t.equal(firstResult, null, 'the second report was still open')
  })
  let secondResult: unknown = 'never checked'
  const secondLease = leases.withLease(second.id, noon, async leased => {
    await firstCounted.promise
    secondResult = await unitOfWork.transaction(async () => {
      await leases.save(leased, markFailed(second, { error: 'timeout', detail: null }, noon))
      secondWaits.resolve()
      return syncRuns.finishIfDone(run.id, noon)
    })
  })
  await Promise.all([firstLease, secondLease])

  t.strictSame(secondResult, { loaded: 1, failed: 1, kind: 'initial' })
  t.equal(await syncRuns.finishIfDone(run.id, noon), null, 'the run does not finish again')
})

t.test('a sync run whose two reports load at the same time finishes once', async t => {
  const stores = await openPostgresStores(t)
  const { leases, loader, pool } = stores
  const { run, reports } = await aSavedRun(stores, {}, aCompletedReport(), aCompletedReport())
  const completedReports = reports.flatMap(report => (report.status === 'completed' ? [report] : []))
  async function* noBatches(): AsyncIterable<readonly FactRow[]> {}
  const gate = await pool.connect()
  await gate.query('begin')
  await gate.query('select from sync_run where id = $1 for update', [run.id])

  const loading = completedReports.map(report =>
    leases.withLease(report.id, noon, async leased => {
      await loader.load({ ...leased, report }, { batches: noBatches(), setAside: () => 0 }, () => noon)
    }),
  )
  // Both loads have marked their report and wait for the row of the sync run.
  await new Promise(resolve => setTimeout(resolve, 300))
  await gate.query('commit')
  gate.release()
  await Promise.all(loading)

  const finishedEntries = (await stores.entries()).filter(({ event }) => event.kind === 'sync_finished')
  t.match(finishedEntries, [{ syncRunId: run.id, event: { loaded: 2, failed: 0 } }])
  t.equal(finishedEntries.length, 1)
})

t.test('S-24 the end of a pause does not block a seller who is disconnecting', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, reportQueue } = stores
  for (let round = 0; round < 10; round += 1) {
    const deferred = Array.from({ length: 6 }, () =>
      aRequestedReport({ deferredSince: noon, dueAt: minutesLater(60) }),
    )
    const { run } = await aSavedRun(stores, {}, ...deferred)

    await Promise.all([
      reportQueue.releaseDeferred('na', noon),
      syncRuns.failOpenReports(run.connectionId, { error: 'connection_closed', detail: null }, noon),
      reportQueue.releaseDeferred('na', noon),
    ])

    t.strictSame(await reportQueue.due(minutesLater(61), 99, { interactive: 4, other: 3 }), [])
  }
})
