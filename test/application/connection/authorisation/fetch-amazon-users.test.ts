import t from 'tap'
import { AmazonFailure } from '../../../../src/application/amazon-failure.ts'
import { FetchAmazonUsers } from '../../../../src/application/connection/authorisation/fetch-amazon-users.ts'
import { GetAccessToken } from '../../../../src/application/connection/authorisation/get-access-token.ts'
import { hours } from '../../../../src/domain/calendar.ts'
import { consentOf, reauthorise } from '../../../../src/domain/connection/connection.ts'
import {
  aGrant,
  anActiveConnection,
  anAmazonUser,
  aPendingConnection,
  aProfile,
  aUser,
  minutesLater,
} from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

/** A connection whose Amazon user was unknown when its profile was chosen. */
async function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: null })
  const connection = anActiveConnection({
    userId: user.id,
    grant: aGrant({ amazonUser: null, loginRegion: 'eu' }),
  })
  await fakes.connections.save(connection)
  fakes.login.addRefreshToken(connection.grant.refreshToken)
  const fetchAmazonUsers = new FetchAmazonUsers({ ...fakes, getAccessToken: new GetAccessToken(fakes) })
  return {
    ...fakes,
    connection,
    fetchAmazonUsers: () => fetchAmazonUsers.execute(10),
    storedAmazonUser: async () => {
      const stored = await fakes.connections.find(connection.id)
      return stored?.status === 'active' ? consentOf(stored).amazonUser : null
    },
  }
}

t.test('S-09 an unknown Amazon user is fetched later and logged once', async t => {
  const { fetchAmazonUsers, storedAmazonUser, timeline, connection, login } = await scene()

  t.equal(await fetchAmazonUsers(), 1)
  t.equal(await fetchAmazonUsers(), 0)

  t.strictSame(await storedAmazonUser(), anAmazonUser())
  t.has(timeline.of('amazon_user_fetched'), [{ connectionId: connection.id }])
  t.equal(login.callCounts.describeUser, 1)
  t.equal(login.regions.at(-1), 'eu', 'the region of the login')
})

t.test('S-09 a failed lookup of the Amazon user is repeated after six hours', async t => {
  const { fetchAmazonUsers, storedAmazonUser, login, clock } = await scene()
  login.failures.describeUser = new AmazonFailure('timeout', 'too slow')

  t.equal(await fetchAmazonUsers(), 0)
  clock.advance(hours(6) - 1)
  t.equal(await fetchAmazonUsers(), 0)
  t.equal(login.callCounts.describeUser, 1)
  delete login.failures.describeUser
  clock.advance(1)

  t.equal(await fetchAmazonUsers(), 1)
  t.strictSame(await storedAmazonUser(), anAmazonUser())
})

t.test('S-26 an answer that arrives after a reauthorisation is not applied to the new consent', async t => {
  const { fetchAmazonUsers, storedAmazonUser, login, connections, connection, timeline } = await scene()
  const bob = anAmazonUser({ userId: 'amzn1.account.BOB' })
  const pending = aPendingConnection({ amazonUser: bob, savedAt: minutesLater(1) })
  login.meanwhile = () => connections.save(reauthorise(connection, pending, aProfile()))

  t.equal(await fetchAmazonUsers(), 0)

  t.strictSame(await storedAmazonUser(), bob)
  t.strictSame(timeline.of('amazon_user_fetched'), [])
})

t.test('S-09 an Amazon user who became known in the meantime is not requested', async t => {
  const { fetchAmazonUsers, connections, users, login, connection } = await scene()
  const other = aUser()
  users.add(other, { subscription: null })
  const grant = aGrant({ amazonUser: null, consentedAt: minutesLater(-30) })
  const otherConnection = anActiveConnection({ userId: other.id, grant })
  await connections.save(otherConnection)
  login.addRefreshToken(grant.refreshToken)
  // Both Amazon users become known during the first lookup.
  login.meanwhile = async () => {
    for (const each of [connection, otherConnection])
      await connections.saveAmazonUser(each.id, each.pendingConnectionId, anAmazonUser())
  }

  t.equal(await fetchAmazonUsers(), 0, 'this run identifies neither of the two')

  t.equal(login.callCounts.refresh, 1)
})

t.test('S-26 the Amazon user is stored under the user’s lock', async t => {
  const { fetchAmazonUsers, users } = await scene()
  let lockCount = 0
  users.meanwhile = async () => {
    lockCount += 1
  }
  await fetchAmazonUsers()
  t.equal(lockCount, 1)
})
