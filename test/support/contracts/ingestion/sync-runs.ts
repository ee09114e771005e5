import type { Test } from 'tap'
import type { LoadCapacity } from '../../../../src/application/ingestion/report-ports.ts'
import { after } from '../../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../../../src/domain/identifiers.ts'
import type { ReportType } from '../../../../src/domain/ingestion/catalogue.ts'
import {
  isFinished,
  markFailed,
  type Report,
  type RequestedReport,
} from '../../../../src/domain/ingestion/report.ts'
import type { SyncRun } from '../../../../src/domain/ingestion/sync-run.ts'
import {
  aBritishProfile,
  aCompletedReport,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  aRun,
  day,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores, type Stores } from '../stores.ts'

const types: readonly ReportType[] = [
  'sp_campaigns',
  'sb_campaigns',
  'sd_campaigns',
  'sp_targeting',
  'sp_search_terms',
]
const reason = { error: 'connection_closed', detail: null } as const

export function reportsOf<R extends Report>(run: SyncRun, ...reports: readonly R[]): R[] {
  const { id: syncRunId, connectionId } = run
  return reports.map((report, index) => ({
    ...report,
    syncRunId,
    connectionId,
    type: types[index] ?? 'sp_advertised_products',
  }))
}

export async function aSavedRun(
  stores: Stores,
  overrides: Partial<SyncRun>,
  ...examples: readonly Report[]
): Promise<{ run: SyncRun; reports: Report[] }> {
  const connectionId = overrides.connectionId ?? (await aSavedConnection(stores)).id
  const run = aRun({ ...overrides, connectionId })
  const reports = reportsOf(run, ...examples)
  await stores.syncRuns.save(run, reports)
  return { run, reports }
}

const due = async ({ reportQueue }: Stores, now: Date, limit = 10): Promise<ReportId[]> =>
  (await reportQueue.due(now, limit, { interactive: 4, other: 3 })).map(({ id }) => id)

