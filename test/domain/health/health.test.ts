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

/** Loaded an hour ago without an error. */
const healthySync: SyncState = {
  interactiveSync: { requestedAt: hoursLater(-48), reports: [aLoadedReport()] },
  open: [],
  finished: [aLoadedReport({ loadedAt: hoursLater(-1) })],
  failingSince: new Map(),
  lastLoadedAt: hoursLater(-1),
  nextSyncAt: hoursLater(9),
}

const healthWith = (
  overrides: {
    connection?: Connection
    planRestriction?: PlanRestriction
    sync?: Partial<SyncState> | null
  } = {},
  now = noon,
) =>
  healthOf(
    {
      connection: overrides.connection ?? anActiveConnection({ connectedAt: hoursLater(-48) }),
      planRestriction: overrides.planRestriction ?? null,
      sync: overrides.sync === null ? null : { ...healthySync, ...overrides.sync },
    },
    now,
  )

const throttledError = { error: 'throttled', retryAfterSeconds: null } as const
const throttledReport = aRequestedReport({
  consecutiveErrors: 2,
  lastError: throttledError,
  failingSince: minutesLater(-7),
  dueAt: minutesLater(4),
})

t.test('connected: loaded data is fresh and the next sync is scheduled', async t => {
  t.strictSame(healthWith(), {
    health: 'connected',
    since: hoursLater(-48),
    lastLoadedAt: hoursLater(-1),
    nextSyncAt: hoursLater(9),
  })
})

t.test('connected: a daily sync in progress does not change the health', async t => {
  t.equal(healthWith({ sync: { open: [aGeneratingReport()] } }).health, 'connected')
})

t.test('S-21 loading: an initial sync or a reauthorisation sync is in progress', async t => {
  const reports = [aLoadedReport(), aFailedReport(), aGeneratingReport(), aRequestedReport()]
  const interactiveSync = { requestedAt: minutesLater(-3), reports }
  const open = [aGeneratingReport(), aRequestedReport()]

  t.strictSame(healthWith({ sync: { interactiveSync, open } }), {
    health: 'loading',
    since: minutesLater(-3),
    done: 2,
    total: 4,
  })
  t.has(healthWith({ connection: anActiveConnection({ connectedAt: noon }), sync: null }), {
    health: 'loading',
  })
})

t.test('S-26 loading: a reauthorised connection with old data is not stale while it loads', async t => {
  const interactiveSync = { requestedAt: minutesLater(-3), reports: [aGeneratingReport()] }
  const staleSync = { lastLoadedAt: hoursLater(-900), interactiveSync, open: [aGeneratingReport()] }

  t.equal(healthWith({ sync: staleSync }).health, 'loading')
  t.equal(healthWith({ sync: staleSync }, hoursLater(26)).health, 'stale')
})

t.test('S-24 throttled: every open report waits because Amazon throttled us', async t => {
  t.strictSame(healthWith({ sync: { open: [throttledReport] } }), {
    health: 'throttled',
    since: minutesLater(-7),
    dueAt: minutesLater(4),
  })
})

t.test('S-24 throttled: due reports and reports deferred for other reasons do not count', async t => {
  t.equal(healthWith({ sync: { open: [throttledReport] } }).health, 'throttled')
  for (const overrides of [
    { dueAt: noon },
    { deferralReason: 'region_down', deferredSince: minutesLater(-3) },
  ] as const)
    t.equal(healthWith({ sync: { open: [{ ...throttledReport, ...overrides }] } }).health, 'connected')
})

t.test('S-24 throttled: a report deferred by a rate limit counts from the time of its deferral', async t => {
  for (const deferralReason of ['region_rate_limited', 'report_type_rate_limited'] as const) {
    const deferred = aRequestedReport({
      deferredSince: minutesLater(-20),
      deferralReason,
      dueAt: minutesLater(2),
    })

    t.strictSame(healthWith({ sync: { open: [throttledReport, deferred] } }), {
      health: 'throttled',
      since: minutesLater(-20),
      dueAt: minutesLater(2),
    })
  }
})

t.test('S-24 throttled: one report that progresses or has another error rules it out', async t => {
  for (const other of [
    aGeneratingReport(),
    aRequestedReport({
      lastError: { error: 'timeout' },
      failingSince: noon,
      dueAt: minutesLater(9),
    }),
    aRequestedReport({ deferredSince: noon, deferralReason: 'region_down', dueAt: minutesLater(9) }),
    aRequestedReport({ deferredSince: noon, deferralReason: 'database_down', dueAt: minutesLater(9) }),
    { ...throttledReport, dueAt: noon },
  ]) {
    t.equal(healthWith({ sync: { open: [throttledReport, other] } }).health, 'connected')
  }
})

