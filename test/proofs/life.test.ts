/**
 * Model-based test of a connection's life. After each random event, a small model and the use cases must agree on its
 * health and since when.
 */
import fc from 'fast-check'
import t from 'tap'
import { RecordAuthorisationLoss } from '../../src/application/connection/authorisation/get-access-token.ts'
import { ChooseProfile } from '../../src/application/connection/choose-profile.ts'
import { Disconnect } from '../../src/application/connection/disconnect.ts'
import { EraseConnections } from '../../src/application/connection/erase-connections.ts'
import { RequestErasure } from '../../src/application/connection/request-erasure.ts'
import { StartDueSyncs } from '../../src/application/connection/start-due-syncs.ts'
import { GetSyncProgress } from '../../src/application/ingestion/get-sync-progress.ts'
import { planRestrictionOf } from '../../src/domain/access/subscription.ts'
import { after, hours, minutes } from '../../src/domain/calendar.ts'
import { type AuthorisationLossReason, isLive } from '../../src/domain/connection/connection.ts'
import { DomainError } from '../../src/domain/domain-error.ts'
import { type HealthName, healthOf } from '../../src/domain/health/health.ts'
import type { ConnectionId } from '../../src/domain/identifiers.ts'
import {
  type CompletedReport,
  isFinished,
  markFailed,
  markLoaded,
  scheduleRetry,
} from '../../src/domain/ingestion/report.ts'
import {
  aPendingConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  noon,
  regionResultsWith,
} from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'
import { repetitions } from './repetitions.ts'

type Event =
  | { readonly event: 'choose' | 'disconnect' | 'request erasure' | 'sweep' | 'sync' | 'lapse' | 'pay' }
  | { readonly event: 'lose'; readonly why: 'grant_revoked' | 'profile_access_lost' }
  /** Applies to all reports in progress. */
  | { readonly event: 'load' | 'fail' | 'throttle' }
  | { readonly event: 'wait'; readonly hours: number }

