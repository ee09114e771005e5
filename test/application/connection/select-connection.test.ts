import t from 'tap'
import { SelectConnection } from '../../../src/application/connection/index.ts'
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
    look: (connectionId: ConnectionId) =>
      selectConnection.execute({ userId: user.id, sessionId: session.id, connectionId }),
    current: async () => (await fakes.sessions.find(session.id, noon))?.session.currentConnectionId,
  }
}

t.test('S-05 choosing an account makes it the current one of this browser', async t => {
  const { look, current, connections, sessions, user } = await scene()
  const other = aSession({ userId: user.id })
  await sessions.open(other)
  for (const connection of [
    anActiveConnection({ userId: user.id }),
    anUnauthorisedConnection({
      userId: user.id,
      isExclusive: false,
      profile: { ...anActiveConnection().profile, id: '2' as never },
    }),
  ]) {
    await connections.save(connection)

    await look(connection.id)

    t.equal(await current(), connection.id)
  }
  t.match(await sessions.find(other.id, noon), { session: { currentConnectionId: null } })
})

t.test('S-29 another user’s account cannot be opened', async t => {
  const { look, current, connections } = await scene()
  const others = anActiveConnection()
  await connections.save(others)

  await t.rejects(look(others.id), { code: 'connection_not_found' })
  await t.rejects(look(anId<ConnectionId>()), { code: 'connection_not_found' })

  t.equal(await current(), null)
})

t.test('S-05 a disconnected account cannot be opened', async t => {
  const { look, current, connections, user } = await scene()
  const closed = aClosedConnection({ userId: user.id })
  await connections.save(closed)

  await t.rejects(look(closed.id), { code: 'connection_not_found' })

  t.equal(await current(), null)
})
