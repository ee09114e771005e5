import t from 'tap'
import type { CaseSummary } from '../../../../src/admin/ports.ts'
import type { Subscription } from '../../../../src/domain/access/subscription.ts'
import { markAuthorisationLost } from '../../../../src/domain/connection/connection.ts'
import type { FailureReason } from '../../../../src/domain/ingestion/report-error.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { aSummary } from '../../../support/contracts/console/console.ts'
import { openPostgresStores, type PostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import {
  aCaller,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anId,
  anUnauthorisedConnection,
  aRequestedReport,
  aRun,
  hoursLater,
  minutesLater,
  noon,
} from '../../../support/examples.ts'

const none = { count: 0, since: null }
const alertInput = { grantsSince: hoursLater(-24), emailsSince: hoursLater(-24) }

t.test('S-45 an empty database has zero counts', async t => {
  const { overviews } = await openPostgresStores(t)

  t.strictSame(await overviews.queue(noon), {
    waiting: 0,
    running: 0,
    late: 0,
    lateSince: null,
    runs: { initial: 0, reauthorisation: 0, daily: 0, retry: 0, backfill: 0 },
    syncsDue: none,
    longestWaiting: null,
  })
  t.strictSame(await overviews.failures(hoursLater(-24), noon), [])
  t.strictSame(
    await overviews.regions(hoursLater(-1)),
    (['na', 'eu', 'fe'] as const).map(region => ({ region, traffic: null, calls: [] })),
  )
  t.strictSame(await overviews.alertInput({ ...alertInput, causes: ['client_refused'] }), {
    rejected: new Map(),
    revocations: none,
    invalidated: none,
    differing: none,
    emailsFailed: none,
  })
})

t.test('S-45 each open report is waiting, running or late', async t => {
  const stores = await openPostgresStores(t)
  const { overviews, syncRuns, leases } = stores
  const { id: connectionId } = await aSavedConnection(stores)
  const run = aRun({ connectionId })
  const own = { syncRunId: run.id, connectionId }
  const leased = aGeneratingReport({ ...own, type: 'sp_targeting', dueAt: minutesLater(-5) })
  await syncRuns.save(run, [
    aRequestedReport({ ...own, dueAt: minutesLater(3) }),
    aRequestedReport({ ...own, type: 'sb_campaigns', dueAt: minutesLater(-0.5) }),
    aRequestedReport({ ...own, type: 'sd_campaigns', dueAt: minutesLater(-1) }),
    aRequestedReport({ ...own, type: 'sp_search_terms', dueAt: minutesLater(-4) }),
    leased,
    aLoadedReport({ ...own, type: 'sp_advertised_products' }),
    aFailedReport({ ...own, type: 'sp_ad_groups' }),
  ])

  await leases.withLease(leased.id, noon, async () => {
    t.has(await overviews.queue(noon), {
      waiting: 2,
      running: 1,
      late: 2,
      lateSince: minutesLater(-4),
    })
  })

  t.has(await overviews.queue(noon), {
    waiting: 2,
    running: 0,
    late: 3,
    lateSince: minutesLater(-5),
  })
})

t.test('S-45 due daily syncs of authorised connections are counted', async t => {
  const stores = await openPostgresStores(t)
  const { overviews, syncSchedule, connections } = stores
  const all = await Promise.all(
    Array.from({ length: 5 }, () => aConnectionOf(stores, { plan: 'annual', endsAt: null })),
  )
  for (const [index, { id }] of all.entries()) await syncSchedule.schedule(id, minutesLater(index - 4))
  const [lost] = all
  if (lost) await connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))

  t.strictSame((await overviews.queue(noon)).syncsDue, { count: 3, since: minutesLater(-3) })
})

