import type { Test } from 'tap'
import type { CaseDigest } from '../../../src/admin/ports.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import { loseAuthorisation } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, ReportId } from '../../../src/domain/identifiers.ts'
import type { FailureReason } from '../../../src/domain/ingestion/trouble.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import {
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
} from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'

const nobody = { count: 0, since: null }
const sightings = { grantsSince: hoursLater(-24), mailsSince: hoursLater(-24) }

export function overviewsContract(t: Test, open: OpenStores): void {
  t.test('S-45 an empty database has zero counts', async t => {
    const { overviews } = await open(t)

    t.strictSame(await overviews.queue(noon), {
      waiting: 0,
      running: 0,
      late: 0,
      lateSince: null,
      runs: { first: 0, renewal: 0, daily: 0, retry: 0, again: 0 },
      syncsDue: nobody,
      longestWaiting: null,
    })
    t.strictSame(await overviews.failures(hoursLater(-24), noon), [])
    t.strictSame(
      await overviews.regions(hoursLater(-1)),
      (['na', 'eu', 'fe'] as const).map(region => ({ region, traffic: null, calls: [] })),
    )
    t.strictSame(await overviews.sightings({ ...sightings, causes: ['client_refused'] }), {
      refused: new Map(),
      grantsRefused: nobody,
      differing: nobody,
      mailsGivenUp: nobody,
    })
  })

  t.test('S-45 each open report is waiting, running or late', async t => {
    const stores = await open(t)
    const { overviews, ingestions, leases } = stores
    const { id: connectionId } = await aConnectionOnRecord(stores)
    const run = aRun({ connectionId })
    const own = { runId: run.id, connectionId }
    const held = aGeneratingReport({ ...own, type: 'sp_targeting', nextTryAt: minutesLater(-5) })
    await ingestions.save(run, [
      aRequestedReport({ ...own, nextTryAt: minutesLater(3) }),
      aRequestedReport({ ...own, type: 'sb_campaigns', nextTryAt: minutesLater(-0.5) }),
      aRequestedReport({ ...own, type: 'sd_campaigns', nextTryAt: minutesLater(-1) }),
      aRequestedReport({ ...own, type: 'sp_search_terms', nextTryAt: minutesLater(-4) }),
      held,
      aLoadedReport({ ...own, type: 'sp_advertised_products' }),
      aFailedReport({ ...own, type: 'sp_ad_groups' }),
    ])

    await leases.hold(held.id, noon, async () => {
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
    const stores = await open(t)
    const { overviews, syncs, connections } = stores
    const all = await Promise.all(
      Array.from({ length: 5 }, () => aConnectionOf(stores, { plan: 'annual', endsAt: null })),
    )
    for (const [at, { id }] of all.entries()) await syncs.plan(id, minutesLater(at - 4))
    const [lost] = all
    if (lost) await connections.save(loseAuthorisation(lost, 'grant_gone', noon))

    t.strictSame((await overviews.queue(noon)).syncsDue, { count: 3, since: minutesLater(-3) })
  })

  t.test('S-45 S-03 a sync without a plan or behind a sync run is not due', async t => {
    const stores = await open(t)
    const { overviews, syncs, ingestions } = stores
    const heldBy = (subscription: Subscription | null) => aConnectionOf(stores, subscription)
    const paid = await heldBy({ plan: 'monthly', endsAt: minutesLater(1) })
    const loading = await heldBy({ plan: 'annual', endsAt: null })
    const others = [null, { plan: 'listing_tools', endsAt: null }, { plan: 'annual', endsAt: noon }] as const
    const unpaid = await Promise.all(others.map(heldBy))
    for (const { id } of [loading, ...unpaid]) await syncs.plan(id, hoursLater(-7))
    await syncs.plan(paid.id, hoursLater(-6))
    const run = aRun({ connectionId: loading.id })
    await ingestions.save(run, [aGeneratingReport({ runId: run.id, connectionId: loading.id })])

    t.strictSame((await overviews.queue(noon)).syncsDue, { count: 1, since: hoursLater(-6) })

    await syncs.cancel(paid.id)
    await ingestions.abandon(loading.id, { trouble: 'cancelled', detail: null }, hoursLater(-1))
    const { syncsDue } = await overviews.queue(noon)
    t.strictSame(syncsDue, { count: 1, since: hoursLater(-1) }, 'due since the sync run ended')
  })

  t.test('S-45 open sync runs are counted by kind, with the longest waiting user', async t => {
    const stores = await open(t)
    const { overviews, ingestions } = stores
    const begin = async (kind: 'first' | 'renewal' | 'daily', minutes: number, name = 'Somebody') => {
      const person = await stores.addPerson({ name })
      const connection = await aConnectionOnRecord(stores, { personId: person.id })
      const run = aRun({ connectionId: connection.id, kind, requestedAt: minutesLater(-minutes) })
      await ingestions.save(run, [aRequestedReport({ runId: run.id, connectionId: connection.id })])
      return { person, connection, run }
    }
    await begin('first', 5)
    await begin('daily', 600)
    const over = await begin('first', 500)
    await ingestions.abandon(over.connection.id, { trouble: 'connection_closed', detail: null }, noon)
    const gone = await begin('first', 400)
    await stores.connections.save(
      anUnauthorisedConnection({
        ...gone.connection,
        status: 'needs_authorisation',
        profile: gone.connection.profile,
      }),
    )
    const { person, connection } = await begin('renewal', 40, 'Reni')

    const { runs, longestWaiting } = await overviews.queue(noon)

    t.strictSame(runs, { first: 2, renewal: 1, daily: 1, retry: 0, again: 0 })
    const { id, accountName, country } = connection.profile
    t.strictSame(longestWaiting, {
      key: { personId: person.id, connectionId: connection.id },
      person: { name: 'Reni', email: person.email },
      account: { id, accountName, country },
      since: minutesLater(-40),
    })
  })

  t.test('S-45 failures are counted by the hour, with the detail that names the cause', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aConnectionOnRecord(stores)
    const run = aRun({ connectionId })
    let at = 0
    const failed = (failedAt: Date, reason: FailureReason) => {
      at += 1
      const day = { from: `2026-04-${String(at).padStart(2, '0')}`, to: '2026-05-01' } as never
      return aFailedReport({ runId: run.id, connectionId, days: day, failedAt, reason })
    }
    const refused = (detail: string): FailureReason => ({ trouble: 'our_client', detail })
    await stores.ingestions.save(run, [
      failed(noon, { trouble: 'throttled', detail: 'a' }),
      failed(minutesLater(-1), { trouble: 'throttled', detail: 'b' }),
      failed(minutesLater(-60), { trouble: 'throttled', detail: null }),
      failed(minutesLater(-61), { trouble: 'throttled', detail: null }),
      failed(minutesLater(-61), refused('invalid_client: no such client')),
      failed(minutesLater(-61), refused('something else')),
      failed(minutesLater(-61), { trouble: 'token_refused', detail: null }),
      failed(minutesLater(-61), { trouble: 'token_refused', detail: null, skewSeconds: -420 }),
      failed(hoursLater(-24), { trouble: 'our_defect', detail: 'TypeError' }),
      failed(hoursLater(-24.01), { trouble: 'our_defect', detail: 'TypeError' }),
      failed(hoursLater(-47.5), { trouble: 'our_defect', detail: 'TypeError' }),
      failed(hoursLater(-48), { trouble: 'our_defect', detail: 'too old' }),
      failed(minutesLater(1), { trouble: 'our_defect', detail: 'not yet' }),
    ])

    const counts = await stores.overviews.failures(hoursLater(-48), noon)

    const sorted = counts.map(count => JSON.stringify(count)).sort()
    t.strictSame(
      sorted,
      [
        { reason: { trouble: 'throttled' }, hoursAgo: 0, reports: 3 },
        { reason: { trouble: 'throttled' }, hoursAgo: 1, reports: 1 },
        {
          reason: { trouble: 'our_client', detail: 'invalid_client: no such client' },
          hoursAgo: 1,
          reports: 1,
        },
        { reason: { trouble: 'our_client', detail: 'something else' }, hoursAgo: 1, reports: 1 },
        { reason: { trouble: 'token_refused' }, hoursAgo: 1, reports: 1 },
        { reason: { trouble: 'token_refused', skewSeconds: -420 }, hoursAgo: 1, reports: 1 },
        { reason: { trouble: 'our_defect' }, hoursAgo: 23, reports: 1 },
        { reason: { trouble: 'our_defect' }, hoursAgo: null, reports: 2 },
      ]
        .map(count => JSON.stringify(count))
        .sort(),
    )

    const soon = await stores.overviews.failures(hoursLater(-48, minutesLater(0.5)), minutesLater(0.5))
    const defects = soon.filter(({ reason }) => reason.trouble === 'our_defect')
    t.ok(
      defects.every(({ hoursAgo }) => hoursAgo === null),
      'a failure within the day half a minute ago is now outside',
    )
    t.equal(
      defects.reduce((sum, { reports }) => sum + reports, 0),
      3,
      'each failure is counted once',
    )
  })

  t.test('S-45 recent calls are counted by region and outcome', async t => {
    const { overviews, calls, regions } = await open(t)
    const call = (region: Region, outcome: 'answered' | 'throttled' | 'unanswered', at = noon) =>
      calls.begin(region)(outcome, at)
    call('na', 'answered')
    call('na', 'answered', minutesLater(1))
    call('na', 'throttled')
    call('eu', 'unanswered')
    call('eu', 'answered', hoursLater(-2))
    await calls.flush()
    call('na', 'answered')
    await calls.flush()
    await calls.flush()
    const by = { reportId: anId<ReportId>(), connectionId: anId<ConnectionId>() }
    await regions.observe('na', 'throttled', by, noon)

    const [na, eu, fe] = await overviews.regions(hoursLater(-1))

    const endings = (counts: typeof na) => counts?.calls.map(({ outcome, calls }) => `${calls} ${outcome}`)
    t.strictSame(endings(na), ['3 answered', '1 throttled'])
    t.strictSame(endings(eu), ['1 unanswered'])
    t.strictSame(endings(fe), [])
    t.strictSame(na?.traffic?.throttled, { connectionId: by.connectionId, at: noon })
    t.equal(eu?.traffic, null)
    t.ok(na?.calls.every(({ within, milliseconds, calls }) => milliseconds <= within * calls))
  })

  t.test('S-52 emails are due from their due time until they are sent or failed', async t => {
    const stores = await open(t)
    await giveUp(stores, noon)
    const { id: personId } = await stores.addPerson()
    for (const dueAt of [minutesLater(-20), minutesLater(-5), minutesLater(5)])
      await stores.outbox.put({
        episode: anId(),
        personId,
        connectionId: null,
        mail: { kind: 'connection_erased', closedAt: noon.toISOString() },
        createdAt: dueAt,
        dueAt,
      })

    t.strictSame(await stores.overviews.mailsDue(noon), { count: 2, since: minutesLater(-20) })
    t.strictSame(await stores.overviews.mailsDue(minutesLater(-30)), nobody)
  })

  t.test('S-45 possible alerts are counted with their start time', async t => {
    const stores = await open(t)
    const { overviews, connections, digests } = stores
    await told(stores, 'client_refused', minutesLater(-7))
    await told(stores, 'client_refused', minutesLater(-9))
    await told(stores, 'client_refused', null)
    await told(stores, 'all_well', minutesLater(-90))
    const forgotten = await told(stores, 'clock_skewed', minutesLater(-1))
    await digests.forget(forgotten.key)
    for (const minutes of [30, 20, 2000]) {
      const { id: personId } = await stores.addPerson()
      await connections.save(anUnauthorisedConnection({ personId, since: minutesLater(-minutes) }))
    }
    await differ(stores, 3, minutesLater(-10))
    await differ(stores, 1, minutesLater(-20))
    await differ(stores, 0, minutesLater(-30))
    await giveUp(stores, minutesLater(-3))
    await giveUp(stores, hoursLater(-25))

    const seen = await overviews.sightings({ ...sightings, causes: ['client_refused', 'clock_skewed'] })

    t.strictSame([...seen.refused], [['client_refused', { count: 3, since: minutesLater(-9) }]])
    t.strictSame(seen.grantsRefused, { count: 2, since: minutesLater(-30) })
    t.strictSame(seen.differing, { count: 2, since: minutesLater(-20) })
    t.strictSame(seen.mailsGivenUp, { count: 1, since: minutesLater(-3) })
  })

  t.test('S-45 cases are counted by health, stage and cause, without health if not connected', async t => {
    const stores = await open(t)
    await told(stores, 'loading', null)
    await told(stores, 'all_well', null, { health: 'connected', stage: 'ready' })
    await told(stores, 'all_well', null, { health: 'connected', stage: 'ready' })
    const { id: personId } = await stores.addPerson()
    await told(stores, 'not_tried', null, {
      key: { personId, connectionId: null },
      health: null,
      stage: 'not_begun',
    })

    const { health, stage, cause } = await stores.digests.counts()

    const sorted = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].sort())
    t.strictSame(sorted(health), { connected: 2, loading: 1 })
    t.strictSame(sorted(stage), { generating_reports: 1, not_begun: 1, ready: 2 })
    t.strictSame(sorted(cause), { all_well: 2, loading: 1, not_tried: 1 })
  })
}

