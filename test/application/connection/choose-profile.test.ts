import t from 'tap'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import type { ProfileSelection } from '../../../src/application/connection/profile-choice.ts'
import { EncryptedSecret } from '../../../src/application/ports.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { hours } from '../../../src/domain/calendar.ts'
import { close } from '../../../src/domain/connection/connection.ts'
import { PendingConnectionUndecryptable } from '../../../src/domain/connection/errors.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import { SecretDecryptionError } from '../../../src/domain/secret.ts'
import {
  aBritishProfile,
  aGrant,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  days,
  hoursLater,
  noon,
  regionResultsWith,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const agency = aProfile({ id: '4' as ProfileId, accountType: 'agency' })
const attribution = aProfile({ id: '5' as ProfileId, accountSubType: 'AMAZON_ATTRIBUTION' })

/** An open picker with an American, a British, an agency and an old Amazon Attribution profile. */
async function scene({
  role = 'seller',
  subscription = aSubscription(),
  overrides = {},
}: {
  role?: Role
  subscription?: Subscription | null
  overrides?: Partial<PendingConnection>
} = {}) {
  const fakes = openFakes()
  const user = aUser({ role })
  fakes.users.add(user, { subscription })
  const session = aSession({ userId: user.id })
  await fakes.sessions.open(session)
  const pending = aPendingConnection({
    userId: user.id,
    regionResults: regionResultsWith(aProfile(), aBritishProfile(), agency, attribution),
    ...overrides,
  })
  await fakes.pendingConnections.put(pending)
  const chooseProfile = new ChooseProfile(fakes)
  const choose = (
    profileId: ProfileId = aProfile().id,
    form: Partial<Pick<ProfileSelection, 'replace' | 'pendingId' | 'confirmedUserId'>> = {},
  ) =>
    chooseProfile.execute({
      userId: user.id,
      sessionId: session.id,
      profileId,
      replace: null,
      confirmedUserId: null,
      reauthorisedConnectionId: null,
      pendingId: null,
      ...form,
    })
  return {
    ...fakes,
    user,
    session,
    pending,
    choose,
    live: () => fakes.connections.liveByUser(user.id),
    current: async () => (await fakes.sessions.find(session.id, noon))?.session.currentConnectionId,
  }
}

type Scene = Awaited<ReturnType<typeof scene>>

t.test('S-11 choosing a profile connects it and starts its initial sync', async t => {
  const { choose, live, pending, pendingConnections, syncRuns, jobQueue, current } = await scene()

  const chosen = await choose()

  const [connection] = await live()
  t.has(connection, {
    status: 'active',
    profile: aProfile(),
    connectedAt: noon,
    isExclusive: true,
    grant: { consentedAt: pending.savedAt, loginRegion: 'na', amazonUser: pending.amazonUser },
  })
  t.strictSame(chosen, { outcome: 'connected', connectionId: connection?.id })
  t.equal(connection?.status === 'active' && connection.grant.refreshToken, pending.refreshToken)
  t.strictSame(pendingConnections.all, [], 'the pending connection is gone')
  t.equal(await current(), connection?.id)

  const loading = connection && (await syncRuns.latestOf(connection.id))
  t.has(loading?.run, { kind: 'initial', days, requestedAt: noon })
  t.equal(loading?.reports.length, reportCatalogue.length)
  t.strictSame(jobQueue.enqueued, [{ reportIds: loading?.reports.map(({ id }) => id), inMilliseconds: 0 }])
})

t.test('S-41 the choice and the sync run are on the timeline, without a token', async t => {
  const { choose, timeline, pending, live } = await scene()

  await choose(aBritishProfile().id)

  const [connection] = await live()
  t.match(timeline.entries, [
    {
      userId: pending.userId,
      attemptId: pending.attemptId,
      connectionId: connection?.id,
      event: {
        kind: 'connected',
        profileId: aBritishProfile().id,
        label: 'My Brand UK — Amazon.co.uk',
      },
    },
    { connectionId: connection?.id, event: { kind: 'sync_requested', reports: reportCatalogue.length } },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /secret|Atz/)
})

t.test('S-11 when the commit fails, nothing is connected and no job is enqueued', async t => {
  const { choose, live, pendingConnections, unitOfWork, syncRuns, timeline, jobQueue, current } =
    await scene()
  unitOfWork.commitError = new Error('the database is gone')

  await t.rejects(choose(), /the database is gone/)

  t.strictSame(await live(), [])
  t.equal(pendingConnections.all.length, 1)
  t.strictSame(syncRuns.reports.all(), [])
  t.strictSame([timeline.kinds, jobQueue.enqueued], [[], []])
  t.equal(await current(), null)
})

t.test('S-09 view-only and vendor profiles are connected like any other', async t => {
  const viewOnly = aProfile({ canEdit: false, accountType: 'vendor', accountName: null })
  const { choose, timeline } = await scene({ overrides: { regionResults: regionResultsWith(viewOnly) } })

  t.match(await choose(), { outcome: 'connected' })
  t.match(timeline.of('connected'), [{ event: { label: `Profile ${viewOnly.id} — Amazon.com` } }])
})

t.test('S-15 S-16 every rejected choice keeps the pending connection and is on the timeline', async t => {
  for (const [code, makeRejectedChoice] of [
    [
      'pending_expired',
      ({ clock, choose }) => {
        clock.advance(hours(1))
        return choose()
      },
    ],
    ['picker_outdated', ({ choose }) => choose(aProfile().id, { pendingId: anId<PendingConnectionId>() })],
    ['profile_not_listed', ({ choose }) => choose('404' as ProfileId)],
    ['profile_not_eligible', ({ choose }) => choose(agency.id)],
    ['profile_not_eligible', ({ choose }) => choose(attribution.id)],
    ['replacement_outdated', ({ choose }) => choose(aProfile().id, { replace: anId<ConnectionId>() })],
    [
      'plan_required',
      ({ choose, users, user }) => {
        users.add(user, { subscription: aSubscription({ endsAt: noon }) })
        return choose()
      },
    ],
  ] satisfies [string, (setup: Scene) => Promise<unknown>][]) {
    const setup = await scene()

    await t.rejects(makeRejectedChoice(setup), { code }, code)

    t.equal(await setup.pendingConnections.findByUser(setup.user.id), setup.pending, code)
    t.strictSame(await setup.live(), [], code)
    t.has(setup.timeline.entries, [
      { at: setup.clock.now(), userId: setup.user.id, event: { kind: 'choice_rejected', code } },
    ])
    t.strictSame([setup.syncRuns.reports.all(), setup.jobQueue.enqueued], [[], []], code)
  }
})

t.test('S-09 the timeline says why a profile is not eligible', async t => {
  const { choose, timeline } = await scene()
  await t.rejects(choose(agency.id))
  await t.rejects(choose(attribution.id))
  t.match(timeline.of('choice_rejected'), [
    { event: { why: 'agency' } },
    { event: { why: 'amazon_attribution' } },
  ])
})

t.test('S-15 without a pending connection no profile can be chosen', async t => {
  const { choose, pendingConnections, pending, timeline } = await scene()
  await pendingConnections.erase(pending.id)

  await t.rejects(choose(), { code: 'no_pending_connection' })
  t.match(timeline.entries, [
    { userId: pending.userId, event: { kind: 'choice_rejected', code: 'no_pending_connection' } },
  ])
})

t.test('S-02 without a suitable plan the choice is rejected in every role', async t => {
  for (const role of ['seller', 'manager', 'admin'] as const) {
    for (const [subscription, planRestriction] of [
      [null, 'no_plan'],
      [aSubscription({ plan: 'listing_tools' }), 'not_full_suite'],
      [aSubscription({ endsAt: noon }), 'lapsed'],
    ] as const) {
      const { choose, live } = await scene({ role, subscription })

      await t.rejects(
        choose(),
        { code: 'plan_required', planRestriction: { kind: planRestriction } },
        `${role} ${planRestriction}`,
      )
      t.strictSame(await live(), [])
    }
  }
})

t.test('S-17 a second profile is blocked until the seller replaces the first', async t => {
  const { choose, connections, user, live, pendingConnections, pending, timeline, jobQueue } = await scene()
  for (const first of [
    anActiveConnection({ userId: user.id }),
    anUnauthorisedConnection({ userId: user.id }),
  ]) {
    await connections.save({ ...first, id: '11111111-1111-4111-8111-111111111111' as ConnectionId })
    const [before] = await live()

    const chosen = await choose(aBritishProfile().id)

    t.strictSame(chosen, { outcome: 'blocked', profileId: aBritishProfile().id })
    t.strictSame(await live(), [before], 'the first connection is unchanged')
    t.equal(
      await pendingConnections.findByUser(user.id),
      pending,
      'a blocked choice keeps the pending connection',
    )
    t.match(timeline.entries.at(-1), {
      attemptId: pending.attemptId,
      event: { kind: 'choice_blocked', profileId: aBritishProfile().id, live: [before?.id] },
    })
  }
  t.strictSame(jobQueue.enqueued, [])
  t.notOk(timeline.kinds.includes('choice_rejected'))
})

t.test('S-17 replacing closes the first connection and opens the second in one step', async t => {
  const { choose, connections, requestSync, syncRuns, user, live, tokens, timeline, pending } = await scene()
  const first = anActiveConnection({ userId: user.id })
  await connections.save(first)
  await requestSync.execute({ connection: first, kind: 'initial' })

  const chosen = await choose(aBritishProfile().id, { replace: first.id })

  t.match(await live(), [{ profile: aBritishProfile(), isExclusive: true }])
  t.match(chosen, { outcome: 'connected', connectionId: (await live())[0]?.id })
  t.has(await connections.find(first.id), { status: 'closed', reason: 'replaced', closedAt: noon })
  t.equal(await tokens.read(first.id), null, 'the token of the first is erased')
  const old = await syncRuns.latestOf(first.id)
  t.ok(
    old?.reports.every(({ status }) => status === 'failed'),
    'the open reports of the first have ended',
  )
  t.match(timeline.of('closed'), [
    { connectionId: first.id, attemptId: pending.attemptId, event: { reason: 'replaced' } },
  ])
})

t.test('S-29 a user cannot replace another user’s connection', async t => {
  const { choose, connections } = await scene()
  const othersConnection = anActiveConnection()
  await connections.save(othersConnection)

  await t.rejects(choose(aProfile().id, { replace: othersConnection.id }), { code: 'replacement_outdated' })

  t.equal(await connections.find(othersConnection.id), othersConnection)
})

t.test('S-18 managers and admins can connect any number of profiles', async t => {
  for (const role of ['manager', 'admin'] as const) {
    const { choose, connections, user, live } = await scene({ role })
    await connections.save(anActiveConnection({ userId: user.id, isExclusive: false }))

    t.match(await choose(aBritishProfile().id), { outcome: 'connected' })

    t.strictSame(
      (await live()).map(({ isExclusive }) => isExclusive),
      [false, false],
    )
  }
})

t.test('S-19 choosing a connected profile reauthorises its connection', async t => {
  for (const existing of [
    anActiveConnection({ grant: aGrant() }),
    anUnauthorisedConnection({ connectedAt: hoursLater(-99) }),
  ]) {
    const { choose, connections, user, live, pending, pendingConnections, timeline, syncRuns, jobQueue } =
      await scene()
    const old = { ...existing, userId: user.id }
    await connections.save(old)

    const chosen = await choose()

    t.strictSame(chosen, { outcome: 'renewed', connectionId: old.id })
    const [connection, ...others] = await live()
    t.strictSame(others, [])
    t.has(connection, { id: old.id, status: 'active', connectedAt: old.connectedAt })
    t.equal(connection?.status === 'active' && connection.grant.refreshToken, pending.refreshToken)
    t.strictSame(pendingConnections.all, [])
    t.strictSame(timeline.kinds, ['reauthorised', 'sync_requested'])
    const loading = await syncRuns.latestOf(old.id)
    t.match(loading?.run, { kind: 'reauthorisation' })
    t.equal(jobQueue.enqueued[0]?.reportIds.length, loading?.reports.length)
  }
})

t.test('S-19 of two tabs that choose two profiles at once, only one connects', async t => {
  const { choose, live, syncRuns } = await scene()

  const results = await Promise.allSettled([choose(aProfile().id), choose(aBritishProfile().id)])

  t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.equal((await live()).length, 1)
  t.equal(syncRuns.reports.all().length, reportCatalogue.length)
})

t.test('S-19 a choice delayed by the lock sees what another tab connected', async t => {
  const { choose, connections, users, user, live } = await scene()
  const first = anActiveConnection({ userId: user.id })
  users.meanwhile = () => connections.save(first)

  t.match(await choose(aBritishProfile().id), { outcome: 'blocked' })
  t.strictSame(await live(), [first])
})

t.test('S-18 a choice delayed by the lock sees a role removed in the meantime', async t => {
  const { choose, connections, users, user } = await scene({ role: 'manager' })
  await connections.save(anActiveConnection({ userId: user.id, isExclusive: false }))
  users.meanwhile = async () => users.add({ ...user, role: 'seller' }, { subscription: aSubscription() })

  t.match(await choose(aBritishProfile().id), { outcome: 'blocked' })
})

t.test('S-19 a double click connects once, loads once and logs no error', async t => {
  const { choose, live, syncRuns, timeline, pending } = await scene()
  const click = () => choose(aProfile().id, { pendingId: pending.id })

  const [first, second] = await Promise.all([click(), click()])

  t.strictSame(second, first)
  t.equal((await live()).length, 1)
  t.equal(syncRuns.reports.all().length, reportCatalogue.length)
  t.strictSame(timeline.kinds, ['connected', 'sync_requested'])
})

t.test('S-19 a double click on a connected profile reauthorises once and logs no error', async t => {
  const { choose, connections, user, syncRuns, timeline, pending } = await scene()
  const old = anUnauthorisedConnection({ userId: user.id })
  await connections.save(old)
  const click = () => choose(aProfile().id, { pendingId: pending.id })

  const [first, second] = await Promise.allSettled([click(), click()])

  t.match(first, { status: 'fulfilled', value: { connectionId: old.id } })
  t.match(second, { status: 'fulfilled', value: { connectionId: old.id } })
  t.equal(
    syncRuns.reports.all().length,
    reportCatalogue.length * 2,
    'the last 30 days and the missed days before them',
  )
  t.strictSame(timeline.kinds, ['reauthorised', 'sync_requested'])
})

t.test('S-19 a double click on a replacement replaces once', async t => {
  const { choose, connections, user, live, timeline, pending } = await scene()
  const first = anActiveConnection({ userId: user.id })
  await connections.save(first)
  const click = () => choose(aBritishProfile().id, { replace: first.id, pendingId: pending.id })

  const results = await Promise.all([click(), click()])

  t.strictSame(results[0], results[1])
  t.equal((await live()).length, 1)
  t.equal(timeline.of('closed').length, 1)
})

t.test('S-15 a pending connection erased by the sweep during the choice counts as expired', async t => {
  const { choose, live, pendingConnections, timeline } = await scene()
  const { erase } = pendingConnections
  pendingConnections.erase = async id => {
    await erase.call(pendingConnections, id)
    return false
  }

  await t.rejects(choose(), { code: 'pending_expired' })

  t.strictSame(await live(), [])
  t.strictSame(timeline.kinds, ['choice_rejected'])
})

t.test('S-15 a picker is outdated once the connection made from it is closed', async t => {
  const { choose, live, connections, pending } = await scene()
  await choose(aProfile().id, { pendingId: pending.id })
  const [connection] = await live()
  if (connection) await connections.save(close(connection, 'disconnected', noon))

  await t.rejects(choose(aProfile().id, { pendingId: pending.id }), { code: 'no_pending_connection' })
  t.strictSame(await live(), [])
})

t.test('S-12 a pending connection that cannot be decrypted is erased, and the user starts again', async t => {
  const refreshToken = new EncryptedSecret(async () => {
    throw new SecretDecryptionError('no such key')
  })
  const { choose, live, pendingConnections, timeline } = await scene({ overrides: { refreshToken } })

  await t.rejects(choose(), PendingConnectionUndecryptable)

  t.strictSame(await live(), [])
  t.strictSame(pendingConnections.all, [])
  t.strictSame(timeline.kinds, ['pending_undecryptable', 'choice_rejected'])
})

t.test('S-12 erasing a pending connection that cannot be decrypted works if it is already gone', async t => {
  const refreshToken = new EncryptedSecret(async () => {
    throw new SecretDecryptionError('no such key')
  })
  const { choose, pendingConnections, pending, timeline } = await scene({ overrides: { refreshToken } })
  const findResults = [pending]
  pendingConnections.findByUser = async () => findResults.pop() ?? null

  await t.rejects(choose(), PendingConnectionUndecryptable)

  t.strictSame(timeline.kinds, ['choice_rejected'])
})

t.test('S-31 a replaced account is announced by email, the new one is not', async t => {
  const { choose, connections, user, outbox, unitOfWork, live, tokens } = await scene()
  const first = anActiveConnection({ userId: user.id })
  await connections.save(first)
  unitOfWork.commitError = new Error('the disk is full')
  await t.rejects(choose(aBritishProfile().id, { replace: first.id }), /the disk is full/)
  t.strictSame(outbox.emails, [], 'the replacement and its email are written in one commit')
  t.strictSame(await live(), [first])
  t.ok(await tokens.read(first.id))

  await choose(aBritishProfile().id, { replace: first.id })

  t.match(outbox.rows.all(), [
    {
      connectionId: first.id,
      userId: user.id,
      message: { kind: 'connection_replaced', account: 'My Brand US — Amazon.com' },
    },
  ])
  t.equal(outbox.emails.length, 1)
})