t.test('S-45 S-03 a sync without a plan or during another sync run is not due', async t => {
  const stores = await openPostgresStores(t)
  const { overviews, syncSchedule, syncRuns } = stores
  const connectionWith = (subscription: Subscription | null) => aConnectionOf(stores, subscription)
  const paid = await connectionWith({ plan: 'monthly', endsAt: minutesLater(1) })
  const loading = await connectionWith({ plan: 'annual', endsAt: null })
  const others = [null, { plan: 'listing_tools', endsAt: null }, { plan: 'annual', endsAt: noon }] as const
  const unpaid = await Promise.all(others.map(connectionWith))
  for (const { id } of [loading, ...unpaid]) await syncSchedule.schedule(id, hoursLater(-7))
  await syncSchedule.schedule(paid.id, hoursLater(-6))
  const run = aRun({ connectionId: loading.id })
  await syncRuns.save(run, [aGeneratingReport({ syncRunId: run.id, connectionId: loading.id })])

  t.strictSame((await overviews.queue(noon)).syncsDue, { count: 1, since: hoursLater(-6) })

  await syncSchedule.cancel(paid.id)
  await syncRuns.failOpenReports(loading.id, { error: 'cancelled', detail: null }, hoursLater(-1))
  const { syncsDue } = await overviews.queue(noon)
  t.strictSame(syncsDue, { count: 1, since: hoursLater(-1) }, 'due since the sync run ended')
})

t.test('S-45 open sync runs are counted by kind, with the longest waiting user', async t => {
  const stores = await openPostgresStores(t)
  const { overviews, syncRuns } = stores
  const beginRun = async (
    kind: 'initial' | 'reauthorisation' | 'daily',
    minutes: number,
    name = 'Somebody',
  ) => {
    const user = await stores.createUser({ name })
    const connection = await aSavedConnection(stores, { userId: user.id })
    const run = aRun({ connectionId: connection.id, kind, requestedAt: minutesLater(-minutes) })
    await syncRuns.save(run, [aRequestedReport({ syncRunId: run.id, connectionId: connection.id })])
    return { user, connection, run }
  }
  await beginRun('initial', 5)
  await beginRun('daily', 600)
  const failed = await beginRun('initial', 500)
  await syncRuns.failOpenReports(failed.connection.id, { error: 'connection_closed', detail: null }, noon)
  const unauthorised = await beginRun('initial', 400)
  await stores.connections.save(
    anUnauthorisedConnection({
      ...unauthorised.connection,
      status: 'needs_authorisation',
      profile: unauthorised.connection.profile,
    }),
  )
  const { user, connection } = await beginRun('reauthorisation', 40, 'Reni')

  const { runs, longestWaiting } = await overviews.queue(noon)

  t.strictSame(runs, { initial: 2, reauthorisation: 1, daily: 1, retry: 0, backfill: 0 })
  const { id, accountName, country } = connection.profile
  t.strictSame(longestWaiting, {
    key: { userId: user.id, connectionId: connection.id },
    user: { name: 'Reni', email: user.email },
    account: { id, accountName, country },
    since: minutesLater(-40),
  })
})

