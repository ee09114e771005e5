import t from 'tap'
import { GetSyncProgress } from '../../../src/application/ingestion/index.ts'
import { after, seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../../src/domain/identifiers.ts'
import { defaultDuration } from '../../../src/domain/ingestion/progress.ts'
import {
  aBritishProfile,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anId,
  aRun,
  minutesLater,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  const run = aRun({ connectionId: connection.id })
  const own = { syncRunId: run.id, connectionId: connection.id }
  const getSyncProgress = new GetSyncProgress(fakes)
  return {
    ...fakes,
    connection,
    run,
    own,
    check: (its: Partial<typeof connection> = {}) => getSyncProgress.execute({ ...connection, ...its }),
  }
}

t.test('S-21 progress is that of the latest sync run, counted from its request', async t => {
  const { check, syncRuns, run, own, connection, clock } = scene()
  const reports = [
    aLoadedReport(own),
    aGeneratingReport({ ...own, type: 'sp_targeting' }),
    aFailedReport({ ...own, type: 'sd_campaigns' }),
  ]
  await syncRuns.save(aRun({ connectionId: connection.id, requestedAt: minutesLater(-99) }), [])
  await syncRuns.save(run, reports)
  clock.advance(seconds(30))

  const loading = await check()

  t.strictSame([loading?.run, loading?.reports], [run, reports])
  t.match(loading?.progress, {
    stage: 'generating_reports',
    reports: { done: 2, total: 3 },
    canOpenEarly: true,
    estimate: {
      fromSeconds: defaultDuration.lowSeconds - 30,
      toSeconds: defaultDuration.highSeconds - 30,
    },
  })
})

t.test('S-21 the estimate uses recent durations of the open report types in this region', async t => {
  const { check, syncRuns, connections, connection, run, own, clock } = scene()
  const british = anActiveConnection({ profile: aBritishProfile() })
  for (const one of [connection, british]) await connections.save(one)
  let runCount = 0
  const loadedIn = async (connectionId: ConnectionId, short: number, long: number) => {
    for (let count = 0; count < 5; count += 1) {
      const earlier = aRun({ connectionId, requestedAt: after(clock.now(), -seconds(long)) })
      const one = { syncRunId: earlier.id, connectionId }
      await syncRuns.save(earlier, [
        aLoadedReport({ ...one, loadedAt: after(clock.now(), -seconds(long - short)) }),
        aLoadedReport({ ...one, type: 'sp_targeting', loadedAt: clock.now() }),
      ])
      await syncRuns.finishIfDone(earlier.id, clock.now())
    }
  }
  const waitFor = async (...statuses: ('generating' | 'loaded')[]) => {
    const [campaigns, targeting] = statuses.map(status =>
      status === 'generating' ? aGeneratingReport(own) : aLoadedReport(own),
    )
    if (!campaigns || !targeting) throw new Error('two reports')
    runCount += 1
    const newest = aRun({ ...run, id: anId<SyncRunId>(), requestedAt: after(run.requestedAt, runCount) })
    await syncRuns.save(newest, [
      { ...campaigns, id: anId<ReportId>(), syncRunId: newest.id },
      { ...targeting, id: anId<ReportId>(), syncRunId: newest.id, type: 'sp_targeting' },
    ])
    return (await check())?.progress.estimate
  }

  t.match(await waitFor('generating', 'generating'), { toSeconds: defaultDuration.highSeconds })
  await loadedIn(british.id, 100, 800)
  t.match(await waitFor('generating', 'generating'), { fromSeconds: 800, toSeconds: 800 }, 'of all regions')
  await loadedIn(connection.id, 60, 600)
  t.match(await waitFor('generating', 'generating'), { fromSeconds: 600, toSeconds: 600 })
  t.match(await waitFor('generating', 'loaded'), { fromSeconds: 60, toSeconds: 60 }, 'the slow one is loaded')
})

t.test('a connection that never loaded anything has no progress', async t => {
  const { check } = scene()

  t.equal(await check({ id: anId<ConnectionId>() }), null)
})

t.test('S-21 after a failed sync run the seller waits for the next one that may load data', async t => {
  const { check, syncRuns, run, own, connection } = scene()
  await syncRuns.save(run, [aFailedReport(own), aFailedReport({ ...own, type: 'sp_targeting' })])
  t.match(await check(), { run: { id: run.id }, progress: { stage: 'failed' } }, 'until another run begins')

  for (const [minutes, kind] of (['daily', 'retry', 'backfill'] as const).entries()) {
    const next = aRun({ connectionId: connection.id, kind, requestedAt: minutesLater(minutes + 1) })
    await syncRuns.save(next, [aGeneratingReport({ syncRunId: next.id, connectionId: connection.id })])
    t.match(await check(), { run: { id: next.id }, progress: { stage: 'generating_reports' } }, kind)
  }
})

t.test('S-21 a later sync run that loaded data is the one shown', async t => {
  const { check, syncRuns, run, own, connection } = scene()
  await syncRuns.save(run, [aFailedReport(own)])
  const daily = aRun({ connectionId: connection.id, kind: 'daily', requestedAt: minutesLater(1) })
  const loaded = aLoadedReport({
    syncRunId: daily.id,
    connectionId: connection.id,
    loadedAt: minutesLater(2),
  })
  await syncRuns.save(daily, [loaded])

  t.match(await check(), { run: { id: run.id }, reports: [{ id: loaded.id }], progress: { stage: 'ready' } })
})
