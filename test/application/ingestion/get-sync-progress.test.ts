import t from 'tap'
import { GetSyncProgress } from '../../../src/application/ingestion/get-sync-progress.ts'
import { seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { defaultDuration } from '../../../src/domain/ingestion/progress.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import {
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
    getProgress: (overrides: Partial<typeof connection> = {}) =>
      getSyncProgress.execute({ ...connection, ...overrides }),
  }
}

t.test('S-21 progress is that of the latest sync run, counted from its request', async t => {
  const { getProgress, syncRuns, run, own, connection, clock } = scene()
  const reports = [
    aLoadedReport(own),
    aGeneratingReport({ ...own, type: 'sp_targeting' }),
    aFailedReport({ ...own, type: 'sd_campaigns' }),
  ]
  await syncRuns.save(aRun({ connectionId: connection.id, requestedAt: minutesLater(-99) }), [])
  await syncRuns.save(run, reports)
  clock.advance(seconds(30))

  const loading = await getProgress()

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
  const { getProgress, syncRuns, syncDurations, run, own } = scene()
  const setDurations = (region: Region | null, campaigns: number, targeting: number) =>
    syncDurations.typicalByRegion.set(
      region,
      new Map([
        ['sp_campaigns', { lowSeconds: campaigns, highSeconds: campaigns }],
        ['sp_targeting', { lowSeconds: targeting, highSeconds: targeting }],
      ]),
    )
  const targeting = aGeneratingReport({ ...own, type: 'sp_targeting' })
  await syncRuns.save(run, [aGeneratingReport(own), targeting])
  const estimate = async () => (await getProgress())?.progress.estimate

  t.match(await estimate(), { toSeconds: defaultDuration.highSeconds })
  setDurations(null, 100, 800)
  t.match(await estimate(), { fromSeconds: 800, toSeconds: 800 }, 'the durations of all regions')
  setDurations('na', 60, 600)
  t.match(await estimate(), { fromSeconds: 600, toSeconds: 600 })
  const { id } = targeting
  await syncRuns.save(run, [aGeneratingReport(own), aLoadedReport({ ...own, id, type: 'sp_targeting' })])
  t.match(await estimate(), { fromSeconds: 60, toSeconds: 60 }, 'the slow report is loaded')
})

t.test('a connection that never loaded anything has no progress', async t => {
  const { getProgress } = scene()

  t.equal(await getProgress({ id: anId<ConnectionId>() }), null)
})

t.test('S-21 after a failed sync run the seller waits for the next one that may load data', async t => {
  const { getProgress, syncRuns, run, own, connection } = scene()
  await syncRuns.save(run, [aFailedReport(own), aFailedReport({ ...own, type: 'sp_targeting' })])
  t.match(
    await getProgress(),
    { run: { id: run.id }, progress: { stage: 'failed' } },
    'until another run begins',
  )

  for (const [minutes, kind] of (['daily', 'retry', 'backfill'] as const).entries()) {
    const next = aRun({ connectionId: connection.id, kind, requestedAt: minutesLater(minutes + 1) })
    await syncRuns.save(next, [aGeneratingReport({ syncRunId: next.id, connectionId: connection.id })])
    t.match(await getProgress(), { run: { id: next.id }, progress: { stage: 'generating_reports' } }, kind)
  }
})

t.test('S-21 after a failed sync run, data loaded by a later sync run makes the account ready', async t => {
  const { getProgress, syncRuns, run, own, connection } = scene()
  await syncRuns.save(run, [aFailedReport(own)])
  const daily = aRun({ connectionId: connection.id, kind: 'daily', requestedAt: minutesLater(1) })
  const loaded = aLoadedReport({
    syncRunId: daily.id,
    connectionId: connection.id,
    loadedAt: minutesLater(2),
  })
  await syncRuns.save(daily, [loaded])

  t.match(await getProgress(), {
    run: { id: run.id },
    reports: [{ id: loaded.id }],
    progress: { stage: 'ready' },
  })
})