t.test('S-45 failures are counted by the hour, with the detail that names the cause', async t => {
  const stores = await openPostgresStores(t)
  const { id: connectionId } = await aSavedConnection(stores)
  const run = aRun({ connectionId })
  let index = 0
  const aFailure = (failedAt: Date, reason: FailureReason) => {
    index += 1
    const range = { from: `2026-04-${String(index).padStart(2, '0')}`, to: '2026-05-01' } as never
    return aFailedReport({ syncRunId: run.id, connectionId, days: range, failedAt, reason })
  }
  const aClientRejection = (detail: string): FailureReason => ({ error: 'client_rejected', detail })
  await stores.syncRuns.save(run, [
    aFailure(noon, { error: 'throttled', detail: 'a' }),
    aFailure(minutesLater(-1), { error: 'throttled', detail: 'b' }),
    aFailure(minutesLater(-60), { error: 'throttled', detail: null }),
    aFailure(minutesLater(-61), { error: 'throttled', detail: null }),
    aFailure(minutesLater(-61), aClientRejection('invalid_client: no such client')),
    aFailure(minutesLater(-61), aClientRejection('something else')),
    aFailure(minutesLater(-61), { error: 'token_rejected', detail: null }),
    aFailure(minutesLater(-61), { error: 'token_rejected', detail: null, skewSeconds: -420 }),
    aFailure(hoursLater(-24), { error: 'internal_error', detail: 'TypeError' }),
    aFailure(hoursLater(-24.01), { error: 'internal_error', detail: 'TypeError' }),
    aFailure(hoursLater(-47.5), { error: 'internal_error', detail: 'TypeError' }),
    aFailure(hoursLater(-48), { error: 'internal_error', detail: 'too old' }),
    aFailure(minutesLater(1), { error: 'internal_error', detail: 'not yet' }),
  ])

  const counts = await stores.overviews.failures(hoursLater(-48), noon)

  const sorted = counts.map(count => JSON.stringify(count)).sort()
  t.strictSame(
    sorted,
    [
      { reason: { error: 'throttled' }, hoursAgo: 0, reports: 3 },
      { reason: { error: 'throttled' }, hoursAgo: 1, reports: 1 },
      {
        reason: { error: 'client_rejected', detail: 'invalid_client: no such client' },
        hoursAgo: 1,
        reports: 1,
      },
      { reason: { error: 'client_rejected', detail: 'something else' }, hoursAgo: 1, reports: 1 },
      { reason: { error: 'token_rejected' }, hoursAgo: 1, reports: 1 },
      { reason: { error: 'token_rejected', skewSeconds: -420 }, hoursAgo: 1, reports: 1 },
      { reason: { error: 'internal_error' }, hoursAgo: 23, reports: 1 },
      { reason: { error: 'internal_error' }, hoursAgo: null, reports: 2 },
    ]
      .map(count => JSON.stringify(count))
      .sort(),
  )

  const halfAMinuteLater = await stores.overviews.failures(
    hoursLater(-48, minutesLater(0.5)),
    minutesLater(0.5),
  )
  const internalErrors = halfAMinuteLater.filter(({ reason }) => reason.error === 'internal_error')
  t.ok(
    internalErrors.every(({ hoursAgo }) => hoursAgo === null),
    'half a minute later, the failure is more than 24 hours old',
  )
  t.equal(
    internalErrors.reduce((sum, { reports }) => sum + reports, 0),
    3,
    'each failure is counted once',
  )
})

t.test('S-45 recent calls are counted by region and outcome', async t => {
  const { overviews, callStatistics, rateLimiter } = await openPostgresStores(t)
  const call = (region: Region, outcome: 'answered' | 'throttled' | 'unanswered', at = noon) =>
    callStatistics.begin(region)(outcome, at)
  call('na', 'answered')
  call('na', 'answered', minutesLater(1))
  call('na', 'throttled')
  call('eu', 'unanswered')
  call('eu', 'answered', hoursLater(-2))
  await callStatistics.flush()
  call('na', 'answered')
  await callStatistics.flush()
  await callStatistics.flush()
  const by = aCaller()
  await rateLimiter.recordOutcome('na', 'throttled', by, noon)

  const [na, eu, fe] = await overviews.regions(hoursLater(-1))

  const outcomes = (counts: typeof na) => counts?.calls.map(({ outcome, calls }) => `${calls} ${outcome}`)
  t.strictSame(outcomes(na), ['3 answered', '1 throttled'])
  t.strictSame(outcomes(eu), ['1 unanswered'])
  t.strictSame(outcomes(fe), [])
  t.strictSame(na?.traffic?.throttled, { connectionId: by.connectionId, adProduct: 'SP', at: noon })
  t.equal(eu?.traffic, null)
  t.ok(na?.calls.every(({ within, milliseconds, calls }) => milliseconds <= within * calls))
})

t.test('S-52 emails are due from their due time until they are sent or failed', async t => {
  const stores = await openPostgresStores(t)
  await addFailedEmail(stores, noon)
  const { id: userId } = await stores.createUser()
  for (const dueAt of [minutesLater(-20), minutesLater(-5), minutesLater(5)])
    await stores.outbox.put({
      idempotencyKey: anId(),
      userId,
      connectionId: null,
      message: { kind: 'connection_erased', closedAt: noon.toISOString() },
      createdAt: dueAt,
      dueAt,
    })

  t.strictSame(await stores.overviews.emailsDue(noon), { count: 2, since: minutesLater(-20) })
  t.strictSame(await stores.overviews.emailsDue(minutesLater(-30)), none)
})

