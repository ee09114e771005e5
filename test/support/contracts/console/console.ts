import type { Test } from 'tap'
import type { CaseKey } from '../../../../src/admin/cases/case-key.ts'
import type { CaseSummary } from '../../../../src/admin/ports.ts'
import type { AttemptId, ReportId, SyncRunId } from '../../../../src/domain/identifiers.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { entry, type TimelineEvent } from '../../../../src/domain/timeline/entry.ts'
import {
  aBritishProfile,
  aCaller,
  aGeneratingReport,
  anId,
  aProfile,
  aRequestedReport,
  aRun,
  hoursLater,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

const allEntries = { kinds: [], levels: [], about: null, before: null, limit: 9 }
export const sentToAmazon: TimelineEvent = { kind: 'sent_to_amazon', region: 'na' }
export const authorisationLost: TimelineEvent = { kind: 'authorisation_lost', why: 'grant_revoked' }

export function timelineReaderContract(t: Test, open: OpenStores): void {
  t.test('S-41 a case has its own timeline entries and those of its user, newest first', async t => {
    const stores = await open(t)
    const { timelineReader, timeline } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores, { isExclusive: false })
    const other = await aSavedConnection(stores, {
      userId,
      isExclusive: false,
      profile: aBritishProfile(),
    })
    const stranger = await stores.createUser()
    const attemptId = anId<AttemptId>()
    await timeline.append(
      entry(noon, { userId, attemptId }, sentToAmazon),
      entry(minutesLater(1), { userId, connectionId }, authorisationLost),
      entry(minutesLater(2), { userId, connectionId: other.id }, authorisationLost),
      entry(minutesLater(3), { userId: stranger.id }, sentToAmazon),
    )

    const own = await timelineReader.page({ userId, connectionId }, allEntries)
    t.strictSame(
      own.map(({ event }) => event),
      [authorisationLost, sentToAmazon],
    )
    t.has(own[1], { at: noon, userId, attemptId, connectionId: null, syncRunId: null, reportId: null })
    t.strictSame(
      (await timelineReader.latestOf({ userId, connectionId }, [])).map(({ id }) => id),
      own.map(({ id }) => id),
    )
    t.equal((await timelineReader.page({ userId, connectionId: null }, allEntries)).length, 1)
  })

  t.test('S-41 a timeline is read page by page and filtered by kind, severity and subject', async t => {
    const stores = await open(t)
    const { timelineReader, timeline } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const [syncRunId, attemptId] = [anId<SyncRunId>(), anId<AttemptId>()]
    await timeline.append(
      entry(noon, { userId, attemptId }, sentToAmazon),
      entry(noon, { userId, connectionId, syncRunId }, { kind: 'sync_finished', loaded: 1, failed: 0 }),
      entry(noon, { userId, connectionId }, authorisationLost),
    )
    const key = { userId, connectionId }
    const kinds = async (filter: Partial<typeof allEntries>) =>
      (await timelineReader.page(key, { ...allEntries, ...filter })).map(({ event }) => event.kind)

    const [newest, ...more] = await timelineReader.page(key, { ...allEntries, limit: 1 })
    t.strictSame(more, [])
    t.equal(newest?.event.kind, 'authorisation_lost')
    t.strictSame(await kinds({ before: (newest?.id ?? null) as never }), ['sync_finished', 'sent_to_amazon'])
    t.strictSame(await kinds({ kinds: ['sync_finished'] as never }), ['sync_finished'])
    t.strictSame(await kinds({ levels: ['error'] as never }), ['authorisation_lost'])
    t.strictSame(await kinds({ about: syncRunId as never }), ['sync_finished'])
    t.strictSame(await kinds({ about: attemptId as never }), ['sent_to_amazon'])
    t.strictSame(await kinds({ about: anId() as never }), [])
  })

  t.test('S-42 a diagnosis reads the latest entries of the requested reports only', async t => {
    const stores = await open(t)
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const [reportId, otherId] = [anId<ReportId>(), anId<ReportId>()]
    const accepted = (id: string): TimelineEvent => ({
      kind: 'report_accepted',
      report: 'sp_campaigns',
      amazonReportId: id,
    })
    const about = { userId, connectionId, reportId }
    for (const id of ['1', '2', '3', '4', '5']) await stores.timeline.append(entry(noon, about, accepted(id)))
    await stores.timeline.append(entry(noon, { ...about, reportId: otherId }, accepted('6')))

    const read = await stores.timelineReader.latestOf({ userId, connectionId }, [reportId])
    t.strictSame(
      read.map(({ event }) => event),
      ['5', '4', '3', '2'].map(accepted),
    )
  })
}