const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Event>({ event: 'choose' }) },
  { weight: 4, arbitrary: fc.constantFrom<Event>({ event: 'load' }, { event: 'sync' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Event>(
      { event: 'fail' },
      { event: 'throttle' },
      { event: 'lapse' },
      { event: 'pay' },
      { event: 'disconnect' },
      { event: 'request erasure' },
      { event: 'sweep' },
      { event: 'lose', why: 'grant_revoked' },
      { event: 'lose', why: 'profile_access_lost' },
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(1, 5, 25, 26, 24 * 29, 24 * 30)
      .map(count => ({ event: 'wait', hours: count }) as const),
  },
)

/** The expected state of the connection. The model has no single reports: they all make progress together. */
interface Model {
  now: Date
  paidUntil: Date | null
  life: 'none' | 'live' | 'closed' | 'erased'
  connectedAt: Date
  closedAt: Date
  eraseAt: Date
  lostSince: Date | null
  why: AuthorisationLossReason | null
  /** The interactive sync run in progress. `syncing` is true during a daily run. */
  interactive: { since: Date } | null
  syncing: boolean
  throttledSince: Date | null
  dueAt: Date | null
  loadedAt: Date | null
  failingSince: Date | null
  syncDueAt: Date
}

const staleAfter = hours(26)

/** The model's health; the order is the specification. */
function expectedHealth(model: Model): { health: HealthName; since: Date | null } | null {
  const { now } = model
  if (model.life === 'none') return null
  if (model.life === 'closed' || model.life === 'erased')
    return { health: 'disconnected', since: model.closedAt }
  if (model.lostSince) return { health: 'needs_authorisation', since: model.lostSince }
  if (model.paidUntil && now >= model.paidUntil) return { health: 'paused', since: model.paidUntil }
  const hasSyncInProgress = model.interactive !== null || model.syncing
  if (hasSyncInProgress && model.throttledSince && model.dueAt && model.dueAt > now)
    return { health: 'throttled', since: model.throttledSince }
  if (model.interactive && now < after(model.interactive.since, staleAfter))
    return { health: 'loading', since: model.interactive.since }
  const staleSince = after(model.loadedAt ?? model.connectedAt, staleAfter)
  if (now >= staleSince) return { health: 'stale', since: staleSince }
  if (model.failingSince) return { health: 'failing', since: model.failingSince }
  return { health: 'connected', since: model.connectedAt }
}

async function createWorld() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const session = aSession({ userId: user.id, expiresAt: hoursLater(1e6) })
  await fakes.sessions.open(session)
  const choose = new ChooseProfile(fakes)
  const lose = new RecordAuthorisationLoss(fakes)
  const progress = new GetSyncProgress(fakes)
  const syncs = new StartDueSyncs(fakes)
  const erase = new EraseConnections(fakes)
  const latest = () => fakes.connections.all.at(-1) ?? null
  const changeReports = (
    change: (report: Parameters<typeof markFailed>[0]) => ReturnType<typeof markFailed | typeof markLoaded>,
  ) => {
    for (const row of fakes.syncRuns.reports.all())
      if (!isFinished(row.report))
        fakes.syncRuns.reports.set(row.report.id, { ...row, report: change(row.report) })
  }
  return {
    ...fakes,
    latest,
    choose: async () => {
      await fakes.pendingConnections.put(
        aPendingConnection({
          userId: user.id,
          savedAt: fakes.clock.now(),
          expiresAt: after(fakes.clock.now(), hours(1)),
          regionResults: regionResultsWith(aProfile()),
        }),
      )
      const { id: profileId } = aProfile()
      const by = { userId: user.id, sessionId: session.id, profileId, pendingId: null }
      return choose.execute({ ...by, replace: null, confirmedUserId: null, reauthorisedConnectionId: null })
    },
    disconnect: (connectionId: ConnectionId) =>
      new Disconnect(fakes).execute({ userId: user.id, connectionId, erasesData: false }),
    requestErasure: (connectionId: ConnectionId) =>
      new RequestErasure(fakes).execute({ userId: user.id, connectionId }),
    sweep: () => erase.execute(10),
    sync: () => syncs.execute(10),
    subscribe: (endsAt: Date | null) => fakes.users.add(user, { subscription: aSubscription({ endsAt }) }),
    lose: async (why: 'grant_revoked' | 'profile_access_lost') => {
      const connection = latest()
      if (connection?.status === 'active')
        await lose.execute(connection.id, why, connection.pendingConnectionId)
      changeReports(report => markFailed(report, { error: 'grant_revoked', detail: null }, fakes.clock.now()))
    },
    load: () => changeReports(report => markLoaded(report as CompletedReport, 1, fakes.clock.now())),
    fail: () =>
      changeReports(report =>
        markFailed(report, { error: 'failed_at_amazon', detail: null }, fakes.clock.now()),
      ),
    throttle: () => {
      const now = fakes.clock.now()
      for (const row of fakes.syncRuns.reports.all()) {
        const { report } = row
        if (isFinished(report)) continue
        const error = { error: 'throttled', retryAfterSeconds: null } as const
        const next = scheduleRetry(report, error, after(now, minutes(90)), now)
        fakes.syncRuns.reports.set(report.id, { ...row, report: next })
      }
    },
    health: async () => {
      const connection = latest()
      if (!connection) return null
      const now = fakes.clock.now()
      const planRestriction = planRestrictionOf(await fakes.subscriptions.of(user.id), now)
      const loading = isLive(connection) ? await progress.execute(connection) : null
      const sync = loading && {
        ...loading,
        interactiveSync: { requestedAt: loading.run.requestedAt, reports: loading.reports },
      }
      const { health, since } = healthOf({ connection, planRestriction, sync }, now)
      return { health, since }
    },
  }
}

type World = Awaited<ReturnType<typeof createWorld>>

/** Applies an event to the model and the product. Domain errors must match the model's expectation. */
async function applyEvent(event: Event, model: Model, real: World): Promise<void> {
  const connection = real.latest()
  const isPaid = !model.paidUntil || model.now < model.paidUntil
  switch (event.event) {
    case 'wait':
      model.now = after(model.now, hours(event.hours))
      real.clock.advance(hours(event.hours))
      return
    case 'lapse':
      model.paidUntil = model.now
      real.subscribe(model.now)
      return
    case 'pay':
      model.paidUntil = null
      real.subscribe(null)
      return
    case 'choose': {
      const chosen = await real.choose().catch(error => error)
      if (!isPaid) return void t.match(chosen, { code: 'plan_required' })
      const reopens = model.life === 'closed' && model.now < model.eraseAt
      const outcome = model.life === 'live' ? 'renewed' : reopens ? 'reopened' : 'connected'
      t.match(chosen, { outcome })
      if (outcome === 'connected') {
        Object.assign(model, { connectedAt: model.now, loadedAt: null, failingSince: null })
      }
      Object.assign(model, { life: 'live', lostSince: null, why: null })
      // A live connection's sync continues, and may still be throttled.
      if (outcome !== 'renewed') Object.assign(model, { syncing: false })
      if (outcome !== 'renewed' || !(model.interactive || model.syncing)) model.throttledSince = null
      model.dueAt = null
      model.interactive = { since: model.now }
      return
    }
    case 'disconnect':
      if (connection && model.life !== 'none') await real.disconnect(connection.id)
      if (model.life === 'live') {
        const eraseAt = after(model.now, hours(24 * 30))
        if (model.interactive || model.syncing) model.failingSince ??= model.now
        const noSync = { interactive: null, syncing: false, throttledSince: null }
        Object.assign(model, { life: 'closed', closedAt: model.now, eraseAt, ...noSync })
      }
      return
    case 'request erasure': {
      if (!connection) return
      const result = await real.requestErasure(connection.id).catch(error => error)
      t.equal(result instanceof DomainError, model.life === 'live')
      if (model.life === 'closed' && model.now < model.eraseAt) model.eraseAt = model.now
      return
    }
    case 'sweep':
      await real.sweep()
      if (model.life === 'closed' && model.now >= model.eraseAt) model.life = 'erased'
      return
    case 'lose':
      await real.lose(event.why)
      if (model.life === 'live') {
        if (!model.lostSince) Object.assign(model, { lostSince: model.now, why: event.why })
        if (model.interactive || model.syncing) model.failingSince ??= model.now
        Object.assign(model, { interactive: null, syncing: false, throttledSince: null })
      }
      return
    case 'sync':
      await real.sync()
      if (
        !connection ||
        !(await real.syncRuns.hasUnfinishedReports(connection.id)) ||
        model.interactive ||
        model.syncing
      )
        return
      // Without any loaded data, the daily sync is interactive.
      if (model.loadedAt) model.syncing = true
      else model.interactive = { since: model.now }
      return
    case 'load':
      real.load()
      if (model.interactive || model.syncing)
        Object.assign(model, { loadedAt: model.now, failingSince: null, interactive: null, syncing: false })
      model.throttledSince = null
      return
    case 'fail':
      real.fail()
      if (model.interactive || model.syncing) model.failingSince ??= model.now
      Object.assign(model, { interactive: null, syncing: false, throttledSince: null })
      return
    case 'throttle':
      real.throttle()
      if (model.interactive || model.syncing) {
        model.throttledSince ??= model.now
        model.dueAt = after(model.now, minutes(90))
      }
      return
  }
}

const { count, seed } = repetitions(300, 20_000)

t.test('S-03 S-26 S-27 the model and the product agree on health after any sequence of events', async t => {
  const reachedHealth = new Set<string>()
  const property = fc.asyncProperty(fc.array(events, { minLength: 5, maxLength: 40 }), async sequence => {
    const real = await createWorld()
    const model: Model = {
      now: noon,
      paidUntil: null,
      life: 'none',
      connectedAt: noon,
      closedAt: noon,
      eraseAt: noon,
      lostSince: null,
      why: null,
      interactive: null,
      syncing: false,
      throttledSince: null,
      dueAt: null,
      loadedAt: null,
      failingSince: null,
      syncDueAt: noon,
    }
    for (const event of sequence) {
      await applyEvent({ event: 'wait', hours: 1 / 3600 }, model, real)
      await applyEvent(event, model, real)
      const actual = await real.health()
      const expected = expectedHealth(model)
      if (actual) reachedHealth.add(actual.health)
      if (actual?.health !== expected?.health || actual?.since?.getTime() !== expected?.since?.getTime())
        throw new Error(
          `after ${JSON.stringify(event)} the product says ${JSON.stringify(actual)}, the model ${JSON.stringify(expected)}`,
        )
    }
  })

  await fc.assert(property, { numRuns: count, seed })

  t.strictSame([...reachedHealth].sort(), [
    'connected',
    'disconnected',
    'failing',
    'loading',
    'needs_authorisation',
    'paused',
    'stale',
    'throttled',
  ])
})
