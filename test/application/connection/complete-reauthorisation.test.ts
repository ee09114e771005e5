import t from 'tap'
import {
  ChooseProfile,
  CompleteAuthorisation,
  CompleteReauthorisation,
  Disconnect,
  LoadPicker,
  StartAuthorisation,
} from '../../../src/application/connection/index.ts'
import { AmazonTimeout } from '../../../src/application/ports.ts'
import { hours } from '../../../src/domain/calendar.ts'
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

/** A seller with a revoked grant; the next authorisation reaches these profiles. */
async function scene({
  isActive = false,
  canAccess = [aProfile()],
}: {
  isActive?: boolean
  canAccess?: readonly AdvertisingProfile[]
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
    fakes.profiles.answers[region] = canAccess.filter(profile => profile.region === region)
  const by = { userId: user.id, sessionId: session.id }
  const begin = new StartAuthorisation(fakes)
  const completeAuthorisation = new CompleteAuthorisation(fakes)
  const chooseProfile = new ChooseProfile(fakes)
  const reauthorisation = new CompleteReauthorisation({ ...fakes, chooseProfile })
  /** Only reauthorises this connection. */
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
    reauthorisedConnectionId: (reauthorisedConnectionId = connection.id) =>
      begin.execute({ ...by, region: null, reauthorisedConnectionId }),
    /** Goes to Amazon and back as this Amazon user. */
    async comeBack(user = jane) {
      fakes.login.user = user
      const { url } = await begin.execute({ ...by, region: null, reauthorisedConnectionId: connection.id })
      await completeAuthorisation.execute(by, { ...fakes.login.consent(url), error: '', description: '' })
    },
    look: () => reauthorisation.execute(by),
    retry: (region: Region) => new LoadPicker(fakes).retry(user.id, region),
    choose,
    confirm: (user = bob) => choose(connection.profile.id, user.userId),
    now: () => fakes.connections.find(connection.id),
  }
}

t.test('S-26 reauthorising needs no choice, keeps the connection and loads the missed days', async t => {
  const { comeBack, look, now, connection, syncRuns, pendingConnections, timeline } = await scene()
  await comeBack()

  t.strictSame(await look(), { kind: 'renewed', connectionId: connection.id })

  const renewed = await now()
  t.has(renewed, { status: 'active', id: connection.id, connectedAt: connection.connectedAt })
  t.strictSame(pendingConnections.all, [])
  t.has((await syncRuns.latestOf(connection.id))?.run, { kind: 'reauthorisation' })
  t.has(timeline.of('reauthorised'), [{ connectionId: connection.id, event: { amazonUser: 'same' } }])
  t.equal(await look(), null, 'nothing is left to be done')
})

t.test(
  'S-26 reauthorising uses the region of the login and logs every step on the connection’s timeline',
  async t => {
    const { comeBack, look, login, connection, timeline } = await scene()

    await comeBack()
    await look()

    t.strictSame(login.regions[0], 'eu')
    for (const kind of ['sent_to_amazon', 'authorised', 'amazon_user_fetched', 'profiles_fetched'] as const)
      t.has(timeline.of(kind), [{ connectionId: connection.id }], kind)
  },
)

t.test('S-26 reauthorising asks only the profile’s own region', async t => {
  const { comeBack, look, timeline } = await scene({ canAccess: [aProfile(), aBritishProfile()] })
  await comeBack()

  await look()

  t.has(timeline.of('profiles_fetched'), [{ event: { region: 'na', count: 1 } }])
  t.equal(timeline.of('profiles_fetched').length, 1)
})

t.test('S-26 another Amazon user who can reach the profile reauthorises after one confirmation', async t => {
  const { comeBack, look, confirm, now, connection, pendingConnections, timeline } = await scene()
  await comeBack(bob)

  const confirmationPrompt = await look()
  t.has(confirmationPrompt, { kind: 'different_amazon_user', connection: { id: connection.id } })
  t.strictSame(await look(), confirmationPrompt)

  t.equal((await now())?.status, 'needs_authorisation')
  t.equal(pendingConnections.all.length, 1, 'the pending connection is kept until then')
  t.has(
    timeline.of('reauthorisation_unconfirmed').map(({ event }) => event),
    [{ before: jane.userId, now: bob.userId }],
  )
  t.equal(timeline.of('reauthorisation_unconfirmed').length, 1, 'repeated views log it once')

  t.strictSame(await confirm(), { outcome: 'renewed', connectionId: connection.id })
  const renewed = await now()
  t.ok(renewed?.status === 'active' && consentOf(renewed).amazonUser?.userId === bob.userId)
  t.has(timeline.of('reauthorised'), [{ event: { amazonUser: 'other' } }])
})

