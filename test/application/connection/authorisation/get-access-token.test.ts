import t from 'tap'
import { AmazonFailure, amazonRejection } from '../../../../src/application/amazon-failure.ts'
import {
  GetAccessToken,
  InvalidGrant,
  MassRevocationSuspected,
  RecordAuthorisationLoss,
} from '../../../../src/application/connection/authorisation/get-access-token.ts'
import { after, hours, minutes, seconds } from '../../../../src/domain/calendar.ts'
import { type ActiveConnection, consentOf } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId, PendingConnectionId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import {
  aClosedConnection,
  aGrant,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aUser,
  noon,
} from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

const lossesByAmazon = ['grant_revoked', 'grant_revoked', 'consent_expired', 'profile_access_lost'] as const

async function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection({ grant: aGrant({ loginRegion: 'fe' }) })
  fakes.users.add(aUser({ id: connection.userId }), { subscription: null })
  await fakes.connections.save(connection)
  fakes.login.addRefreshToken(connection.grant.refreshToken)
  const useCase = new GetAccessToken(fakes)
  return {
    ...fakes,
    connection,
    getAccessToken: (rejected: Secret | null = null) => useCase.execute(connection.id, rejected),
    getAccessTokenFor: (id: ConnectionId) => useCase.execute(id),
  }
}

t.test('an access token is refreshed in the region of the seller’s login and stored', async t => {
  const { getAccessToken, login, tokens, connection } = await scene()

  const token = await getAccessToken()

  t.equal(token.reveal(), 'Atza|refreshed-1')
  t.strictSame(login.regions, ['fe'])
  const stored = await tokens.read(connection.id)
  t.has(stored, { state: 'cached', expiresAt: new Date(noon.getTime() + minutes(60)) })
  t.equal(stored?.state === 'cached' && stored.accessToken.reveal(), 'Atza|refreshed-1')
})

t.test('an access token is reused until one minute before it expires', async t => {
  const { getAccessToken, clock, login } = await scene()
  await getAccessToken()

  clock.advance(minutes(59) - 1)
  t.equal((await getAccessToken()).reveal(), 'Atza|refreshed-1')
  clock.advance(1)
  t.equal((await getAccessToken()).reveal(), 'Atza|refreshed-2')
  t.equal(login.callCounts.refresh, 2)
})

t.test('callers that hold a rejected access token get the newer one', async t => {
  const { getAccessToken, login } = await scene()
  const rejected = await getAccessToken()
  await getAccessToken(rejected)

  t.equal((await getAccessToken(rejected)).reveal(), 'Atza|refreshed-2')
  t.equal(login.callCounts.refresh, 2)
})

t.test('only one of a thousand concurrent callers asks Amazon for a token', async t => {
  const { getAccessToken, login } = await scene()
  login.meanwhile = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }

  const refreshed = await Promise.all(Array.from({ length: 1000 }, () => getAccessToken()))

  t.equal(login.callCounts.refresh, 1)
  t.strictSame(new Set(refreshed.map(token => token.reveal())), new Set(['Atza|refreshed-1']))
})

t.test('only one of a thousand concurrent callers with a rejected token asks Amazon', async t => {
  const { getAccessToken, login } = await scene()
  const rejected = await getAccessToken()

  const refreshed = await Promise.all(Array.from({ length: 1000 }, () => getAccessToken(rejected)))

  t.equal(login.callCounts.refresh, 2)
  t.strictSame(new Set(refreshed.map(token => token.reveal())), new Set(['Atza|refreshed-2']))
})

t.test('a thousand concurrent callers share one rejection', async t => {
  const { getAccessToken, login, connection } = await scene()
  login.revoke(connection.grant.refreshToken)

  const results = await Promise.allSettled(Array.from({ length: 1000 }, () => getAccessToken()))

  t.equal(login.callCounts.refresh, 1)
  t.ok(results.every(({ status }) => status === 'rejected'))
  t.ok(results.every(each => each.status === 'rejected' && each.reason instanceof InvalidGrant))
  login.addRefreshToken(connection.grant.refreshToken)
  t.ok(await getAccessToken(), 'later callers ask again')
})

