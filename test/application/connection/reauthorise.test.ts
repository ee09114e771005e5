import t from 'tap'
import { AmazonFailure } from '../../../src/application/amazon-failure.ts'
import { AdvancePendingConnection } from '../../../src/application/connection/advance-pending-connection.ts'
import { CompleteAuthorisation } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../../src/application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import { Disconnect } from '../../../src/application/connection/disconnect.ts'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import { close, consentOf, type LiveConnection } from '../../../src/domain/connection/connection.ts'
import { ConnectionNotFound } from '../../../src/domain/connection/errors.ts'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { type Region, regions } from '../../../src/domain/profile/region.ts'
import {
  aBritishProfile,
  aConsent,
  anActiveConnection,
  anAmazonUser,
  anUnauthorisedConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const jane = anAmazonUser()
const bob = anAmazonUser({ userId: 'amzn1.account.BOB', name: 'Bob', email: 'bob@amazon.example' })

/** A seller with one connection, by default with a revoked grant. Amazon lists `accessibleProfiles`. */
async function scene({
  isActive = false,
  accessibleProfiles = [aProfile()],
}: {
  isActive?: boolean
  accessibleProfiles?: readonly AdvertisingProfile[]
} = {}) {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const session = aSession({ userId: user.id })
  await fakes.sessions.open(session)
  const connection: LiveConnection = isActive
    ? anActiveConnection({ userId: user.id })
    : anUnauthorisedConnection({ userId: user.id, consent: aConsent({ loginRegion: 'eu' }) })
  await fakes.connections.save(connection)
  for (const region of regions)
    fakes.profiles.answers[region] = accessibleProfiles.filter(profile => profile.region === region)
  const by = { userId: user.id, sessionId: session.id }
  const startAuthorisation = new StartAuthorisation(fakes)
  const completeAuthorisation = new CompleteAuthorisation(fakes)
  const chooseProfile = new ChooseProfile(fakes)
  const advance = new AdvancePendingConnection({ ...fakes, chooseProfile })
  const { signal } = new AbortController()
  /** Can only reauthorise this connection. */
  const choose = (profileId: ProfileId, confirmedUserId: string | null = null) =>
    chooseProfile.execute({
      ...by,
      profileId,
      pendingId: null,
      replace: null,
      confirmedUserId,
      reauthorisedConnectionId: connection.id,
    })
  return {
    ...fakes,
    user,
    connection,
    by,
    startReauthorisation: (reauthorisedConnectionId = connection.id) =>
      startAuthorisation.execute({ ...by, region: null, reauthorisedConnectionId }),
    /** Goes to Amazon and back as this Amazon user. */
    async returnFromAmazon(amazonUser = jane, afterSeconds = 30) {
      fakes.login.user = amazonUser
      const { url } = await startAuthorisation.execute({
        ...by,
        region: null,
        reauthorisedConnectionId: connection.id,
      })
      fakes.clock.advance(seconds(afterSeconds))
      await completeAuthorisation.execute(by, { ...fakes.login.consent(url), error: '', description: '' })
    },
    complete: () => advance.execute(by, signal),
    retry: (region: Region) => advance.retry(by, region, signal),
    choose,
    confirm: (amazonUser = bob) => choose(connection.profile.id, amazonUser.userId),
    storedConnection: () => fakes.connections.find(connection.id),
  }
}

t.test('S-26 reauthorising needs no choice, keeps the connection and loads the missed days', async t => {
  const { returnFromAmazon, complete, storedConnection, connection, syncRuns, pendingConnections, timeline } =
    await scene()
  await returnFromAmazon()

  t.strictSame(await complete(), { outcome: 'renewed', connectionId: connection.id })

  const reauthorised = await storedConnection()
  t.has(reauthorised, { status: 'active', id: connection.id, connectedAt: connection.connectedAt })
  t.strictSame(pendingConnections.all, [])
  t.has((await syncRuns.latestOf(connection.id))?.run, { kind: 'reauthorisation' })
  t.has(timeline.of('reauthorised'), [{ connectionId: connection.id, event: { amazonUser: 'same' } }])
  t.strictSame(await complete(), { outcome: 'gone' }, 'nothing is left to do')
})

t.test(
  'S-26 reauthorising uses the region of the login and logs every step on the connection’s timeline',
  async t => {
    const { returnFromAmazon, complete, login, connection, timeline } = await scene()

    await returnFromAmazon()
    await complete()

    t.strictSame(login.regions[0], 'eu')
    for (const kind of ['sent_to_amazon', 'authorised', 'amazon_user_fetched', 'profiles_fetched'] as const)
      t.has(timeline.of(kind), [{ connectionId: connection.id }], kind)
  },
)

t.test('S-26 reauthorising asks only the profile’s own region', async t => {
  const { returnFromAmazon, complete, timeline } = await scene({
    accessibleProfiles: [aProfile(), aBritishProfile()],
  })
  await returnFromAmazon()

  await complete()

  t.has(timeline.of('profiles_fetched'), [{ event: { region: 'na', count: 1 } }])
  t.equal(timeline.of('profiles_fetched').length, 1)
})

t.test('S-26 another Amazon user who can reach the profile reauthorises after one confirmation', async t => {
  const { returnFromAmazon, complete, confirm, storedConnection, connection, pendingConnections, timeline } =
    await scene()
  await returnFromAmazon(bob)

  t.match(await complete(), { outcome: 'waiting' })

  t.equal((await storedConnection())?.status, 'needs_authorisation')
  t.equal(pendingConnections.all.length, 1, 'the pending connection is kept until then')
  t.has(
    timeline.of('reauthorisation_unconfirmed').map(({ event }) => event),
    [{ before: jane.userId, now: bob.userId }],
  )

  t.strictSame(await confirm(), { outcome: 'renewed', connectionId: connection.id })
  const reauthorised = await storedConnection()
  t.ok(reauthorised?.status === 'active' && consentOf(reauthorised).amazonUser?.userId === bob.userId)
  t.has(timeline.of('reauthorised'), [{ event: { amazonUser: 'other' } }])
})

t.test('S-26 an Amazon user who cannot reach the profile is rejected, and nothing is kept', async t => {
  const { returnFromAmazon, complete, storedConnection, connection, pendingConnections, timeline } =
    await scene({
      accessibleProfiles: [aBritishProfile()],
    })
  await returnFromAmazon(bob)

  t.has(await complete(), {
    outcome: 'profile_not_reached',
    amazonUser: bob,
    connectionId: connection.id,
  })

  t.strictSame(pendingConnections.all, [])
  t.strictSame(await storedConnection(), connection)
  t.has(timeline.of('reauthorisation_rejected'), [{ connectionId: connection.id }])
  t.strictSame(await complete(), { outcome: 'gone' })
})

t.test('S-09 when a region fails, the authorisation is kept and the region can be fetched again', async t => {
  const { returnFromAmazon, complete, retry, profiles, storedConnection, pendingConnections } = await scene()
  await returnFromAmazon()
  const [answer, failure] = [profiles.answers.na, new AmazonFailure('timeout', 'too slow')]
  profiles.answers.na = failure

  t.match(await complete(), {
    outcome: 'waiting',
    pending: { regionResults: { na: { state: 'failed', why: 'timeout' } } },
  })
  t.equal(pendingConnections.all.length, 1)
  t.equal((await storedConnection())?.status, 'needs_authorisation')

  profiles.answers.na = answer
  t.match(await retry('na'), { outcome: 'renewed' })
})

t.test('S-09 an unknown Amazon user does not block a reauthorisation', async t => {
  const { returnFromAmazon, complete, login, storedConnection, timeline } = await scene()
  login.failures.describeUser = new AmazonFailure('timeout', 'too slow')
  await returnFromAmazon(bob)

  t.match(await complete(), { outcome: 'renewed' })

  const reauthorised = await storedConnection()
  t.equal(reauthorised?.status === 'active' && reauthorised.grant.amazonUser, null)
  t.has(timeline.of('reauthorised'), [{ event: { amazonUser: 'unknown' } }])
})

t.test('S-41 a change of the Amazon user is logged whenever it becomes known', async t => {
  const late = await scene()
  late.login.failures.describeUser = new AmazonFailure('timeout', 'too slow')
  const answer = late.profiles.answers.na
  late.profiles.answers.na = new AmazonFailure('timeout', 'too slow')
  await late.returnFromAmazon(bob)
  await late.complete()
  late.profiles.answers.na = answer
  delete late.login.failures.describeUser
  t.match(await late.retry('na'), { outcome: 'waiting' })

  const early = await scene()
  await early.returnFromAmazon(bob)
  for (const { id } of early.pendingConnections.all) await early.pendingConnections.saveAmazonUser(id, bob)
  t.match(await early.complete(), { outcome: 'waiting' })

  for (const { timeline } of [late, early]) t.equal(timeline.of('reauthorisation_unconfirmed').length, 1)
})

t.test('S-16 a reauthorisation ends when it is replaced while its profiles are fetched', async t => {
  const { returnFromAmazon, complete, profiles, pendingConnections, storedConnection, connection } =
    await scene()
  await returnFromAmazon()
  profiles.meanwhile = async () => {
    for (const { id } of pendingConnections.all) await pendingConnections.erase(id)
  }

  t.strictSame(await complete(), { outcome: 'gone' })
  t.strictSame(await storedConnection(), connection)
})

t.test('S-26 choosing the profile of another connection does not reauthorise the first one', async t => {
  const {
    returnFromAmazon,
    choose,
    connections,
    user,
    users,
    pendingConnections,
    storedConnection,
    connection,
  } = await scene({
    accessibleProfiles: [aProfile(), aBritishProfile()],
  })
  users.add({ ...user, role: 'manager' }, { subscription: aSubscription() })
  const other = anUnauthorisedConnection({
    userId: user.id,
    profile: aBritishProfile(),
    isExclusive: false,
  })
  await connections.save(other)
  await returnFromAmazon()
  for (const { id } of pendingConnections.all) {
    await pendingConnections.saveRegionResult(id, 'eu', { state: 'fetched', profiles: [aBritishProfile()] })
  }

  t.strictSame(await choose(other.profile.id), { outcome: 'nothing_reauthorised' })

  t.strictSame([await storedConnection(), await connections.find(other.id)], [connection, other])
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-26 an active connection can be reauthorised', async t => {
  const { returnFromAmazon, complete, storedConnection, connection, clock } = await scene({ isActive: true })
  clock.advance(hours(1))
  await returnFromAmazon()

  t.match(await complete(), { outcome: 'renewed', connectionId: connection.id })

  const reauthorised = await storedConnection()
  t.strictSame(
    reauthorised?.status === 'active' && reauthorised.grant.consentedAt,
    after(hoursLater(1), seconds(30)),
  )
})

t.test('S-26 when Amazon skipped its page, the consent keeps its date and the timeline says so', async t => {
  const { returnFromAmazon, complete, storedConnection, connection, timeline } = await scene({
    isActive: true,
  })
  const { consentedAt } = consentOf(connection)
  await returnFromAmazon(jane, 1)

  t.match(await complete(), { outcome: 'renewed' })

  t.strictSame(
    await storedConnection().then(stored => stored && 'grant' in stored && stored.grant.consentedAt),
    consentedAt,
  )
  t.strictSame(
    timeline.of('consent_page_skipped').map(({ event }) => event),
    [{ kind: 'consent_page_skipped', consentedAt: consentedAt.toISOString() }],
  )
})

t.test('S-29 users can reauthorise only their own live connections', async t => {
  const { startReauthorisation, connections, attempts, timeline, user } = await scene()
  const othersConnection = anActiveConnection()
  const closedConnection = close(
    anActiveConnection({ userId: user.id, profile: aBritishProfile() }),
    'disconnected',
    noon,
  )
  for (const connection of [othersConnection, closedConnection]) await connections.save(connection)

  for (const id of [othersConnection.id, closedConnection.id])
    await t.rejects(startReauthorisation(id), ConnectionNotFound)

  t.strictSame(attempts.all, [])
  t.strictSame(timeline.entries, [])
})

t.test('S-02 S-15 without a plan or after an hour, nothing is reauthorised', async t => {
  const lapsed = await scene()
  await lapsed.returnFromAmazon()
  lapsed.users.add(lapsed.user, { subscription: aSubscription({ endsAt: noon }) })
  t.strictSame(await lapsed.complete(), { outcome: 'gone' })

  const late = await scene()
  await late.returnFromAmazon()
  late.clock.advance(hours(1))
  t.strictSame(await late.complete(), { outcome: 'gone' })

  for (const { storedConnection } of [lapsed, late])
    t.equal((await storedConnection())?.status, 'needs_authorisation')
})

t.test('S-26 a connection that is disconnected while profiles are fetched stays disconnected', async t => {
  for (const erasesData of [false, true]) {
    const {
      returnFromAmazon,
      complete,
      storedConnection,
      connection,
      pendingConnections,
      profiles,
      by,
      ...fakes
    } = await scene()
    await returnFromAmazon()
    const disconnect = new Disconnect(fakes)
    profiles.meanwhile = () => disconnect.execute({ ...by, connectionId: connection.id, erasesData })

    t.match(await complete(), { outcome: 'waiting' })

    t.has(await storedConnection(), { status: 'closed', reason: 'disconnected' })
    t.equal((await fakes.connections.liveByUser(by.userId)).length, 0)
    t.equal(pendingConnections.all.length, 1, 'the authorisation can still be used to choose a profile')
  }
})

t.test('S-26 a late confirmation of another Amazon user does not reconnect a closed connection', async t => {
  const {
    returnFromAmazon,
    complete,
    confirm,
    storedConnection,
    connection,
    pendingConnections,
    by,
    ...fakes
  } = await scene()
  await returnFromAmazon(bob)
  t.match(await complete(), { outcome: 'waiting' })
  await new Disconnect(fakes).execute({ ...by, connectionId: connection.id, erasesData: false })

  t.strictSame(await confirm(), { outcome: 'nothing_reauthorised' })

  t.has(await storedConnection(), { status: 'closed' })
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-26 an authorisation can reauthorise another connection that is chosen and confirmed', async t => {
  const { returnFromAmazon, complete, connection, connections, users, user, by, ...fakes } = await scene({
    accessibleProfiles: [aProfile(), aBritishProfile()],
  })
  users.add({ ...user, role: 'manager' }, { subscription: aSubscription() })
  const other = anActiveConnection({ userId: user.id, profile: aBritishProfile(), isExclusive: false })
  await connections.save(other)
  await returnFromAmazon(bob)
  await new Disconnect({ ...fakes, connections, users }).execute({
    ...by,
    connectionId: connection.id,
    erasesData: false,
  })
  t.match(await complete(), { outcome: 'waiting' })
  const chooseProfile = new ChooseProfile({ ...fakes, connections, users })
  const choice = { ...by, profileId: other.profile.id, pendingId: null, replace: null }

  t.match(await chooseProfile.execute({ ...choice, confirmedUserId: null, reauthorisedConnectionId: null }), {
    outcome: 'different_amazon_user',
  })
  t.match(
    await chooseProfile.execute({
      ...choice,
      confirmedUserId: bob.userId,
      reauthorisedConnectionId: other.id,
    }),
    {
      outcome: 'renewed',
      connectionId: other.id,
    },
  )
})