async function told(
  stores: Stores,
  cause: CaseDigest['cause'],
  causeSince: Date | null,
  its: Partial<CaseDigest> = {},
): Promise<CaseDigest> {
  const { id: connectionId, personId } = await aConnectionOnRecord(stores)
  const digest: CaseDigest = {
    key: { personId, connectionId },
    health: 'loading',
    stage: 'generating_reports',
    cause,
    causeSince,
    plan: 'monthly',
    region: 'na',
    country: 'US',
    profileId: '801',
    amazonUserId: null,
    words: ['sam'],
    lastLoadedAt: null,
    activeAt: noon,
    lookAgainAt: hoursLater(6),
    ...its,
  }
  await stores.digests.keep(digest)
  return digest
}

async function differ(stores: Stores, differences: number, checkedAt: Date): Promise<void> {
  const { id: connectionId } = await aConnectionOnRecord(stores)
  const run = aRun({ connectionId })
  await stores.ingestions.save(run, [aLoadedReport({ runId: run.id, connectionId })])
  await stores.unitOfWork.run(() => stores.ingestions.settle(run.id, noon))
  await stores.unitOfWork.run(() =>
    stores.reconciliations.conclude(connectionId, noon, { checkedAt, differences }),
  )
}

async function giveUp(stores: Stores, at: Date): Promise<void> {
  const { id: personId } = await stores.addPerson()
  await stores.outbox.put({
    episode: anId(),
    personId,
    connectionId: null,
    mail: { kind: 'connection_erased', closedAt: noon.toISOString() },
    createdAt: noon,
    dueAt: noon,
  })
  const mail = await stores.outbox.claim(noon)
  if (!mail) throw new Error('no mail is due')
  await stores.unitOfWork.run(() =>
    stores.outbox.conclude(mail, { outcome: 'given_up', at, trouble: 'no such address' }),
  )
}

const aConnectionOf = async (stores: Stores, subscription: Subscription | null) =>
  aConnectionOnRecord(stores, { personId: (await stores.addPerson({}, subscription)).id })