t.test('a caller served from the store does not end another caller’s wait for a new token', async t => {
  const { getAccessToken, login } = await scene()
  const first = await getAccessToken()

  const [newToken, served] = await Promise.all([getAccessToken(first), getAccessToken()])

  t.equal(served.reveal(), first.reveal())
  t.equal(newToken.reveal(), 'Atza|refreshed-2')
  t.equal(login.callCounts.refresh, 2)
})

t.test('two connections do not wait for each other', async t => {
  const { getAccessToken, getAccessTokenFor, connections, login } = await scene()
  const other = anActiveConnection({ grant: aGrant({ refreshToken: new Secret('Atzr|other') }) })
  await connections.save(other)
  login.addRefreshToken('Atzr|other')

  const [one, two] = await Promise.all([getAccessToken(), getAccessTokenFor(other.id)])

  t.equal(login.callCounts.refresh, 2)
  t.not(one.reveal(), two.reveal())
})

t.test('S-26 timeouts, 5xx, throttling and our own errors end no authorisation', async t => {
  const aRejection = (httpStatus: number, code: string) =>
    amazonRejection({ httpStatus, code, detail: 'invalid_grant' })
  for (const failure of [
    new AmazonFailure('timeout', 'no answer'),
    new AmazonFailure('unreachable', '503', { httpStatus: 503 }),
    new AmazonFailure('throttled', '429'),
    new AmazonFailure('unreadable', 'html'),
    aRejection(401, 'invalid_client'),
    aRejection(400, 'invalid_request'),
    aRejection(400, 'unauthorized_client'),
    aRejection(400, ''),
  ]) {
    const { getAccessToken, login } = await scene()
    login.failures.refresh = failure

    const error = await getAccessToken().then(
      () => null,
      thrown => thrown,
    )

    t.equal(error, failure)
    t.notOk(error instanceof InvalidGrant)
  }
})

t.test('a failed refresh does not block the next caller', async t => {
  const { getAccessToken, login } = await scene()
  login.failures.refresh = new AmazonFailure('timeout', 'no answer')
  await t.rejects(getAccessToken(), { name: 'AmazonFailure', kind: 'timeout' })
  delete login.failures.refresh

  t.equal((await getAccessToken()).reveal(), 'Atza|refreshed-1')
})

t.test('S-26 a connection without a grant has no token, and Amazon is not asked', async t => {
  const { getAccessTokenFor, connections, login } = await scene()
  for (const connection of [anUnauthorisedConnection(), aClosedConnection()]) {
    await connections.save(connection)
    await t.rejects(getAccessTokenFor(connection.id), InvalidGrant)
  }
  await t.rejects(getAccessTokenFor(anId<ConnectionId>()), InvalidGrant)

  t.equal(login.callCounts.refresh, 0)
})

t.test('waiting for another caller’s refresh ends with a timeout', async t => {
  const { getAccessToken, tokens, connection, login, clock } = await scene()
  const state = await tokens.read(connection.id)
  await tokens.claimRefresh(connection.id, state?.version ?? 0)
  const slept: number[] = []
  clock.sleep = async (milliseconds = 0) => void slept.push(milliseconds)

  await t.rejects(getAccessToken(), { name: 'AmazonFailure', kind: 'timeout' })

  t.equal(login.callCounts.refresh, 0)
  const totalWait = slept.reduce((sum, one) => sum + one, 0)
  t.ok(
    totalWait > seconds(10) && totalWait <= seconds(15),
    'longer than a claim lasts, but short enough for a page',
  )
})