t.test('S-26 an Amazon user who cannot reach the profile is rejected, and nothing is kept', async t => {
  const { comeBack, look, now, connection, pendingConnections, timeline } = await scene({
    canAccess: [aBritishProfile()],
  })
  await comeBack(bob)

  t.has(await look(), {
    kind: 'profile_not_reached',
    amazonUser: bob,
    connection: { id: connection.id },
  })

  t.strictSame(pendingConnections.all, [])
  t.strictSame(await now(), connection)
  t.has(timeline.of('reauthorisation_rejected'), [{ connectionId: connection.id }])
  t.equal(await look(), null)
})

t.test('S-09 a region that fails keeps the authorisation and is fetched again on request', async t => {
  const { comeBack, look, retry, profiles, now, pendingConnections } = await scene()
  await comeBack()
  const [answer, failure] = [profiles.answers.na, new AmazonTimeout('too slow')]
  profiles.answers.na = failure

  t.has(await look(), { kind: 'region_not_fetched', region: 'na', why: 'timeout' })
  t.equal(pendingConnections.all.length, 1)
  t.equal((await now())?.status, 'needs_authorisation')

  profiles.answers.na = answer
  t.match(await look(), { kind: 'region_not_fetched' }, 'opening the page sends no request to Amazon')
  await retry('na')
  t.match(await look(), { kind: 'renewed' })
})

t.test('S-09 an unknown Amazon user does not block a reauthorisation', async t => {
  const { comeBack, look, login, now, timeline } = await scene()
  login.failures.describeUser = new AmazonTimeout('too slow')
  await comeBack(bob)

  t.match(await look(), { kind: 'renewed' })

  const renewed = await now()
  t.equal(renewed?.status === 'active' && renewed.grant.amazonUser, null)
  t.has(timeline.of('reauthorised'), [{ event: { amazonUser: 'unknown' } }])
})

t.test('S-41 a change of the Amazon user is logged whenever it becomes known', async t => {
  const late = await scene()
  late.login.failures.describeUser = new AmazonTimeout('too slow')
  const answer = late.profiles.answers.na
  late.profiles.answers.na = new AmazonTimeout('too slow')
  await late.comeBack(bob)
  await late.look()
  late.profiles.answers.na = answer
  await late.retry('na')
  delete late.login.failures.describeUser

  const early = await scene()
  await early.comeBack(bob)
  for (const { id } of early.pendingConnections.all) await early.pendingConnections.saveAmazonUser(id, bob)

  for (const { look, timeline } of [late, early]) {
    t.match(await look(), { kind: 'different_amazon_user' })
    t.equal(timeline.of('reauthorisation_unconfirmed').length, 1)
  }
})

t.test('S-16 a reauthorisation that is replaced while its profiles are fetched has ended', async t => {
  const { comeBack, look, profiles, pendingConnections, now, connection } = await scene()
  await comeBack()
  profiles.meanwhile = async () => {
    for (const { id } of pendingConnections.all) await pendingConnections.erase(id)
  }

  t.equal(await look(), null)
  t.strictSame(await now(), connection)
})

