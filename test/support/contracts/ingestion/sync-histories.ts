import type { Test } from 'tap'
import type { ConnectionId, ReportId } from '../../../../src/domain/identifiers.ts'
import type { Report } from '../../../../src/domain/ingestion/report.ts'
import type { SyncRun } from '../../../../src/domain/ingestion/sync-run.ts'
import {
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  aRun,
  day,
  hoursLater,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores, type Stores } from '../stores.ts'

async function save(
  { syncRuns }: Stores,
  overrides: Pick<SyncRun, 'connectionId'> & Partial<SyncRun>,
  ...reports: readonly Report[]
) {
  const run = aRun(overrides)
  const own = reports.map(report => ({
    ...report,
    id: anId<ReportId>(),
    syncRunId: run.id,
    connectionId: run.connectionId,
  }))
  await syncRuns.save(run, own)
  return { run, reports: own }
}

export function syncHistoriesContract(t: Test, open: OpenStores): void {
  t.test('a connection that never loaded anything has no sync history', async t => {
    const stores = await open(t)
    const emptyHistory = {
      interactiveSync: null,
      finished: [],
      open: [],
      failingSince: new Map(),
      lastLoadedAt: null,
      nextSyncAt: null,
      reconciled: null,
    }
    const [{ id }, other] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    await save(
      stores,
      { connectionId: other.id },
      aRequestedReport(),
      aLoadedReport({ type: 'sb_campaigns' }),
      aFailedReport({ type: 'sd_campaigns' }),
    )
    await stores.syncSchedule.schedule(other.id, noon)
    for (const each of [id, anId<ConnectionId>()])
      t.strictSame(await stores.syncHistories.of(each), emptyHistory)
  })

  t.test('S-21 the interactive sync run is returned while daily syncs run in the background', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const first = await save(
      stores,
      { connectionId },
      aRequestedReport(),
      aGeneratingReport({ type: 'sb_campaigns' }),
    )
    await save(stores, { connectionId, kind: 'daily', requestedAt: hoursLater(24) }, aRequestedReport())
    t.strictSame((await stores.syncHistories.of(connectionId)).interactiveSync, first)
    const reauthorised = await save(
      stores,
      { connectionId, kind: 'reauthorisation', requestedAt: hoursLater(48) },
      aRequestedReport(),
    )
    t.strictSame((await stores.syncHistories.of(connectionId)).interactiveSync, reauthorised)
  })

  t.test('the last outcome of each report type and the last load time are returned', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const anOutcome = (at: number, to: string) => ({
      days: { from: day('2026-03-01'), to: day(to) },
      loadedAt: minutesLater(at),
    })
    await save(
      stores,
      { connectionId },
      aLoadedReport(anOutcome(9, '2026-03-20')),
      aLoadedReport({ ...anOutcome(1, '2026-03-20'), type: 'sb_campaigns' }),
    )
    const {
      reports: [failed],
    } = await save(
      stores,
      { connectionId, kind: 'daily' },
      aFailedReport({ days: { from: day('2026-03-01'), to: day('2026-03-21') }, failedAt: minutesLater(3) }),
    )
    const {
      reports: [reloaded],
    } = await save(
      stores,
      { connectionId, kind: 'daily' },
      aLoadedReport({ ...anOutcome(2, '2026-03-20'), type: 'sb_campaigns' }),
    )
    await save(
      stores,
      { connectionId: (await aSavedConnection(stores)).id },
      aLoadedReport(anOutcome(99, '2026-03-25')),
    )
    const { finished, lastLoadedAt } = await stores.syncHistories.of(connectionId)
    t.strictSame(
      finished,
      [reloaded, failed],
      'per type, the report with the latest day, or the last of several',
    )
    t.strictSame(lastLoadedAt, minutesLater(9))
  })

  t.test('the next sync of a connection is returned if it is scheduled', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    await stores.syncSchedule.schedule(id, hoursLater(7))
    t.strictSame((await stores.syncHistories.of(id)).nextSyncAt, hoursLater(7))
  })

  t.test('open reports of every sync run are returned, the next due first', async t => {
    const stores = await open(t)
    const { syncRuns, syncHistories } = stores
    const { id: connectionId } = await aSavedConnection(stores)
    const [first, daily] = [aRun({ connectionId }), aRun({ connectionId, kind: 'daily' })]
    const idsIn = (syncRunId: typeof first.id) => ({ id: anId<ReportId>(), syncRunId, connectionId })
    const late = aRequestedReport({ ...idsIn(first.id), dueAt: minutesLater(5) })
    const deferred = aRequestedReport({
      ...idsIn(first.id),
      type: 'sb_campaigns',
      dueAt: minutesLater(9),
      deferredSince: noon,
      deferralReason: 'report_type_rate_limited',
    })
    const soon = aGeneratingReport({
      ...idsIn(daily.id),
      consecutiveErrors: 2,
      totalErrors: 3,
      lastError: { error: 'timeout' },
      failingSince: minutesLater(-4),
    })
    await syncRuns.save(first, [late, deferred, aLoadedReport({ ...idsIn(first.id), type: 'sd_campaigns' })])
    await syncRuns.save(daily, [soon])

    t.strictSame((await syncHistories.of(connectionId)).open, [soon, late, deferred])
  })

  t.test('S-24 a report type has been failing since its first failure after the last load', async t => {
    const stores = await open(t)
    const { syncRuns, syncHistories } = stores
    const { id: connectionId } = await aSavedConnection(stores)
    const save = async (...reports: readonly Parameters<typeof aFailedReport>[0][]) => {
      const run = aRun({ connectionId, kind: 'daily' })
      const own = () => ({ id: anId<ReportId>(), syncRunId: run.id, connectionId })
      await syncRuns.save(
        run,
        reports.map(overrides => aFailedReport({ ...overrides, ...own() })),
      )
      return { run, own }
    }
    await save(
      { type: 'sp_campaigns', failedAt: hoursLater(-72) },
      { type: 'sb_campaigns', failedAt: hoursLater(-72) },
    )
    const loaded = aRun({ connectionId, kind: 'daily' })
    await syncRuns.save(loaded, [
      aLoadedReport({ id: anId<ReportId>(), syncRunId: loaded.id, connectionId, loadedAt: hoursLater(-48) }),
    ])
    await save(
      { type: 'sp_campaigns', failedAt: hoursLater(-24) },
      { type: 'sb_campaigns', failedAt: hoursLater(-24) },
    )
    await save({ type: 'sp_campaigns', failedAt: noon })

    t.strictSame([...(await syncHistories.of(connectionId)).failingSince].sort(), [
      ['sb_campaigns', hoursLater(-72)],
      ['sp_campaigns', hoursLater(-24)],
    ])
  })
}