t.test('a new refresh token from Amazon replaces the stored one', async t => {
  const { getAccessToken, login, connections, connection } = await scene()
  const refresh = login.refresh.bind(login)
  login.refresh = async (...args) => ({
    ...(await refresh(...args)),
    refreshToken: new Secret('Atzr|rotated'),
  })

  await getAccessToken()

  const stored = await connections.find(connection.id)
  t.equal(stored?.status === 'active' && stored.grant.refreshToken.reveal(), 'Atzr|rotated')
})

t.test('S-26 a new grant that is saved while the old one is being rejected is kept', async t => {
  const { getAccessToken, login, connections, connection } = await scene()
  login.revoke(connection.grant.refreshToken)
  login.meanwhile = async () => {
    login.meanwhile = async () => undefined
    login.addRefreshToken('Atzr|renewed')
    const newGrant = aGrant({ refreshToken: new Secret('Atzr|renewed') })
    await connections.save({ ...connection, pendingConnectionId: anId(), grant: newGrant })
  }

  const token = await getAccessToken().catch(error => error)

  t.ok(token instanceof Secret, `expected a token of the new grant, got ${String(token)}`)
})

t.test('S-26 losing the authorisation erases the token and keeps the slot and the history', async t => {
  for (const why of ['grant_revoked', 'profile_access_lost'] as const) {
    const { connections, tokens, connection, timeline, ...fakes } = await scene()
    const recordAuthorisationLoss = new RecordAuthorisationLoss({ ...fakes, connections, timeline })

    t.equal(await recordAuthorisationLoss.execute(connection.id, why, connection.pendingConnectionId), why)

    t.has(await connections.liveByUser(connection.userId), [
      {
        id: connection.id,
        status: 'needs_authorisation',
        since: noon,
        why,
        consent: consentOf(connection),
      },
    ])
    t.equal(await tokens.read(connection.id), null)
    t.has(timeline.entries, [
      {
        at: noon,
        userId: connection.userId,
        connectionId: connection.id,
        event: { kind: 'authorisation_lost', why },
      },
    ])
  }
})

t.test('S-26 a rejection of the previous grant does not end the new one of the same consent', async t => {
  const { connections, connection: previous, timeline, ...fakes } = await scene()
  const recordAuthorisationLoss = new RecordAuthorisationLoss({ ...fakes, connections, timeline })
  const connection = { ...previous, pendingConnectionId: anId<PendingConnectionId>() }
  await connections.save(connection)

  const { id, pendingConnectionId } = previous
  t.equal(await recordAuthorisationLoss.execute(id, 'grant_revoked', pendingConnectionId), null)

  t.equal(await connections.find(id), connection)
  t.strictSame(timeline.kinds, [])
})

t.test('S-26 an expired consent is not reported as revoked', async t => {
  const { connections, connection, timeline, clock, ...fakes } = await scene()
  const consentedAt = new Date('2026-08-01T00:00:00Z')
  await connections.save({ ...connection, grant: { ...connection.grant, consentedAt } })
  const recordAuthorisationLoss = new RecordAuthorisationLoss({ ...fakes, connections, timeline, clock })
  clock.advance(Date.parse('2027-08-01T00:00:00Z') - noon.getTime())

  await recordAuthorisationLoss.execute(connection.id, 'grant_revoked', connection.pendingConnectionId)

  t.match(await connections.find(connection.id), { status: 'needs_authorisation', why: 'consent_expired' })
  t.match(timeline.entries, [{ event: { kind: 'authorisation_lost', why: 'consent_expired' } }])
})