t.test('S-26 choosing the profile of another connection does not reauthorise the first one', async t => {
  const { comeBack, choose, connections, user, users, pendingConnections, now, connection } = await scene({
    canAccess: [aProfile(), aBritishProfile()],
  })
  users.add({ ...user, role: 'manager' }, { subscription: aSubscription() })
  const other = anUnauthorisedConnection({
    userId: user.id,
    profile: aBritishProfile(),
    isExclusive: false,
  })
  await connections.save(other)
  await comeBack()
  for (const { id } of pendingConnections.all) {
    await pendingConnections.saveRegionResult(id, 'eu', { state: 'fetched', profiles: [aBritishProfile()] })
  }

  t.strictSame(await choose(other.profile.id), { outcome: 'nothing_reauthorised' })

  t.strictSame([await now(), await connections.find(other.id)], [connection, other])
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-26 an authorisation can be renewed before it ends', async t => {
  const { comeBack, look, now, connection, clock } = await scene({ isActive: true })
  clock.advance(hours(1))
  await comeBack()

  t.match(await look(), { kind: 'renewed', connectionId: connection.id })

  const renewed = await now()
  t.strictSame(renewed?.status === 'active' && renewed.grant.consentedAt, hoursLater(1))
})

t.test('S-26 a connection that was disconnected during the authorisation stays disconnected', async t => {
  const { comeBack, look, now, connection, connections, pendingConnections } = await scene()
  await comeBack()
  await connections.save(close(connection, 'disconnected', noon))

  t.equal(await look(), null, 'it is now an authorisation like any other')

  t.equal((await now())?.status, 'closed')
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-29 only one’s own live connections can be reauthorised', async t => {
  const { reauthorisedConnectionId, connections, attempts, timeline, user } = await scene()
  const others = anActiveConnection()
  const own = close(anActiveConnection({ userId: user.id, profile: aBritishProfile() }), 'disconnected', noon)
  for (const one of [others, own]) await connections.save(one)

  for (const id of [others.id, own.id]) await t.rejects(reauthorisedConnectionId(id), ConnectionNotFound)

  t.strictSame(attempts.all, [])
  t.strictSame(timeline.entries, [])
})

t.test('S-02 S-15 without a plan or after the hour nothing is reauthorised', async t => {
  const lapsed = await scene()
  await lapsed.comeBack()
  lapsed.users.add(lapsed.user, { subscription: aSubscription({ endsAt: noon }) })
  t.equal(await lapsed.look(), null)

  const late = await scene()
  await late.comeBack()
  late.clock.advance(hours(1))
  t.equal(await late.look(), null)

  for (const { now } of [lapsed, late]) t.equal((await now())?.status, 'needs_authorisation')
})

t.test('S-26 a connection that is disconnected while profiles are fetched stays disconnected', async t => {
  for (const erasesData of [false, true]) {
    const { comeBack, look, now, connection, pendingConnections, profiles, by, ...fakes } = await scene()
    await comeBack()
    const disconnect = new Disconnect(fakes)
    profiles.meanwhile = () => disconnect.execute({ ...by, connectionId: connection.id, erasesData })

    t.equal(await look(), null)

    t.has(await now(), { status: 'closed', reason: 'disconnected' })
    t.equal((await fakes.connections.liveByUser(by.userId)).length, 0)
    t.equal(pendingConnections.all.length, 1, 'the authorisation can still be used to choose a profile')
  }
})

t.test('S-26 a late confirmation of another Amazon user does not reconnect a closed connection', async t => {
  const { comeBack, look, confirm, now, connection, pendingConnections, by, ...fakes } = await scene()
  await comeBack(bob)
  t.match(await look(), { kind: 'different_amazon_user' })
  await new Disconnect(fakes).execute({ ...by, connectionId: connection.id, erasesData: false })

  t.strictSame(await confirm(), { outcome: 'nothing_reauthorised' })

  t.has(await now(), { status: 'closed' })
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-26 an authorisation can reauthorise another connection that is chosen and confirmed', async t => {
  const { comeBack, look, connection, connections, users, user, by, ...fakes } = await scene({
    canAccess: [aProfile(), aBritishProfile()],
  })
  users.add({ ...user, role: 'manager' }, { subscription: aSubscription() })
  const other = anActiveConnection({ userId: user.id, profile: aBritishProfile(), isExclusive: false })
  await connections.save(other)
  await comeBack(bob)
  await new Disconnect({ ...fakes, connections, users }).execute({
    ...by,
    connectionId: connection.id,
    erasesData: false,
  })
  t.equal(await look(), null)
  await new LoadPicker({ ...fakes, users }).execute(user.id)
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
