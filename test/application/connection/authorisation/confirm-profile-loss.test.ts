import t from 'tap'
import { AmazonFailure } from '../../../../src/application/amazon-failure.ts'
import {
  ConfirmProfileLoss,
  ProfileLossUnconfirmed,
} from '../../../../src/application/connection/authorisation/confirm-profile-loss.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../../../src/application/connection/authorisation/get-access-token.ts'
import { aBritishProfile, anActiveConnection, anId, aUser } from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  const { region } = connection.profile
  fakes.users.add(aUser({ id: connection.userId }), { subscription: null })
  await fakes.connections.save(connection)
  fakes.login.addRefreshToken(connection.grant.refreshToken)
  fakes.profiles.answers[region] = [connection.profile]
  const useCase = new ConfirmProfileLoss({
    ...fakes,
    getAccessToken: new GetAccessToken(fakes),
    recordAuthorisationLoss: new RecordAuthorisationLoss(fakes),
  })
  return {
    ...fakes,
    connection,
    region,
    confirm: (pendingConnectionId = connection.pendingConnectionId) =>
      useCase.execute(connection.id, pendingConnectionId),
  }
}

t.test('S-26 access to a profile that Amazon no longer lists is lost, once', async t => {
  const { confirm, connections, connection, profiles, region, timeline } = await scene()
  profiles.answers[region] = [aBritishProfile()]

  t.equal(await confirm(), 'profile_access_lost')
  t.equal(await confirm(), 'profile_access_lost')

  t.match(await connections.find(connection.id), {
    status: 'needs_authorisation',
    why: 'profile_access_lost',
  })
  t.strictSame(timeline.kinds, ['authorisation_lost'])
  t.equal(profiles.calls.length, 1)
})

t.test('S-26 a listed profile, or a failed list, ends no authorisation', async t => {
  for (const [failure, message] of [
    [null, 'Amazon still lists the profile'],
    [new AmazonFailure('timeout', 'no answer'), 'the profile list failed: no answer'],
  ] as const) {
    const { confirm, connections, connection, profiles, region, timeline } = await scene()
    if (failure) profiles.answers[region] = failure

    await t.rejects(confirm(), new ProfileLossUnconfirmed(message))

    t.match(await connections.find(connection.id), { status: 'active' })
    t.strictSame(timeline.kinds, [])
  }
})

t.test(
  'S-26 a rejected refresh token ends the authorisation as revoked, a failed refresh does not',
  async t => {
    const { confirm, connections, connection, login, profiles } = await scene()
    login.failures.refresh = new AmazonFailure('unreachable', '503', { httpStatus: 503 })
    await t.rejects(confirm(), ProfileLossUnconfirmed)
    t.equal(await connections.find(connection.id), connection)

    delete login.failures.refresh
    login.revoke(connection.grant.refreshToken)
    t.equal(await confirm(), 'grant_revoked')
    t.match(await connections.find(connection.id), { why: 'grant_revoked' })
    t.equal(profiles.calls.length, 0)
  },
)

t.test('S-26 a list under the previous grant does not end the new one', async t => {
  const { confirm, connections, connection, profiles, region } = await scene()
  profiles.answers[region] = []

  t.equal(await confirm(anId()), null)

  t.match(await connections.find(connection.id), { status: 'active' })
})