t.test(
  'S-26 a suspected mass loss ends no authorisation, be it revoked, expired or without access',
  async t => {
    const { connections, connection, timeline, clock, ...fakes } = await scene()
    const recordAuthorisationLoss = new RecordAuthorisationLoss({ ...fakes, connections, timeline, clock })
    const now = new Date('2027-08-01T00:00:00Z')
    clock.set(now)
    for (const [index, why] of lossesByAmazon.entries())
      await connections.save(anUnauthorisedConnection({ why, since: after(now, -hours(6 * index)) }))
    const [expired, markedByStaff] = [
      anActiveConnection({ grant: aGrant({ consentedAt: new Date('2026-08-01T00:00:00Z') }) }),
      anActiveConnection(),
    ]
    for (const other of [expired, markedByStaff]) {
      fakes.users.add(aUser({ id: other.userId }), { subscription: null })
      await connections.save(other)
    }
    const lose = (
      { id, pendingConnectionId }: ActiveConnection,
      why: Parameters<typeof recordAuthorisationLoss.execute>[1],
    ) => recordAuthorisationLoss.execute(id, why, pendingConnectionId)

    await t.rejects(lose(connection, 'profile_access_lost'), MassRevocationSuspected)
    t.equal(await connections.find(connection.id), connection, 'only a rejected token is in doubt')
    await t.rejects(lose(connection, 'grant_revoked'), MassRevocationSuspected)
    await t.rejects(lose(expired, 'grant_revoked'), MassRevocationSuspected, 'an expired consent')
    t.strictSame(await connections.find(connection.id), { ...connection, doubtedAt: now }, 'the token stays')
    t.strictSame(timeline.kinds, [])

    t.equal(await lose(markedByStaff, 'marked_by_staff'), 'marked_by_staff')

    const claim = await fakes.tokens.claimRefresh(
      connection.id,
      (await fakes.tokens.read(connection.id))?.version ?? 0,
    )
    const expiresAt = after(now, minutes(61))
    if (claim)
      await fakes.tokens.store(connection.id, claim, {
        accessToken: new Secret('Atza|x'),
        expiresAt,
        refreshToken: null,
      })
    t.equal(
      await lose(connection, 'grant_revoked'),
      'grant_revoked',
      'a successful refresh ends the suspicion',
    )
  },
)

t.test('S-26 losing an authorisation twice, or after disconnecting, changes nothing', async t => {
  const { users, connections, connection, timeline, clock, ...fakes } = await scene()
  const recordAuthorisationLoss = new RecordAuthorisationLoss({
    ...fakes,
    users,
    connections,
    timeline,
    clock,
  })
  await recordAuthorisationLoss.execute(connection.id, 'grant_revoked', connection.pendingConnectionId)
  const afterFirstLoss = await connections.find(connection.id)
  clock.advance(1000)

  t.equal(
    await recordAuthorisationLoss.execute(
      connection.id,
      'profile_access_lost',
      connection.pendingConnectionId,
    ),
    'grant_revoked',
    'the earlier loss is kept',
  )
  const closed = aClosedConnection()
  users.add(aUser({ id: closed.userId }), { subscription: null })
  await connections.save(closed)
  t.equal(await recordAuthorisationLoss.execute(closed.id, 'grant_revoked', anId()), 'grant_revoked')
  t.equal(
    await recordAuthorisationLoss.execute(anId<ConnectionId>(), 'grant_revoked', anId()),
    'grant_revoked',
  )

  t.equal(await connections.find(connection.id), afterFirstLoss)
  t.equal(await connections.find(closed.id), closed)
  t.strictSame(timeline.kinds, ['authorisation_lost'])
})

t.test('S-31 losing authorisation queues its emails once, with the reason', async t => {
  const fakes = await scene()
  const { connection, outbox } = fakes
  const recordAuthorisationLoss = new RecordAuthorisationLoss(fakes)
  await recordAuthorisationLoss.execute(connection.id, 'profile_access_lost', anId())
  t.strictSame(outbox.emails, [], 'a rejection of the previous grant is not a loss')

  for (const _ of [1, 2])
    await recordAuthorisationLoss.execute(
      connection.id,
      'profile_access_lost',
      connection.pendingConnectionId,
    )

  t.match(
    outbox.emails,
    [0, 1, 2, 3, 4].map(reminder => ({
      kind: 'authorisation_needed',
      why: 'profile_access_lost',
      account: 'My Brand US — Amazon.com',
      reminder,
    })),
  )
  t.equal(outbox.emails.length, 5)
})
