import t from 'tap'
import { StartDueSyncs } from '../../../src/application/connection/start-due-syncs.ts'
import { addDays, after, hours, minutes } from '../../../src/domain/calendar.ts'
import { markAuthorisationLost } from '../../../src/domain/connection/connection.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import { markLoaded } from '../../../src/domain/ingestion/report.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import {
  aCompletedReport,
  aFailedReport,
  anActiveConnection,
  anId,
  aProfile,
  aRequestedReport,
  aRun,
  aSubscription,
  aUser,
  days,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** A connection with 30 days loaded and a sync due now. */
async function scene() {
  const fakes = openFakes()
  const user = aUser()
  const connection = anActiveConnection({ userId: user.id })
  fakes.users.add(user, { subscription: aSubscription() })
  await fakes.connections.save(connection)
  const run = aRun({ connectionId: connection.id, requestedAt: after(noon, -hours(24)) })
  const reports = reportCatalogue.map(({ type }) => {
    const id = anId<ReportId>()
    return markLoaded(
      aCompletedReport({ id, syncRunId: run.id, connectionId: connection.id, type, days }),
      3,
      noon,
    )
  })
  await fakes.syncRuns.save(run, reports)
  await fakes.syncSchedule.schedule(connection.id, noon)
  const nextSyncAt = nextSyncAfter(noon, connection.id, connection.profile.timezone)
  const startDueSyncs = new StartDueSyncs(fakes)
  const findLatest = async () => (await fakes.syncRuns.latestOf(connection.id, ['daily'])) ?? null
  return { ...fakes, user, connection, nextSyncAt, start: () => startDueSyncs.execute(10), findLatest }
}

t.test('S-23 a daily sync reloads fourteen days and fills the days before the initial sync', async t => {
  const { start, findLatest, connection, syncSchedule, nextSyncAt, jobQueue, timeline } = await scene()

  t.equal(await start(), 1)

  const sync = await findLatest()
  const requestedDays = sync?.reports.filter(({ type }) => type === 'sp_campaigns').map(report => report.days)
  t.strictSame(requestedDays, [
    { from: addDays(days.to, -13), to: days.to },
    { from: addDays(days.to, -59), to: addDays(days.from, -1) },
  ])
  t.equal(sync?.reports.length, 2 * reportCatalogue.length)
  t.strictSame(
    sync?.reports.slice(0, reportCatalogue.length).map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
    'new days come first, campaigns before all others',
  )
  t.strictSame(syncSchedule.planned.get(connection.id), nextSyncAt)
  t.strictSame(jobQueue.enqueued, [{ reportIds: sync?.reports.map(({ id }) => id), inMilliseconds: 0 }])
  t.match(timeline.of('sync_requested'), [
    { event: { syncRun: 'daily', reports: 2 * reportCatalogue.length } },
  ])
})

t.test(
  'S-23 a report throttled until it failed moves the sync after the next one to another hour',
  async t => {
    const { start, connection, syncRuns, syncSchedule, nextSyncAt } = await scene()
    const run = aRun({ connectionId: connection.id, kind: 'daily', requestedAt: after(noon, -hours(24)) })
    const own = { syncRunId: run.id, connectionId: connection.id }
    const reason = { error: 'throttled', detail: null } as const
    await syncRuns.save(run, [aFailedReport({ ...own, type: 'sb_campaigns', reason })])

    await start()

    t.strictSame(syncSchedule.planned.get(connection.id), after(nextSyncAt, hours(7)))
  },
)

t.test('S-23 a full region queue defers daily syncs but not a sync that a user requested', async t => {
  const { start, findLatest, connection, syncSchedule, rateLimiter, clock, nextSyncAt } = await scene()
  for (let count = 0; count < 1700; count += 1)
    await rateLimiter.tryAcquire(
      connection.profile.region,
      'report_request',
      { id: anId<ReportId>(), isInteractive: false },
      noon,
    )

  t.equal(await start(), 0)
  t.equal(await findLatest(), null)
  t.strictSame(syncSchedule.planned.get(connection.id), noon, 'the sync keeps its position')

  await syncSchedule.schedule(connection.id, noon, true)
  t.equal(await start(), 1)
  t.ok(await findLatest())

  await syncSchedule.schedule(connection.id, nextSyncAt)
  clock.set(nextSyncAt)
  t.equal(await start(), 1, 'the queue is empty again')
})

t.test('S-23 while workers are behind, only syncs that a user requested start', async t => {
  const { start, connection, syncSchedule, syncRuns } = await scene()
  const otherRun = aRun()
  const reportFields = { syncRunId: otherRun.id, connectionId: otherRun.connectionId, isInteractive: false }
  await syncRuns.save(
    otherRun,
    Array.from({ length: 1000 }, () => aRequestedReport(reportFields)),
  )
  t.equal(await start(), 0)
  await syncSchedule.schedule(connection.id, noon, true)
  t.equal(await start(), 1)
})

t.test('S-23 reports deferred for a region that is down do not delay daily syncs elsewhere', async t => {
  const { start, syncRuns } = await scene()
  const otherRun = aRun()
  const reportFields = { syncRunId: otherRun.id, connectionId: otherRun.connectionId, isInteractive: false }
  const deferral = { deferredSince: after(noon, -minutes(9)), deferralReason: 'region_down' } as const
  await syncRuns.save(
    otherRun,
    Array.from({ length: 1000 }, () => aRequestedReport({ ...reportFields, ...deferral })),
  )
  t.equal(await start(), 1)
})

t.test('S-23 S-43 only a sync that a user requested is interactive', async t => {
  for (const isInteractive of [false, true]) {
    const { start, findLatest, connection, syncSchedule } = await scene()
    await syncSchedule.schedule(connection.id, noon, isInteractive)
    await start()
    const { reports = [] } = (await findLatest()) ?? {}
    t.strictSame([...new Set(reports.map(report => report.isInteractive))], [isInteractive])
  }
})

t.test('S-23 concurrent calls start a sync only once', async t => {
  const { start, findLatest, timeline } = await scene()

  await Promise.all([start(), start(), start()])
  await start()

  t.equal(timeline.of('sync_requested').length, 1)
  t.ok(await findLatest())
})

t.test('S-18 S-23 a lapsed plan skips the sync and logs it, and the next sync fills the gap', async t => {
  const { start, findLatest, users, user, connection, clock, nextSyncAt, timeline } = await scene()
  users.add(user, { subscription: aSubscription({ endsAt: noon }) })

  await start()
  t.equal(await findLatest(), null)
  t.match(timeline.of('sync_skipped'), [
    { userId: user.id, connectionId: connection.id, event: { planRestriction: 'lapsed' } },
  ])
  await start()
  t.equal(timeline.of('sync_skipped').length, 1, 'logged once a day')

  users.add(user, { subscription: aSubscription() })
  clock.advance(nextSyncAt.getTime() - noon.getTime() + hours(24 * 20))
  await start()
  const requestedReports = (await findLatest())?.reports.filter(({ type }) => type === 'sp_campaigns')
  const [recent] = requestedReports ?? []
  t.ok(recent && recent.days.from <= addDays(days.to, 1), 'the twenty missed days are requested')
})

t.test('S-23 a sync waits for an earlier sync run and keeps its position', async t => {
  const { start, findLatest, connection, syncRuns, syncSchedule, clock } = await scene()
  const run = aRun({ connectionId: connection.id })
  await syncRuns.save(run, [aCompletedReport({ syncRunId: run.id, connectionId: connection.id })])

  await start()

  t.equal(await findLatest(), null)
  t.strictSame(syncSchedule.planned.get(connection.id), noon, 'due since the same time')
  await syncRuns.failOpenReports(connection.id, { error: 'cancelled', detail: null }, noon)
  clock.set(after(noon, minutes(4)))
  await start()
  t.equal(await findLatest(), null)
  clock.set(after(noon, minutes(5)))
  await start()
  t.ok(await findLatest())
})

t.test('S-26 an authorisation lost while its sync waits is not used', async t => {
  const { start, findLatest, connection, connections, users, jobQueue } = await scene()
  users.meanwhile = () => connections.save(markAuthorisationLost(connection, 'grant_revoked', noon))

  await start()

  t.equal(await findLatest(), null)
  t.strictSame(jobQueue.enqueued, [])
})

t.test('S-23 a sync that fails on our side does not block others and is retried an hour later', async t => {
  const { start, findLatest, connection, users, connections, syncSchedule, ...fakes } = await scene()
  const other = aUser()
  users.add(other, { subscription: aSubscription() })
  const brokenConnection = anActiveConnection({
    userId: other.id,
    profile: aProfile({ timezone: 'Mars/Olympus' }),
  })
  await connections.save(brokenConnection)
  await syncSchedule.schedule(brokenConnection.id, after(noon, -hours(1)))

  await t.rejects(start(), AggregateError)

  t.ok(await findLatest(), 'the next connection is synced')
  const isDue = async (at: Date) => (await syncSchedule.due(at, 9, regions)).includes(brokenConnection.id)
  t.equal(await isDue(after(noon, minutes(59))), false)
  t.equal(await isDue(after(noon, hours(1))), true)
  t.equal(await fakes.syncRuns.latestOf(brokenConnection.id), null)
})

t.test('S-23 S-43 a requested sync that cannot start waits a minute and stays interactive', async t => {
  const { start, findLatest, connection, syncSchedule, clock, ...fakes } = await scene()
  const openRun = aRun({ connectionId: connection.id })
  await fakes.syncRuns.save(openRun, [
    aRequestedReport({ syncRunId: openRun.id, connectionId: connection.id }),
  ])
  await syncSchedule.schedule(connection.id, noon, true)

  await start()
  t.strictSame(await syncSchedule.due(after(noon, minutes(0.9)), 9, regions), [])

  await fakes.syncRuns.failOpenReports(connection.id, { error: 'cancelled', detail: null }, noon)
  clock.set(after(noon, minutes(1)))
  await start()
  t.ok((await findLatest())?.reports.every(report => report.isInteractive))
})

t.test('S-23 a connection without a sync schedule gets one', async t => {
  const { connection, syncSchedule, ...fakes } = await scene()
  await syncSchedule.cancel(connection.id)
  const startDueSyncs = new StartDueSyncs({ ...fakes, requestSync: fakes.requestSync })

  t.equal(await startDueSyncs.scheduleMissing(), 1)
  t.strictSame(syncSchedule.planned.get(connection.id), noon)
  t.equal(await startDueSyncs.scheduleMissing(), 0)
})
