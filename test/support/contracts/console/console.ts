import type { Test } from 'tap'
import { type CaseKey, caseId } from '../../../../src/admin/cases/case-key.ts'
import { parseSearchTerms } from '../../../../src/admin/cases/search-terms.ts'
import type { CaseFilter, CaseSummary } from '../../../../src/admin/ports.ts'
import { close, erase } from '../../../../src/domain/connection/connection.ts'
import type {
  AmazonReportId,
  AttemptId,
  ReportId,
  SyncRunId,
  UserId,
} from '../../../../src/domain/identifiers.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { entry, type TimelineEvent } from '../../../../src/domain/timeline/entry.ts'
import {
  aBritishProfile,
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
const sentToAmazon: TimelineEvent = { kind: 'sent_to_amazon', region: 'na' }
const authorisationLost: TimelineEvent = { kind: 'authorisation_lost', why: 'grant_revoked' }

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
      await rateLimiter.recordOutcome(
        'na',
        'unanswered',
        { reportId: anId<ReportId>(), connectionId: american.id },
        noon,
      )
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

const anyCase: CaseFilter = { health: null, stage: null, cause: null, plan: null, region: null }

export function caseSummariesContract(t: Test, open: OpenStores): void {
  const ids = (found: readonly { readonly key: CaseKey }[]) => found.map(({ key }) => caseId(key))

  t.test('S-40 a case with new timeline entries is claimed once, with all affected cases', async t => {
    const stores = await open(t)
    const { summaries, timeline, unitOfWork } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
    t.strictSame(
      ids((await claim()).map(key => ({ key }))).sort(),
      [userId, connectionId].sort(),
      'a new user',
    )
    t.strictSame(await claim(), [], 'only once')

    await timeline.append(entry(noon, { userId, connectionId }, authorisationLost))
    t.strictSame((await claim()).map(caseId).sort(), [userId, connectionId].sort())
    await timeline.append(entry(noon, { userId }, sentToAmazon))
    t.strictSame((await claim()).map(caseId).sort(), [userId, connectionId].sort(), 'all cases of the user')
    await timeline.append(
      entry(
        noon,
        { userId, connectionId },
        { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: '1' },
      ),
    )
    t.strictSame(await claim(), [], 'an accepted report affects no case')
    await timeline.append(entry(noon, { userId, connectionId }, authorisationLost))
    await t.rejects(
      unitOfWork.transaction(async () => {
        await summaries.claimChanged(noon, 99)
        throw new Error('the summary failed')
      }),
    )
    t.equal((await claim()).length, 2, 'a case whose summary failed is claimed again')
  })

  t.test('S-40 a due case is claimed until it has a new due time', async t => {
    const stores = await open(t)
    const { summaries, unitOfWork } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const key = { userId, connectionId }
    await unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
    await summaries.save(aSummary(key, { refreshAt: noon }))
    const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))

    t.strictSame(await claim(), [key])
    await summaries.save(aSummary(key, { refreshAt: minutesLater(1) }))
    t.strictSame(await claim(), [])
    await summaries.delete(key)
    t.strictSame(await summaries.find([], anyCase, null, 9), [])
  })

  t.test('S-40 when more cases are due than claimed at once, the longest waiting come first', async t => {
    const { createUser, summaries, unitOfWork } = await open(t)
    const users = [await createUser(), await createUser()]
    const keys = users.map(({ id: userId }) => ({ userId, connectionId: null }))
    const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 1))

    t.strictSame([await claim(), await claim(), await claim()], [[keys[0]], [keys[1]], []])
    for (const [at, key] of keys.entries())
      await summaries.save(aSummary(key, { refreshAt: minutesLater(-at) }))
    t.strictSame(await claim(), [keys[1]])
  })

  t.test('S-40 cases are found by each of their words and ids, and by several at once', async t => {
    const stores = await open(t)
    const { summaries, syncRuns, timeline } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const other = await stores.createUser()
    const attemptId = anId<AttemptId>()
    await summaries.save(aSummary({ userId, connectionId }))
    await summaries.save(aSummary({ userId: other.id, connectionId: null }, { text: ['100%@example.test'] }))
    const run = aRun({ connectionId })
    const report = aGeneratingReport({
      syncRunId: run.id,
      connectionId,
      amazonReportId: anId<AmazonReportId>(),
    })
    await syncRuns.save(run, [report])
    const { id: reportId, amazonReportId } = report
    await timeline.append(
      entry(
        noon,
        { userId, connectionId, attemptId, syncRunId: run.id, reportId },
        {
          kind: 'report_accepted',
          report: 'sp_campaigns',
          amazonReportId,
        },
      ),
    )
    const find = async (input: string) => ids(await summaries.find(parseSearchTerms(input), anyCase, null, 9))

    for (const input of [
      'sam@',
      'SAM seller',
      'example.test sam',
      '8017093095374960',
      '801709',
      'amzn1.account.JANE',
      'amazon.com',
      connectionId,
      connectionId.slice(0, 4) + connectionId.slice(4, 8),
      run.id,
      reportId,
      amazonReportId,
      userId,
    ]) {
      const isReference = input.length === 8 && input === connectionId.slice(0, 8)
      const query = isReference ? `${input.slice(0, 4)}-${input.slice(4)}` : input
      t.strictSame(await find(query), [connectionId], query)
    }
    t.strictSame(await find('100%'), [other.id])
    t.strictSame(await find('1%0'), [], 'a special character is matched literally')
    t.strictSame(await find('amazon.de'), [])
    t.strictSame(await find(`sam ${other.id}`), [])
    t.strictSame(await find(anId()), [])
  })

  t.test('S-40 one or two letters match the start of a word, more match anywhere', async t => {
    const stores = await open(t)
    const { summaries } = stores
    const [anna, lexus] = await Promise.all([stores.createUser(), stores.createUser()])
    const save = (userId: UserId, ...texts: readonly string[]) =>
      summaries.save(aSummary({ userId, connectionId: null }, { text: texts }))
    await save(anna.id, 'anna.xu@mail.test', 'anna (a4) o-neil', '上海商店')
    await save(lexus.id, 'lexus+b2@mail.test', 'lexus_x9')
    const find = async (input: string) =>
      ids(await summaries.find(parseSearchTerms(input), anyCase, null, 9)).sort()

    for (const input of ['xu', 'XU', 'an', 'a', 'a4', 'ne', 'xu a4', '海商'])
      t.strictSame(await find(input), [anna.id], input)
    for (const input of ['b2', 'exu', 'x9', 'l']) t.strictSame(await find(input), [lexus.id], input)
    for (const input of ['x', 'ma', 'te', '@'])
      t.strictSame(await find(input), [anna.id, lexus.id].sort(), input)
    for (const input of ['nn', 'us', '9', 'xu b2', '%', '__']) t.strictSame(await find(input), [], input)
  })

  t.test('S-40 a case list is filtered and read page by page, latest event first', async t => {
    const stores = await open(t)
    const { summaries } = stores
    const users = await Promise.all([1, 2, 3, 4].map(() => stores.createUser()))
    for (const [index, { id: userId }] of users.entries())
      await summaries.save(
        aSummary(
          { userId, connectionId: null },
          {
            lastEventAt: minutesLater(index % 2),
            plan: index === 0 ? 'none' : 'annual',
            cause: 'plan_missing',
            profileId: '8017093095374960',
          },
        ),
      )
    const all = await summaries.find([], anyCase, null, 9)
    t.equal(all.length, 4)
    for (const [input, filter, expected] of [
      ['', anyCase, all],
      ['sam', anyCase, all],
      ['8017093095374960', anyCase, all],
      ['sam 8017093095374960', { ...anyCase, cause: 'plan_missing' }, all],
      ['', { ...anyCase, plan: 'annual' }, all.filter(({ plan }) => plan === 'annual')],
      [
        '',
        { ...anyCase, plan: 'annual', cause: 'plan_missing' },
        all.filter(({ plan }) => plan === 'annual'),
      ],
    ] as const) {
      const readIds: string[] = []
      for (let cursor = null as Parameters<typeof summaries.find>[2]; ; ) {
        const page = await summaries.find(parseSearchTerms(input), filter, cursor, 2)
        readIds.push(...ids(page))
        const last = page.at(-1)
        if (page.length !== 2 || !last) break
        cursor = { lastEventAt: last.lastEventAt, id: caseId(last.key) }
      }
      t.strictSame(readIds, ids(expected), input)
    }
    t.ok((all[0]?.lastEventAt ?? noon) > (all[3]?.lastEventAt ?? noon))
    const filtered = await summaries.find([], { ...anyCase, plan: 'none', cause: 'plan_missing' }, null, 9)
    t.strictSame(ids(filtered), [users[0]?.id])
    t.match(filtered[0], { user: users[0], account: null, amazonEmail: null, health: null })
    t.strictSame(await summaries.find([], { ...anyCase, cause: 'healthy' }, null, 9), [])
    t.strictSame((await summaries.counts()).cause, new Map([['plan_missing', 4]]))
  })

  t.test('S-27 S-40 no case summary is written for a connection whose erasure has begun', async t => {
    const stores = await open(t)
    const { summaries, connections } = stores
    const connection = await aSavedConnection(stores)
    const { id: connectionId, userId } = connection
    await connections.save(erase(close(connection, 'disconnected', noon)))

    await summaries.save(aSummary({ userId, connectionId }))

    t.strictSame(await summaries.find([], anyCase, null, 9), [])
    t.strictSame(await summaries.connectionsOf(userId), [])
  })
}