t.test('S-45 possible alerts are counted with their start time', async t => {
  const stores = await openPostgresStores(t)
  const { overviews, connections, summaries } = stores
  await saveSummary(stores, 'client_refused', minutesLater(-7))
  await saveSummary(stores, 'client_refused', minutesLater(-9))
  await saveSummary(stores, 'client_refused', null)
  await saveSummary(stores, 'healthy', minutesLater(-90))
  const deleted = await saveSummary(stores, 'clock_skewed', minutesLater(-1))
  await summaries.delete(deleted.key)
  for (const minutes of [30, 20, 2000]) {
    const { id: userId } = await stores.createUser()
    await connections.save(anUnauthorisedConnection({ userId, since: minutesLater(-minutes) }))
  }
  await addMismatches(stores, 3, minutesLater(-10))
  await addMismatches(stores, 1, minutesLater(-20))
  await addMismatches(stores, 0, minutesLater(-30))
  await addFailedEmail(stores, minutesLater(-3))
  await addFailedEmail(stores, hoursLater(-25))

  const input = await overviews.alertInput({ ...alertInput, causes: ['client_refused', 'clock_skewed'] })

  t.strictSame([...input.rejected], [['client_refused', { count: 3, since: minutesLater(-9) }]])
  t.strictSame(input.revocations, { count: 2, since: minutesLater(-30) })
  t.strictSame(input.differing, { count: 2, since: minutesLater(-20) })
  t.strictSame(input.emailsFailed, { count: 1, since: minutesLater(-3) })
})

t.test('S-45 cases are counted by health, stage and cause, without health if not connected', async t => {
  const stores = await openPostgresStores(t)
  await saveSummary(stores, 'loading', null)
  await saveSummary(stores, 'healthy', null, { health: 'connected', stage: 'ready' })
  await saveSummary(stores, 'healthy', null, { health: 'connected', stage: 'ready' })
  const { id: userId } = await stores.createUser()
  await saveSummary(stores, 'never_connected', null, {
    key: { userId, connectionId: null },
    health: null,
    stage: 'not_started',
  })

  const { health, stage, cause } = await stores.summaries.counts()

  const sorted = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].sort())
  t.strictSame(sorted(health), { connected: 2, loading: 1 })
  t.strictSame(sorted(stage), { generating_reports: 1, not_started: 1, ready: 2 })
  t.strictSame(sorted(cause), { healthy: 2, loading: 1, never_connected: 1 })
})

async function saveSummary(
  stores: PostgresStores,
  cause: CaseSummary['cause'],
  causeSince: Date | null,
  overrides: Partial<CaseSummary> = {},
): Promise<CaseSummary> {
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const summary = aSummary(
    { userId, connectionId },
    { health: 'loading', stage: 'generating_reports', cause, causeSince, ...overrides },
  )
  await stores.summaries.save(summary)
  return summary
}

async function addMismatches(stores: PostgresStores, mismatches: number, checkedAt: Date): Promise<void> {
  const { id: connectionId } = await aSavedConnection(stores)
  const run = aRun({ connectionId })
  await stores.syncRuns.save(run, [aLoadedReport({ syncRunId: run.id, connectionId })])
  await stores.unitOfWork.transaction(() => stores.syncRuns.finishIfDone(run.id, noon))
  await stores.unitOfWork.transaction(() =>
    stores.reconciliations.complete(connectionId, noon, { checkedAt, mismatches }),
  )
}

async function addFailedEmail(stores: PostgresStores, at: Date): Promise<void> {
  const { id: userId } = await stores.createUser()
  await stores.outbox.put({
    idempotencyKey: anId(),
    userId,
    connectionId: null,
    message: { kind: 'connection_erased', closedAt: noon.toISOString() },
    createdAt: noon,
    dueAt: noon,
  })
  const email = await stores.outbox.claim(noon)
  if (!email) throw new Error('no email is due')
  await stores.unitOfWork.transaction(() =>
    stores.outbox.complete(email, { outcome: 'failed', at, error: 'no such address' }),
  )
}

const aConnectionOf = async (stores: PostgresStores, subscription: Subscription | null) =>
  aSavedConnection(stores, { userId: (await stores.createUser({}, subscription)).id })
