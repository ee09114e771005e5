import type { Test } from 'tap'
import { type CaseKey, caseId } from '../../../src/admin/index.ts'
import type { CaseFilter, CaseSummary } from '../../../src/admin/ports.ts'
import { parseSearchTerms } from '../../../src/admin/search/search-terms.ts'
import { close, erase } from '../../../src/domain/connection/connection.ts'
import type {
  AmazonReportId,
  AttemptId,
  ReportId,
  SyncRunId,
  UserId,
} from '../../../src/domain/identifiers.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import { entry, type TimelineEvent } from '../../../src/domain/timeline/entry.ts'
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
} from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

const all = { kinds: [], levels: [], about: null, before: null, limit: 9 }
const pressed: TimelineEvent = { kind: 'sent_to_amazon', region: 'na' }
const lost: TimelineEvent = { kind: 'authorisation_lost', why: 'grant_revoked' }

export function storiesContract(t: Test, open: OpenStores): void {
  t.test('S-41 a case has its own timeline entries and its user’s, newest first', async t => {
    const stores = await open(t)
    const { timelineReader, timeline } = stores
    const { id: connectionId, userId } = await aConnectionOnRecord(stores, { isExclusive: false })
    const other = await aConnectionOnRecord(stores, {
      userId,
      isExclusive: false,
      profile: aBritishProfile(),
    })
    const stranger = await stores.createUser()
    const attemptId = anId<AttemptId>()
    await timeline.append(
      entry(noon, { userId, attemptId }, pressed),
      entry(minutesLater(1), { userId, connectionId }, lost),
      entry(minutesLater(2), { userId, connectionId: other.id }, lost),
      entry(minutesLater(3), { userId: stranger.id }, pressed),
    )

    const own = await timelineReader.page({ userId, connectionId }, all)
    t.strictSame(
      own.map(({ event }) => event),
      [lost, pressed],
    )
    t.has(own[1], { at: noon, userId, attemptId, connectionId: null, syncRunId: null, reportId: null })
    t.strictSame(
      (await timelineReader.latestOf({ userId, connectionId }, [])).map(({ id }) => id),
      own.map(({ id }) => id),
    )
    t.equal((await timelineReader.page({ userId, connectionId: null }, all)).length, 1)
  })

  t.test('S-41 a timeline is read page by page and filtered by its subject', async t => {
    const stores = await open(t)
    const { timelineReader, timeline } = stores
    const { id: connectionId, userId } = await aConnectionOnRecord(stores)
    const [syncRunId, attemptId] = [anId<SyncRunId>(), anId<AttemptId>()]
    await timeline.append(
      entry(noon, { userId, attemptId }, pressed),
      entry(noon, { userId, connectionId, syncRunId }, { kind: 'sync_finished', loaded: 1, failed: 0 }),
      entry(noon, { userId, connectionId }, lost),
    )
    const key = { userId, connectionId }
    const kinds = async (filter: Partial<typeof all>) =>
      (await timelineReader.page(key, { ...all, ...filter })).map(({ event }) => event.kind)

    const [newest, ...more] = await timelineReader.page(key, { ...all, limit: 1 })
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
    const { id: connectionId, userId } = await aConnectionOnRecord(stores)
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

export function worksContract(t: Test, open: OpenStores): void {
  t.test('S-42 a deferred sync is attributed to the queue of its region', async t => {
    const stores = await open(t)
    const { workerHeartbeats: works, rateLimiter } = stores
    const inRegion = async (region: Region, isInteractive = false) => {
      const connection = await aConnectionOnRecord(stores, { profile: aProfile({ region }) })
      await stores.syncSchedule.schedule(connection.id, minutesLater(-60), isInteractive)
      return connection
    }
    const [american, european, interactive] = [
      await inRegion('na'),
      await inRegion('eu'),
      await inRegion('eu', true),
    ]
    const order = () =>
      rateLimiter.tryAcquire('eu', 'report_request', { id: anId<ReportId>(), isInteractive: false }, noon)
    await Promise.all(Array.from({ length: 1700 }, order))

    t.equal((await works.statusFor(european.id, noon)).syncsHeldFor, 'region_rate_limited')
    const nearlyEmpty = (await works.statusFor(european.id, minutesLater(0.4))).syncsHeldFor
    t.equal(
      nearlyEmpty,
      'region_rate_limited',
      'a sync starts this second, and the queue is longer in the next',
    )
    t.equal((await works.statusFor(european.id, minutesLater(2))).syncsHeldFor, null)
    t.equal(
      (await works.statusFor(interactive.id, noon)).syncsHeldFor,
      null,
      'an interactive sync is not deferred',
    )
    const deferUntil = await inRegion('eu')
    await stores.syncSchedule.defer(deferUntil.id, noon, {
      interactive: minutesLater(1),
      other: minutesLater(60),
    })
    t.equal(
      (await works.statusFor(deferUntil.id, noon)).syncsHeldFor,
      null,
      'our own deferral does not count',
    )
    t.equal((await works.statusFor(american.id, noon)).syncsHeldFor, null)
    t.equal((await works.statusFor(null, noon)).syncsHeldFor, null)
    for (let each = 0; each < 6; each += 1)
      await rateLimiter.recordOutcome(
        'na',
        'unanswered',
        { reportId: anId<ReportId>(), connectionId: american.id },
        noon,
      )
    t.equal((await works.statusFor(american.id, noon)).syncsHeldFor, 'region_down')
  })

  t.test('S-42 a diagnosis reads the latest worker heartbeat and the overdue steps', async t => {
    const stores = await open(t)
    const { workerHeartbeats: works, syncRuns } = stores
    const { id: connectionId } = await aConnectionOnRecord(stores)
    t.strictSame(await works.statusFor(connectionId, noon), {
      workerSeenAt: null,
      lateSince: null,
      syncsHeldFor: null,
    })

    await works.record(anId(), noon)
    await works.record(anId(), minutesLater(-5))
    const run = aRun({ connectionId })
    const its = { syncRunId: run.id, connectionId }
    await syncRuns.save(run, [
      aRequestedReport({ ...its, dueAt: minutesLater(-2) }),
      aRequestedReport({ ...its, type: 'sp_targeting', dueAt: minutesLater(-1) }),
      aGeneratingReport({ ...its, type: 'sb_campaigns', dueAt: minutesLater(1) }),
    ])
    t.strictSame(await works.statusFor(connectionId, noon), {
      workerSeenAt: noon,
      lateSince: minutesLater(-2),
      syncsHeldFor: null,
    })
    t.strictSame(await works.statusFor(null, noon), {
      workerSeenAt: noon,
      lateSince: null,
      syncsHeldFor: null,
    })
  })

  t.test('S-42 repeated heartbeats belong to the same worker', async t => {
    const { workerHeartbeats: works } = await open(t)
    const worker = anId()
    await works.record(worker, noon)
    await works.record(worker, minutesLater(1))
    t.has(await works.statusFor(null, noon), { workerSeenAt: minutesLater(1) })
  })
}

export const aSummary = (key: CaseKey, its: Partial<CaseSummary> = {}): CaseSummary => ({
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
  ...its,
})

const anyCase: CaseFilter = { health: null, stage: null, cause: null, plan: null, region: null }

export function caseSummariesContract(t: Test, open: OpenStores): void {
  const ids = (found: readonly { readonly key: CaseKey }[]) => found.map(({ key }) => caseId(key))

  t.test('S-40 a case with new timeline entries is claimed once, with all cases it affects', async t => {
    const stores = await open(t)
    const { summaries, timeline, unitOfWork } = stores
    const { id: connectionId, userId } = await aConnectionOnRecord(stores)
    const take = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
    t.strictSame(
      ids((await take()).map(key => ({ key }))).sort(),
      [userId, connectionId].sort(),
      'a new user',
    )
    t.strictSame(await take(), [], 'only once')

    await timeline.append(entry(noon, { userId, connectionId }, lost))
    t.strictSame((await take()).map(caseId).sort(), [userId, connectionId].sort())
    await timeline.append(entry(noon, { userId }, pressed))
    t.strictSame((await take()).map(caseId).sort(), [userId, connectionId].sort(), 'all cases of the user')
    await timeline.append(
      entry(
        noon,
        { userId, connectionId },
        { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: '1' },
      ),
    )
    t.strictSame(await take(), [], 'one successful report of many')
    await timeline.append(entry(noon, { userId, connectionId }, lost))
    await t.rejects(
      unitOfWork.transaction(async () => {
        await summaries.claimChanged(noon, 99)
        throw new Error('it breaks')
      }),
    )
    t.equal((await take()).length, 2, 'a case whose summary failed is claimed again')
  })

  t.test('S-40 a due case is claimed until it has a new due time', async t => {
    const stores = await open(t)
    const { summaries, unitOfWork } = stores
    const { id: connectionId, userId } = await aConnectionOnRecord(stores)
    const key = { userId, connectionId }
    await unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
    await summaries.save(aSummary(key, { refreshAt: noon }))
    const take = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))

    t.strictSame(await take(), [key])
    await summaries.save(aSummary(key, { refreshAt: minutesLater(1) }))
    t.strictSame(await take(), [])
    await summaries.delete(key)
    t.strictSame(await summaries.find([], anyCase, null, 9), [])
  })

  t.test('S-40 when more cases are due than claimed at once, the longest waiting come first', async t => {
    const { createUser, summaries, unitOfWork } = await open(t)
    const users = [await createUser(), await createUser()]
    const keys = users.map(({ id: userId }) => ({ userId, connectionId: null }))
    const take = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 1))

    t.strictSame([await take(), await take(), await take()], [[keys[0]], [keys[1]], []])
    for (const [at, key] of keys.entries())
      await summaries.save(aSummary(key, { refreshAt: minutesLater(-at) }))
    t.strictSame(await take(), [keys[1]])
  })

  t.test('S-40 cases are found by each of their words and ids, and by several at once', async t => {
    const stores = await open(t)
    const { summaries, syncRuns, timeline } = stores
    const { id: connectionId, userId } = await aConnectionOnRecord(stores)
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
    const find = async (typed: string) => ids(await summaries.find(parseSearchTerms(typed), anyCase, null, 9))

    for (const typed of [
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
      const isReference = typed.length === 8 && typed === connectionId.slice(0, 8)
      const query = isReference ? `${typed.slice(0, 4)}-${typed.slice(4)}` : typed
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
    const keep = (userId: UserId, ...texts: readonly string[]) =>
      summaries.save(aSummary({ userId, connectionId: null }, { text: texts }))
    await keep(anna.id, 'anna.xu@mail.test', 'anna (a4) o-neil', '上海商店')
    await keep(lexus.id, 'lexus+b2@mail.test', 'lexus_x9')
    const find = async (typed: string) =>
      ids(await summaries.find(parseSearchTerms(typed), anyCase, null, 9)).sort()

    for (const typed of ['xu', 'XU', 'an', 'a', 'a4', 'ne', 'xu a4', '海商'])
      t.strictSame(await find(typed), [anna.id], typed)
    for (const typed of ['b2', 'exu', 'x9', 'l']) t.strictSame(await find(typed), [lexus.id], typed)
    for (const typed of ['x', 'ma', 'te', '@'])
      t.strictSame(await find(typed), [anna.id, lexus.id].sort(), typed)
    for (const typed of ['nn', 'us', '9', 'xu b2', '%', '__']) t.strictSame(await find(typed), [], typed)
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
    const whole = await summaries.find([], anyCase, null, 9)
    t.equal(whole.length, 4)
    for (const [typed, filter, found] of [
      ['', anyCase, whole],
      ['sam', anyCase, whole],
      ['8017093095374960', anyCase, whole],
      ['sam 8017093095374960', { ...anyCase, cause: 'plan_missing' }, whole],
      ['', { ...anyCase, plan: 'annual' }, whole.filter(({ plan }) => plan === 'annual')],
      [
        '',
        { ...anyCase, plan: 'annual', cause: 'plan_missing' },
        whole.filter(({ plan }) => plan === 'annual'),
      ],
    ] as const) {
      const read: string[] = []
      for (let place = null as Parameters<typeof summaries.find>[2]; ; ) {
        const page = await summaries.find(parseSearchTerms(typed), filter, place, 2)
        read.push(...ids(page))
        const last = page.at(-1)
        if (page.length !== 2 || !last) break
        place = { lastEventAt: last.lastEventAt, id: caseId(last.key) }
      }
      t.strictSame(read, ids(found), typed)
    }
    t.ok((whole[0]?.lastEventAt ?? noon) > (whole[3]?.lastEventAt ?? noon))
    const filtered = await summaries.find([], { ...anyCase, plan: 'none', cause: 'plan_missing' }, null, 9)
    t.strictSame(ids(filtered), [users[0]?.id])
    t.match(filtered[0], { user: users[0], account: null, amazonEmail: null, health: null })
    t.strictSame(await summaries.find([], { ...anyCase, cause: 'healthy' }, null, 9), [])
    t.strictSame((await summaries.counts()).cause, new Map([['plan_missing', 4]]))
  })

  t.test('S-27 S-40 no case summary is written for a connection whose erasure has begun', async t => {
    const stores = await open(t)
    const { summaries, connections } = stores
    const connection = await aConnectionOnRecord(stores)
    const { id: connectionId, userId } = connection
    await connections.save(erase(close(connection, 'disconnected', noon)))

    await summaries.save(aSummary({ userId, connectionId }))

    t.strictSame(await summaries.find([], anyCase, null, 9), [])
    t.strictSame(await summaries.connectionsOf(userId), [])
  })
}