t.test('S-23 stale: exactly 26 hours after the last load', async t => {
  const staleSince = after(hoursLater(-1), staleAfter)

  t.equal(healthWith({}, after(staleSince, -1)).health, 'connected')
  t.strictSame(healthWith({}, staleSince), {
    health: 'stale',
    since: staleSince,
    lastLoadedAt: hoursLater(-1),
    isSyncing: false,
    nextSyncAt: hoursLater(9),
  })
  t.has(healthWith({ sync: { open: [aGeneratingReport()] } }, staleSince), {
    health: 'stale',
    isSyncing: true,
  })
})

t.test('S-23 stale: a connection that never loaded, 26 hours after it was connected', async t => {
  const connection = anActiveConnection({ connectedAt: noon })

  t.equal(healthWith({ connection, sync: null }, hoursLater(25)).health, 'loading')
  t.strictSame(healthWith({ connection, sync: null }, hoursLater(26)), {
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
  const failingSince = new Map([['sb_campaigns', hoursLater(-49)]] as const)

  t.strictSame(healthWith({ sync: { finished, failingSince } }), {
    health: 'partly_failing',
    since: hoursLater(-49),
    failed: [failed],
    nextSyncAt: hoursLater(9),
  })
})

t.test('S-24 failing: every report type failed in the last sync', async t => {
  const finished = [
    aFailedReport({ failedAt: minutesLater(-9) }),
    aFailedReport({ failedAt: minutesLater(-8) }),
  ]

  t.has(healthWith({ sync: { finished } }), { health: 'failing', since: minutesLater(-9) })
})

t.test('S-26 needs authorisation: revocation, expiry and lost rights are distinguished', async t => {
  for (const why of ['grant_revoked', 'consent_expired', 'profile_access_lost'] as const) {
    const connection = anUnauthorisedConnection({ why, since: hoursLater(-3) })

    t.strictSame(healthWith({ connection }), { health: 'needs_authorisation', since: hoursLater(-3), why })
  }
})

t.test('S-03 paused: since the plan lapsed, if that time is known', async t => {
  const lapsed: PlanRestriction = { kind: 'lapsed', plan: 'monthly', endedAt: hoursLater(-30) }

  t.strictSame(healthWith({ planRestriction: lapsed }), {
    health: 'paused',
    since: hoursLater(-30),
    planRestriction: lapsed,
  })
  const planRestriction: PlanRestriction = { kind: 'no_plan' }
  t.strictSame(healthWith({ planRestriction }), { health: 'paused', since: null, planRestriction })
})

t.test('S-27 disconnected: retained, being erased and erased are distinguished', async t => {
  const connection = aClosedConnection({ closedAt: hoursLater(-2), eraseAt: hoursLater(700) })
  const closedHealth = (connection: Connection, now = noon) => healthWith({ connection, sync: null }, now)

  t.strictSame(closedHealth(connection), {
    health: 'disconnected',
    since: hoursLater(-2),
    eraseAt: hoursLater(700),
    data: 'kept',
  })
  t.strictSame(closedHealth(connection, hoursLater(700)), {
    health: 'disconnected',
    since: hoursLater(-2),
    eraseAt: null,
    data: 'erasing',
  })
  t.has(closedHealth(anErasedConnection({ status: 'erasing' })), { health: 'disconnected', data: 'erasing' })
  t.has(closedHealth(anErasedConnection()), { health: 'disconnected', since: hoursLater(-1), data: 'erased' })
})

t.test('S-03 S-26 the most urgent of several health states is shown', async t => {
  const planRestriction: PlanRestriction = { kind: 'no_plan' }
  const stale = { lastLoadedAt: hoursLater(-90), finished: [aFailedReport()] }
  const sync = { ...stale, open: [throttledReport] }

  t.equal(healthWith({ connection: aClosedConnection(), planRestriction, sync }).health, 'disconnected')
  t.equal(
    healthWith({ connection: anUnauthorisedConnection(), planRestriction, sync }).health,
    'needs_authorisation',
  )
  t.equal(healthWith({ planRestriction, sync }).health, 'paused')
  t.equal(healthWith({ sync }).health, 'throttled')
  t.equal(healthWith({ sync: stale }).health, 'stale')
})
