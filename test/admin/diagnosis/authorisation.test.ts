import t from 'tap'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import type { PlanRestriction } from '../../../src/domain/access/subscription.ts'
import type { AuthorisationLossReason, Connection } from '../../../src/domain/connection/connection.ts'
import type { TimelineEvent } from '../../../src/domain/timeline/entry.ts'
import {
  aClosedConnection,
  anActiveConnection,
  anErasedConnection,
  anUnauthorisedConnection,
  hoursLater,
  minutesLater,
} from '../../support/examples.ts'
import { aCase, aSync, aTimelineEntry, causesOf, findingOf, timelineOf } from './case-examples.ts'

const lapsed: PlanRestriction = { kind: 'lapsed', plan: 'monthly', endedAt: hoursLater(-5) }

t.test('S-02 S-42 a plan restriction is named before everything that follows from it', async t => {
  const causes: [PlanRestriction, Cause][] = [
    [{ kind: 'no_plan' }, 'plan_missing'],
    [{ kind: 'not_full_suite' } as PlanRestriction, 'plan_not_full_suite'],
    [lapsed, 'plan_lapsed'],
  ]
  for (const [planRestriction, cause] of causes) {
    t.strictSame(causesOf(aCase({ planRestriction })), [cause])
    const timeline = timelineOf({ kind: 'callback_denied', error: 'access_denied', description: '' })
    t.strictSame(causesOf(aCase({ planRestriction, timeline })), [cause, 'consent_cancelled'])
    t.strictSame(findingOf(cause, aCase({ planRestriction }))?.about, { planRestriction })
  }
})

t.test('S-03 S-42 a lapsed plan is dated from its end, with a related entry as evidence', async t => {
  t.match(findingOf('plan_lapsed', aCase({ planRestriction: lapsed })), {
    since: hoursLater(-5),
    evidence: [{ at: hoursLater(-5), entry: null, sentence: String }],
  })
  t.strictSame(findingOf('plan_missing', aCase({ planRestriction: { kind: 'no_plan' } }))?.since, null)
  t.strictSame(findingOf('plan_missing', aCase({ planRestriction: { kind: 'no_plan' } }))?.evidence, [])
  const relatedEvents: TimelineEvent[] = [
    { kind: 'connect_rejected', planRestriction: 'lapsed' },
    { kind: 'sync_skipped', planRestriction: 'lapsed' },
    { kind: 'plan_changed', source: 'billing', eventId: 'e' as never, before: null, after: null },
  ]
  for (const event of relatedEvents) {
    const entry = aTimelineEntry(event)
    const finding = findingOf(
      'plan_lapsed',
      aCase({ planRestriction: lapsed, timeline: [aTimelineEntry({ kind: 'erased' }), entry] }),
    )
    t.equal(finding?.evidence.length, 2)
    t.equal(finding?.evidence[1]?.entry, entry)
  }
})

t.test('S-26 S-42 a lost authorisation is dated from its loss', async t => {
  const causes: Record<AuthorisationLossReason, Cause> = {
    grant_revoked: 'grant_revoked',
    consent_expired: 'consent_expired',
    profile_access_lost: 'profile_access_lost',
    marked_by_staff: 'marked_unauthorised',
  }
  for (const [why, cause] of Object.entries(causes)) {
    const connection = anUnauthorisedConnection({ why: why as AuthorisationLossReason })
    const entry = aTimelineEntry({ kind: 'authorisation_lost', why: why as AuthorisationLossReason })
    t.strictSame(causesOf(aCase({ connection, sync: aSync() })), [cause])
    const finding = findingOf(
      cause,
      aCase({ connection, timeline: [aTimelineEntry({ kind: 'erasure_requested' }), entry] }),
    )
    t.match(finding, { since: hoursLater(-1), evidence: [{ at: minutesLater(-1), entry, sentence: null }] })
  }
  t.match(findingOf('grant_revoked', aCase({ connection: anUnauthorisedConnection() }))?.evidence, [
    { at: hoursLater(-1), entry: null, sentence: /lost\.$/ },
  ])
})

t.test('S-27 S-42 a closed connection shows why and when it closed, and its retention', async t => {
  const entry = aTimelineEntry({ kind: 'closed', reason: 'disconnected' })
  const closedConnections: [Connection, Cause][] = [
    [aClosedConnection(), 'disconnected'],
    [aClosedConnection({ reason: 'replaced' }), 'replaced'],
  ]
  for (const [connection, cause] of closedConnections) {
    t.strictSame(causesOf(aCase({ connection })), [cause])
    t.match(findingOf(cause, aCase({ connection })), {
      since: hoursLater(-1),
      about: { until: hoursLater(30 * 24 - 1) },
      evidence: [{ at: hoursLater(-1), entry: null, sentence: 'Connection closed.' }],
    })
    const timeline = [aTimelineEntry({ kind: 'erasure_requested' }), entry]
    t.strictSame(findingOf(cause, aCase({ connection, timeline }))?.evidence[0]?.entry, entry)
  }
})

t.test('S-27 S-42 an erased connection is dated from its closure', async t => {
  const entry = aTimelineEntry({ kind: 'erasure_started' })
  for (const status of ['erasing', 'erased'] as const) {
    const connection = anErasedConnection({ status } as never)
    t.strictSame(causesOf(aCase({ connection })), ['erased'])
    t.match(findingOf('erased', aCase({ connection })), {
      since: hoursLater(-1),
      evidence: [{ at: hoursLater(-1), entry: null, sentence: String }],
    })
    const timeline = [aTimelineEntry({ kind: 'erasure_requested' }), entry]
    t.strictSame(findingOf('erased', aCase({ connection, timeline }))?.evidence[0]?.entry, entry)
  }
})

t.test('S-42 the same cause from two kinds of facts is one finding', async t => {
  const failedExchange = aTimelineEntry({
    kind: 'token_exchange_failed',
    why: 'code_refused',
    amazonError: 'invalid_grant',
    requestId: null,
    skewSeconds: 400,
  })
  const failedFetch = aTimelineEntry({
    kind: 'profiles_fetch_failed',
    region: 'eu',
    why: 'our_error',
    skewSeconds: 300,
    amazonMessage: 'too old',
  })
  const finding = findingOf('clock_skewed', aCase({ timeline: [failedFetch, failedExchange] }))
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    [failedExchange, failedFetch],
  )
  t.match(
    finding?.about,
    { skewSeconds: 400, detail: 'too old', regions: ['eu'] },
    'the newer entry’s values win',
  )
})

t.test('S-42 a cause shown by two facts is dated from the earlier one', async t => {
  const connection = anActiveConnection()
  const workerStatus = {
    workerSeenAt: minutesLater(0),
    lateSince: null,
    syncDeferralReason: 'region_rate_limited',
  } as const
  const throttledReport = (failedAt: Date) =>
    aSync({
      nextSyncAt: hoursLater(-3),
      lastLoadedAt: hoursLater(-10),
      finished: [
        {
          ...aSync().finished[0],
          status: 'failed',
          failedAt,
          reason: { error: 'throttled', detail: null },
        } as never,
      ],
    })
  const sinceOf = (failedAt: Date) =>
    findingOf('throttled', aCase({ connection, workerStatus, sync: throttledReport(failedAt) }))?.since
  t.strictSame(sinceOf(hoursLater(-9)), hoursLater(-9))
  t.strictSame(
    sinceOf(hoursLater(-2)),
    hoursLater(-2),
    'the sync has been waiting since the last sync run ended',
  )
})
