import t from 'tap'
import { SelectConnection } from '../../../src/application/connection/select-connection.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import {
  aClosedConnection,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aSession,
  aUser,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const user = aUser({ role: 'manager' })
  fakes.users.add(user, { subscription: null })
  const session = aSession({ userId: user.id })
  await fakes.sessions.open(session)
  const selectConnection = new SelectConnection(fakes)
  return {
    ...fakes,
    user,
    session,
    select: (connectionId: ConnectionId) =>
      selectConnection.execute({ userId: user.id, sessionId: session.id, connectionId }),
    findCurrentId: async () => (await fakes.sessions.find(session.id, noon))?.session.currentConnectionId,
  }
}

t.test('S-05 selecting an account makes it the current one in this browser', async t => {
  const { select, findCurrentId, connections, sessions, user } = await scene()
  const otherSession = aSession({ userId: user.id })
  await sessions.open(otherSession)
  for (const connection of [
    anActiveConnection({ userId: user.id }),
    anUnauthorisedConnection({
      userId: user.id,
      isExclusive: false,
      profile: { ...anActiveConnection().profile, id: '2' as never },
    }),
  ]) {
    await connections.save(connection)

    await select(connection.id)

    t.equal(await findCurrentId(), connection.id)
  }
  t.match(await sessions.find(otherSession.id, noon), { session: { currentConnectionId: null } })
})

t.test('S-29 another user’s account cannot be selected', async t => {
  const { select, findCurrentId, connections } = await scene()
  const otherUsersConnection = anActiveConnection()
  await connections.save(otherUsersConnection)

  await t.rejects(select(otherUsersConnection.id), { code: 'connection_not_found' })
  await t.rejects(select(anId<ConnectionId>()), { code: 'connection_not_found' })

  t.equal(await findCurrentId(), null)
})

t.test('S-05 a disconnected account cannot be selected', async t => {
  const { select, findCurrentId, connections, user } = await scene()
  const closed = aClosedConnection({ userId: user.id })
  await connections.save(closed)

  await t.rejects(select(closed.id), { code: 'connection_not_found' })

  t.equal(await findCurrentId(), null)
})