export function workerHeartbeatsContract(t: Test, open: OpenStores): void {
  t.test('S-42 a deferred sync is attributed to the queue of its region', async t => {
    const stores = await open(t)
    const { workerHeartbeats, rateLimiter } = stores
    const connectIn = async (region: Region, isInteractive = false) => {
      const connection = await aSavedConnection(stores, { profile: aProfile({ region }) })
      await stores.syncSchedule.schedule(connection.id, minutesLater(-60), isInteractive)
      return connection
    }
    const [american, european, interactive] = [
      await connectIn('na'),
      await connectIn('eu'),
      await connectIn('eu', true),
    ]
    const requestReport = () =>
      rateLimiter.tryAcquire('eu', 'report_request', { id: anId<ReportId>(), isInteractive: false }, noon)
    await Promise.all(Array.from({ length: 1700 }, requestReport))

    t.equal((await workerHeartbeats.statusFor(european.id, noon)).syncDeferralReason, 'region_rate_limited')
    const heldFor = (await workerHeartbeats.statusFor(european.id, minutesLater(0.4))).syncDeferralReason
    t.equal(heldFor, 'region_rate_limited', 'a sync could start, but the queue is still over half full')
    t.equal((await workerHeartbeats.statusFor(european.id, minutesLater(2))).syncDeferralReason, null)
    t.equal(
      (await workerHeartbeats.statusFor(interactive.id, noon)).syncDeferralReason,
      null,
      'an interactive sync is not deferred',
    )
    const deferred = await connectIn('eu')
    await stores.syncSchedule.defer(deferred.id, noon, {
      interactive: minutesLater(1),
      other: minutesLater(60),
    })
    t.equal(
      (await workerHeartbeats.statusFor(deferred.id, noon)).syncDeferralReason,
      null,
      'our own deferral does not count',
    )
    t.equal((await workerHeartbeats.statusFor(american.id, noon)).syncDeferralReason, null)
    t.equal((await workerHeartbeats.statusFor(null, noon)).syncDeferralReason, null)
    for (let each = 0; each < 6; each += 1)
      await rateLimiter.recordOutcome('na', 'unanswered', aCaller({ connectionId: american.id }), noon)
    t.equal((await workerHeartbeats.statusFor(american.id, noon)).syncDeferralReason, 'region_down')
  })

  t.test('S-42 a diagnosis reads the latest worker heartbeat and the overdue steps', async t => {
    const stores = await open(t)
    const { workerHeartbeats, syncRuns } = stores
    const { id: connectionId } = await aSavedConnection(stores)
    t.strictSame(await workerHeartbeats.statusFor(connectionId, noon), {
      workerSeenAt: null,
      lateSince: null,
      syncDeferralReason: null,
    })

    await workerHeartbeats.record(anId(), noon)
    await workerHeartbeats.record(anId(), minutesLater(-5))
    const run = aRun({ connectionId })
    const own = { syncRunId: run.id, connectionId }
    await syncRuns.save(run, [
      aRequestedReport({ ...own, dueAt: minutesLater(-2) }),
      aRequestedReport({ ...own, type: 'sp_targeting', dueAt: minutesLater(-1) }),
      aGeneratingReport({ ...own, type: 'sb_campaigns', dueAt: minutesLater(1) }),
    ])
    t.strictSame(await workerHeartbeats.statusFor(connectionId, noon), {
      workerSeenAt: noon,
      lateSince: minutesLater(-2),
      syncDeferralReason: null,
    })
    t.strictSame(await workerHeartbeats.statusFor(null, noon), {
      workerSeenAt: noon,
      lateSince: null,
      syncDeferralReason: null,
    })
  })

  t.test('S-42 a repeated heartbeat updates when the worker was last seen', async t => {
    const { workerHeartbeats } = await open(t)
    const worker = anId()
    await workerHeartbeats.record(worker, noon)
    await workerHeartbeats.record(worker, minutesLater(1))
    t.has(await workerHeartbeats.statusFor(null, noon), { workerSeenAt: minutesLater(1) })
  })
}

export const aSummary = (key: CaseKey, overrides: Partial<CaseSummary> = {}): CaseSummary => ({
  key,
  health: key.connectionId ? 'connected' : null,
  stage: key.connectionId ? 'ready' : 'not_started',
  cause: key.connectionId ? 'healthy' : 'never_connected',
  plan: 'monthly',
  region: key.connectionId ? 'na' : null,
  country: key.connectionId ? 'US' : null,
  profileId: key.connectionId ? '8017093095374960' : null,
  amazonUserId: key.connectionId ? 'amzn1.account.JANE' : null,
  text: ['sam@example.test', 'sam seller'],
  causeSince: null,
  lastLoadedAt: null,
  lastEventAt: noon,
  refreshAt: hoursLater(6),
  ...overrides,
})
