import t from 'tap'
import type { PlanRestriction } from '../../../src/domain/access/subscription.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { Connection } from '../../../src/domain/connection/connection.ts'
import { healthOf, type SyncState, staleAfter } from '../../../src/domain/health/health.ts'
import {
  aClosedConnection,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anErasedConnection,
  anUnauthorisedConnection,
  aRequestedReport,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

/** A connection loaded an hour ago, without an error. */
const calm: SyncState = {
  interactiveSync: { requestedAt: hoursLater(-48), reports: [aLoadedReport()] },
  open: [],
  finished: [aLoadedReport({ loadedAt: hoursLater(-1) })],
  failingSince: new Map(),
  lastLoadedAt: hoursLater(-1),
  nextSyncAt: hoursLater(9),
}

const seen = (
  its: {
    connection?: Connection
    planRestriction?: PlanRestriction
    loading?: Partial<SyncState> | null
  } = {},
  now = noon,
) =>
  healthOf(
    {
      connection: its.connection ?? anActiveConnection({ connectedAt: hoursLater(-48) }),
      planRestriction: its.planRestriction ?? null,
      sync: its.loading === null ? null : { ...calm, ...its.loading },
    },
    now,
  )

const throttled = { error: 'throttled', retryAfterSeconds: null } as const
const waitsForAmazon = aRequestedReport({
  consecutiveErrors: 2,
  lastError: throttled,
  failingSince: minutesLater(-7),
  dueAt: minutesLater(4),
})

t.test('connected: loaded data is fresh and the next sync is scheduled', async t => {
  t.strictSame(seen(), {
    health: 'connected',
    since: hoursLater(-48),
    lastLoadedAt: hoursLater(-1),
    nextSyncAt: hoursLater(9),
  })
})

t.test('connected: a daily sync in progress does not change the health', async t => {
  t.equal(seen({ loading: { open: [aGeneratingReport()] } }).health, 'connected')
})

t.test('S-21 loading: an initial sync or a reauthorisation sync is in progress', async t => {
  const reports = [aLoadedReport(), aFailedReport(), aGeneratingReport(), aRequestedReport()]
  const interactiveSync = { requestedAt: minutesLater(-3), reports }
  const open = [aGeneratingReport(), aRequestedReport()]

  t.strictSame(seen({ loading: { interactiveSync, open } }), {
    health: 'loading',
    since: minutesLater(-3),
    done: 2,
    total: 4,
  })
  t.has(seen({ connection: anActiveConnection({ connectedAt: noon }), loading: null }), { health: 'loading' })
})

t.test('S-26 loading: a reauthorised connection with old data is not stale while it loads', async t => {
  const interactiveSync = { requestedAt: minutesLater(-3), reports: [aGeneratingReport()] }
  const absent = { lastLoadedAt: hoursLater(-900), interactiveSync, open: [aGeneratingReport()] }

  t.equal(seen({ loading: absent }).health, 'loading')
  t.equal(seen({ loading: absent }, hoursLater(26)).health, 'stale')
})

t.test('S-24 throttled: every open report waits because Amazon throttled us', async t => {
  t.strictSame(seen({ loading: { open: [waitsForAmazon] } }), {
    health: 'throttled',
    since: minutesLater(-7),
    dueAt: minutesLater(4),
  })
})

t.test('S-24 throttled: due reports and reports deferred for other reasons do not count', async t => {
  t.equal(seen({ loading: { open: [waitsForAmazon] } }).health, 'throttled')
  for (const its of [
    { dueAt: noon },
    { deferralReason: 'region_down', deferredSince: minutesLater(-3) },
  ] as const)
    t.equal(seen({ loading: { open: [{ ...waitsForAmazon, ...its }] } }).health, 'connected')
})

t.test('S-24 throttled: a slowed region counts from the time it was slowed', async t => {
  for (const deferralReason of ['region_rate_limited', 'report_type_rate_limited'] as const) {
    const deferred = aRequestedReport({
      deferredSince: minutesLater(-20),
      deferralReason,
      dueAt: minutesLater(2),
    })

    t.strictSame(seen({ loading: { open: [waitsForAmazon, deferred] } }), {
      health: 'throttled',
      since: minutesLater(-20),
      dueAt: minutesLater(2),
    })
  }
})

t.test('S-24 throttled: one report that progresses or has another error prevents this health', async t => {
  for (const other of [
    aGeneratingReport(),
    aRequestedReport({
      lastError: { error: 'timeout' },
      failingSince: noon,
      dueAt: minutesLater(9),
    }),
    aRequestedReport({ deferredSince: noon, deferralReason: 'region_down', dueAt: minutesLater(9) }),
    aRequestedReport({ deferredSince: noon, deferralReason: 'database_down', dueAt: minutesLater(9) }),
    { ...waitsForAmazon, dueAt: noon },
  ]) {
    t.equal(seen({ loading: { open: [waitsForAmazon, other] } }).health, 'connected')
  }
})

t.test('S-23 stale: exactly 26 hours after the last load', async t => {
  const at = after(hoursLater(-1), staleAfter)

  t.equal(seen({}, after(at, -1)).health, 'connected')
  t.strictSame(seen({}, at), {
    health: 'stale',
    since: at,
    lastLoadedAt: hoursLater(-1),
    isSyncing: false,
    nextSyncAt: hoursLater(9),
  })
  t.has(seen({ loading: { open: [aGeneratingReport()] } }, at), { health: 'stale', isSyncing: true })
})

t.test('S-23 stale: a connection that never loaded, 26 hours after it was connected', async t => {
  const connection = anActiveConnection({ connectedAt: noon })

  t.equal(seen({ connection, loading: null }, hoursLater(25)).health, 'loading')
  t.strictSame(seen({ connection, loading: null }, hoursLater(26)), {
    health: 'stale',
    since: hoursLater(26),
    lastLoadedAt: null,
    isSyncing: false,
    nextSyncAt: null,
  })
})

t.test('S-24 partly failing: since the first time that the report type failed', async t => {
  const failed = aFailedReport({ type: 'sb_campaigns', failedAt: hoursLater(-1) })
  const finished = [aLoadedReport({ loadedAt: hoursLater(-1) }), failed]

  t.strictSame(seen({ loading: { finished, failingSince: new Map([['sb_campaigns', hoursLater(-49)]]) } }), {
    health: 'partly_failing',
    since: hoursLater(-49),
    failed: [failed],
    nextSyncAt: hoursLater(9),
  })
})

t.test('S-24 failing: no report type could be loaded last time', async t => {
  const finished = [
    aFailedReport({ failedAt: minutesLater(-9) }),
    aFailedReport({ failedAt: minutesLater(-8) }),
  ]

  t.has(seen({ loading: { finished } }), { health: 'failing', since: minutesLater(-9) })
})

t.test('S-26 needs authorisation: revoked, expired and lost rights are distinguished', async t => {
  for (const why of ['grant_revoked', 'consent_expired', 'profile_access_lost'] as const) {
    const connection = anUnauthorisedConnection({ why, since: hoursLater(-3) })

    t.strictSame(seen({ connection }), { health: 'needs_authorisation', since: hoursLater(-3), why })
  }
})

t.test('S-03 paused: since the plan lapsed, if that time is known', async t => {
  const lapsed: PlanRestriction = { kind: 'lapsed', plan: 'monthly', endedAt: hoursLater(-30) }

  t.strictSame(seen({ planRestriction: lapsed }), {
    health: 'paused',
    since: hoursLater(-30),
    planRestriction: lapsed,
  })
  const planRestriction: PlanRestriction = { kind: 'no_plan' }
  t.strictSame(seen({ planRestriction }), { health: 'paused', since: null, planRestriction })
})

t.test('S-27 disconnected: retained, being erased and erased are distinguished', async t => {
  const connection = aClosedConnection({ closedAt: hoursLater(-2), eraseAt: hoursLater(700) })
  const of = (connection: Connection, now = noon) => seen({ connection, loading: null }, now)

  t.strictSame(of(connection), {
    health: 'disconnected',
    since: hoursLater(-2),
    eraseAt: hoursLater(700),
    data: 'kept',
  })
  t.strictSame(of(connection, hoursLater(700)), {
    health: 'disconnected',
    since: hoursLater(-2),
    eraseAt: null,
    data: 'erasing',
  })
  t.has(of(anErasedConnection({ status: 'erasing' })), { health: 'disconnected', data: 'erasing' })
  t.has(of(anErasedConnection()), { health: 'disconnected', since: hoursLater(-1), data: 'erased' })
})

t.test('S-03 S-26 the most urgent of several health states is shown', async t => {
  const planRestriction: PlanRestriction = { kind: 'no_plan' }
  const stale = { lastLoadedAt: hoursLater(-90), finished: [aFailedReport()] }
  const loading = { ...stale, open: [waitsForAmazon] }

  t.equal(seen({ connection: aClosedConnection(), planRestriction, loading }).health, 'disconnected')
  t.equal(
    seen({ connection: anUnauthorisedConnection(), planRestriction, loading }).health,
    'needs_authorisation',
  )
  t.equal(seen({ planRestriction, loading }).health, 'paused')
  t.equal(seen({ loading }).health, 'throttled')
  t.equal(seen({ loading: stale }).health, 'stale')
})