export function syncRunsContract(t: Test, open: OpenStores): void {
  t.test('S-11 a sync run is returned with its reports in order and in every state', async t => {
    const stores = await open(t)
    const error = { error: 'throttled', retryAfterSeconds: 7 } as const
    const { run, reports } = await aSavedRun(
      stores,
      { kind: 'reauthorisation' },
      aRequestedReport({ consecutiveErrors: 2, lastError: error }),
      aFailedReport({ reason: { error: 'refused', detail: 'no' } }),
      aGeneratingReport({ type: 'sb_campaigns', pollCount: 4, requestCount: 2, legacyCampaigns: 0 }),
      aLoadedReport({ rows: 3_000_000_000 }),
      aCompletedReport(),
    )

    t.strictSame(await stores.syncRuns.latestOf(run.connectionId), { run, reports })
    t.equal(await stores.syncRuns.latestOf(anId<ConnectionId>()), null)
  })

  t.test('S-21 the latest sync run of a connection is the one requested last', async t => {
    const stores = await open(t)
    const { connectionId } = (await aSavedRun(stores, { requestedAt: minutesLater(5) })).run
    const { run } = await aSavedRun(stores, { connectionId, requestedAt: minutesLater(9) })
    await aSavedRun(stores, { connectionId, requestedAt: minutesLater(1) })

    t.has(await stores.syncRuns.latestOf(connectionId), { run })
  })

  t.test('S-25 open reports are due at their exact time, the longest due first', async t => {
    const stores = await open(t)
    const { reports } = await aSavedRun(
      stores,
      {},
      aRequestedReport({ dueAt: noon }),
      aGeneratingReport({ dueAt: minutesLater(-3) }),
      aCompletedReport({ dueAt: minutesLater(-1) }),
      aGeneratingReport({ dueAt: after(noon, 1) }),
      aLoadedReport(),
    )
    const [dueNow, longest, shorter] = reports.map(({ id }) => id)

    t.strictSame(await due(stores, noon), [longest, shorter, dueNow])
    t.strictSame(await due(stores, noon, 2), [longest, shorter])
  })

  t.test('S-20 interactive reports come before background reports, however overdue those are', async t => {
    const stores = await open(t)
    const { reports } = await aSavedRun(
      stores,
      {},
      aGeneratingReport({ dueAt: minutesLater(-60), isInteractive: false }),
      aRequestedReport({ dueAt: minutesLater(-2), isInteractive: false }),
      aCompletedReport({ dueAt: minutesLater(-1) }),
      aRequestedReport({ dueAt: noon }),
      aRequestedReport({ dueAt: minutesLater(1) }),
    )
    const [longest, shorter, first, second] = reports.map(({ id, isInteractive }) => ({ id, isInteractive }))

    const capacity = { interactive: 4, other: 3 }
    t.strictSame(await stores.reportQueue.due(noon, 10, capacity), [first, second, longest, shorter])
    t.strictSame(await stores.reportQueue.due(noon, 3, capacity), [first, second, longest])
  })

  t.test('S-23 due background reports are counted up to a limit', async t => {
    const stores = await open(t)
    await aSavedRun(
      stores,
      {},
      aCompletedReport({ dueAt: minutesLater(-3), isInteractive: false }),
      aGeneratingReport({ dueAt: minutesLater(-2), isInteractive: false }),
      aRequestedReport({ dueAt: noon, isInteractive: false }),
      aRequestedReport({ dueAt: minutesLater(1), isInteractive: false }),
      aRequestedReport({ dueAt: minutesLater(-2) }),
      aLoadedReport(),
    )
    const deferral = { dueAt: minutesLater(-1), isInteractive: false, deferredSince: minutesLater(-9) }
    for (const deferralReason of ['region_down', 'region_rate_limited', 'database_down'] as const)
      await aSavedRun(stores, {}, aGeneratingReport({ ...deferral, deferralReason }))
    t.equal(await stores.reportQueue.countDue(noon, 9), 4, 'reports that would be deferred do not count')
    t.equal(await stores.reportQueue.countDue(noon, 2), 2)
  })

  t.test('S-20 reports waiting for a load slot do not hide other due reports', async t => {
    const stores = await open(t)
    const { reports } = await aSavedRun(
      stores,
      {},
      aCompletedReport({ dueAt: minutesLater(-3) }),
      aGeneratingReport({ dueAt: minutesLater(-2) }),
      aCompletedReport({ dueAt: minutesLater(-3), isInteractive: false }),
      aRequestedReport({ dueAt: minutesLater(-2), isInteractive: false }),
    )
    const [interactiveLoad, interactivePoll, backgroundLoad, backgroundRequest] = reports.map(
      ({ id, isInteractive }) => ({
        id,
        isInteractive,
      }),
    )
    const findDue = (capacity: LoadCapacity) => stores.reportQueue.due(noon, 10, capacity)

    t.strictSame(await findDue({ interactive: 4, other: 3 }), [
      interactiveLoad,
      interactivePoll,
      backgroundLoad,
      backgroundRequest,
    ])
    t.strictSame(await findDue({ interactive: 1, other: 0 }), [
      interactiveLoad,
      interactivePoll,
      backgroundRequest,
    ])
    t.strictSame(await findDue({ interactive: 0, other: 0 }), [interactivePoll, backgroundRequest])
  })

  t.test('S-20 the number of reports due for loading is at most that of free load slots', async t => {
    const stores = await open(t)
    const interactive = [-9, -8, -7].map(at => aCompletedReport({ dueAt: minutesLater(at) }))
    const others = [-6, -5, -4].map(at => aCompletedReport({ dueAt: minutesLater(at), isInteractive: false }))
    const { reports } = await aSavedRun(stores, {}, ...interactive, ...others)
    const ids = reports.map(({ id }) => id)
    const findDue = async (capacity: LoadCapacity) =>
      (await stores.reportQueue.due(noon, 10, capacity)).map(({ id }) => ids.indexOf(id))

    t.strictSame(await findDue({ interactive: 9, other: 8 }), [0, 1, 2, 3, 4, 5])
    t.strictSame(
      await findDue({ interactive: 5, other: 4 }),
      [0, 1, 2, 3],
      'interactive reports use the same slots',
    )
    t.strictSame(await findDue({ interactive: 2, other: 1 }), [0, 1])
    t.strictSame(await findDue({ interactive: 1, other: 0 }), [0])
  })

  t.test('S-25 a report whose wait was recorded in the future is due and can be leased', async t => {
    const stores = await open(t)
    const ahead = aGeneratingReport({ dueAt: minutesLater(61), dueSetAt: minutesLater(60) })
    const { reports } = await aSavedRun(
      stores,
      {},
      ahead,
      aGeneratingReport({ dueAt: minutesLater(61) }),
      aGeneratingReport({ dueAt: minutesLater(-1), dueSetAt: minutesLater(60) }),
    )
    const [id = anId<ReportId>(), , both] = reports.map(report => report.id)

    t.strictSame(await due(stores, noon), [both, id], 'each report once, even if it is due anyway')
    t.ok(await stores.leases.withLease(id, noon, async () => undefined))
  })

  t.test('S-20 interactive reports come first among reports scheduled by a clock that ran ahead', async t => {
    const stores = await open(t)
    const aWaitingReport = (minutes: number, isInteractive: boolean) =>
      aGeneratingReport({ dueAt: minutesLater(90), dueSetAt: minutesLater(minutes), isInteractive })
    const { reports } = await aSavedRun(
      stores,
      {},
      aWaitingReport(59, true),
      ...Array.from({ length: 5 }, () => aWaitingReport(60, false)),
    )

    const [first] = await due(stores, noon, 3)

    t.equal(first, reports[0]?.id)
  })

  t.test('S-25 a leased report is not due until the lease expires', async t => {
    const stores = await open(t)
    const { leases } = stores
    const { reports } = await aSavedRun(stores, {}, aRequestedReport())
    const [report] = reports
    const id = report?.id ?? anId<ReportId>()

    await leases.withLease(id, noon, async () => {
      t.strictSame(await due(stores, noon), [])
      await stores.letLeaseRunOut(id)
      t.strictSame(await due(stores, noon), [id])
    })
    t.strictSame(await due(stores, noon), [id], 'a step that did nothing leaves the report due')
  })

  t.test('S-27 a closed connection’s open reports fail, and nothing else changes', async t => {
    const stores = await open(t)
    const { syncRuns } = stores
    const openReports = [aRequestedReport(), aGeneratingReport(), aCompletedReport()]
    const finished = [aLoadedReport(), aFailedReport()]
    const { run } = await aSavedRun(stores, {}, ...openReports, ...finished)
    const unrelated = await aSavedRun(
      stores,
      {},
      ...openReports.map(report => ({ ...report, id: anId<ReportId>() })),
    )

    await syncRuns.failOpenReports(run.connectionId, reason, minutesLater(7))

    const expected = [...openReports.map(report => markFailed(report, reason, minutesLater(7))), ...finished]
    t.strictSame((await syncRuns.latestOf(run.connectionId))?.reports, reportsOf(run, ...expected))
    t.strictSame((await syncRuns.latestOf(unrelated.run.connectionId))?.reports, unrelated.reports)
    t.equal(await syncRuns.finishIfDone(run.id, noon), null, 'the sync run is finished too')
    t.strictSame(
      await due(stores, minutesLater(99)),
      unrelated.reports.map(({ id }) => id),
      'none of the connection’s reports is due any longer',
    )
  })

  t.test('a sync run finishes with its last report, and is reported as finished once', async t => {
    const stores = await open(t)
    const { syncRuns, leases } = stores
    const { run, reports } = await aSavedRun(stores, {}, aLoadedReport(), aFailedReport(), aRequestedReport())
    t.equal(await syncRuns.finishIfDone(run.id, noon), null)

    const openReport = reports.find(report => !isFinished(report))
    await leases.withLease(openReport?.id ?? anId<ReportId>(), noon, async leased => {
      await leases.save(leased, markFailed(leased.report, reason, noon))
    })

    t.strictSame(await syncRuns.finishIfDone(run.id, noon), { loaded: 1, failed: 2, kind: 'initial' })
    t.equal(await syncRuns.finishIfDone(run.id, noon), null)
    t.equal(await syncRuns.finishIfDone(anId<SyncRunId>(), noon), null)
  })

  t.test('only one of several concurrent callers finishes a sync run', async t => {
    const stores = await open(t)
    const { syncRuns, unitOfWork } = stores
    const { run } = await aSavedRun(stores, {}, aLoadedReport())

    const results = await Promise.all(
      Array.from({ length: 5 }, () => unitOfWork.transaction(() => syncRuns.finishIfDone(run.id, noon))),
    )

    t.strictSame(
      results.filter(counts => counts !== null),
      [{ loaded: 1, failed: 0, kind: 'initial' }],
    )
  })

  t.test('S-23 loaded ranges can be limited to data loaded after a given time', async t => {
    const stores = await open(t)
    const { syncRuns } = stores
    const { id: connectionId } = await aSavedConnection(stores)
    for (const minutes of [-60, 5]) {
      const range = { from: day(minutes < 0 ? '2026-03-01' : '2026-03-11'), to: day('2026-03-20') }
      await aSavedRun(
        stores,
        { connectionId },
        aLoadedReport({ days: range, loadedAt: minutesLater(minutes) }),
      )
    }
    await aSavedRun(stores, { connectionId }, aFailedReport())

    const rangesLoadedAfter = async (date: Date) =>
      (await syncRuns.loadedRanges(connectionId, date)).map(({ days }) => days)
    t.strictSame(await rangesLoadedAfter(minutesLater(-61)), [{ from: '2026-03-01', to: '2026-03-20' }])
    t.strictSame(await rangesLoadedAfter(noon), [{ from: '2026-03-11', to: '2026-03-20' }])
    t.strictSame(await rangesLoadedAfter(minutesLater(5)), [])
  })

  t.test('S-24 reports deferred for a region are due within ten seconds of its release', async t => {
    const stores = await open(t)
    const { syncRuns, reportQueue } = stores
    const aDeferredReport = (dueAt: Date, deferredSince: Date | null = noon) =>
      aRequestedReport({ dueAt, deferredSince, dueSetAt: minutesLater(-5) })
    const [american, british] = [
      await aSavedConnection(stores),
      await aSavedConnection(stores, { profile: aBritishProfile() }),
    ]
    const reports = [
      aDeferredReport(minutesLater(9)),
      aDeferredReport(minutesLater(-1)),
      aDeferredReport(minutesLater(9), null),
    ]
    const run = aRun({ connectionId: american.id })
    await syncRuns.save(
      run,
      reports.map((report, index) => ({
        ...report,
        type: (['sp_campaigns', 'sp_targeting', 'sd_campaigns'] as const)[index] ?? 'sb_campaigns',
        syncRunId: run.id,
        connectionId: american.id,
      })),
    )
    const other = aRun({ connectionId: british.id })
    await syncRuns.save(other, [
      { ...aDeferredReport(minutesLater(9)), syncRunId: other.id, connectionId: british.id },
    ])

    await reportQueue.releaseDeferred('na', noon)

    t.strictSame(await due(stores, minutesLater(-1)), [reports[1]?.id])
    const soon = await due(stores, minutesLater(1 / 6))
    t.strictSame(new Set(soon), new Set([reports[0]?.id, reports[1]?.id]))
  })

  t.test('S-24 a report waits as long as the throttled report of the same type and profile', async t => {
    const stores = await open(t)
    const { syncRuns, reportQueue } = stores
    const { id: connectionId } = await aSavedConnection(stores)
    const throttled = { error: 'throttled', retryAfterSeconds: null } as const
    const timedOut = { error: 'timeout' } as const
    const aWaitingReport = (overrides: Partial<RequestedReport>) =>
      aRequestedReport({ dueAt: minutesLater(4), ...overrides })
    const { run } = await aSavedRun(
      stores,
      { connectionId },
      aWaitingReport({ lastError: throttled, consecutiveErrors: 1 }),
      aWaitingReport({ lastError: timedOut, consecutiveErrors: 1 }),
      aFailedReport(),
    )
    const findThrottledUntil = (overrides: Partial<RequestedReport>, now = noon) =>
      reportQueue.throttledUntil(
        { ...aRequestedReport({ ...overrides, syncRunId: run.id }), id: anId<ReportId>() },
        now,
      )

    t.strictSame(await findThrottledUntil({ connectionId, type: 'sp_campaigns' }), minutesLater(4))
    t.equal(await findThrottledUntil({ connectionId, type: 'sp_campaigns' }, minutesLater(4)), null)
    t.equal(await findThrottledUntil({ connectionId, type: 'sb_campaigns' }), null)
    t.equal(
      await findThrottledUntil({ type: 'sp_campaigns' }),
      null,
      'a report of another profile does not wait',
    )
    const [first] = (await syncRuns.latestOf(connectionId))?.reports ?? []
    t.equal(
      first && (await reportQueue.throttledUntil(first, noon)),
      null,
      'a report does not wait for itself',
    )
  })

  t.test('S-20 S-24 no report waits for a throttled report that is deferred for another reason', async t => {
    const cases: Readonly<Record<string, Partial<RequestedReport>>> = {
      'deferred for its region after the wait': {
        deferredSince: noon,
        deferralReason: 'region_rate_limited',
        dueAt: minutesLater(5),
        isInteractive: false,
      },
      'scheduled by a clock that ran ahead': {
        dueSetAt: minutesLater(180),
        dueAt: minutesLater(181),
      },
    }
    for (const [description, overrides] of Object.entries(cases)) {
      const stores = await open(t)
      const { id: connectionId } = await aSavedConnection(stores)
      const lastError = { error: 'throttled', retryAfterSeconds: null } as const
      const report = aRequestedReport({ lastError, consecutiveErrors: 1, ...overrides })
      const { run } = await aSavedRun(stores, { connectionId }, report)
      const requested = aRequestedReport({ connectionId, syncRunId: run.id })

      t.equal(await stores.reportQueue.throttledUntil(requested, noon), null, description)
    }
  })
}
