import t from 'tap'
import { MakeCurrent } from '../../../src/application/connection/index.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import {
  aClosedConnection,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aPerson,
  aSession,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const person = aPerson({ role: 'manager' })
  fakes.people.add(person, { subscription: null })
  const session = aSession({ personId: person.id })
  await fakes.sessions.open(session)
  const makeCurrent = new MakeCurrent(fakes)
  return {
    ...fakes,
    person,
    session,
    look: (connectionId: ConnectionId) =>
      makeCurrent.run({ personId: person.id, sessionId: session.id, connectionId }),
    current: async () => (await fakes.sessions.find(session.id, noon))?.session.currentConnectionId,
  }
}

t.test('S-05 choosing an account makes it the current one of this browser', async t => {
  const { look, current, connections, sessions, person } = await scene()
  const other = aSession({ personId: person.id })
  await sessions.open(other)
  for (const held of [
    anActiveConnection({ personId: person.id }),
    anUnauthorisedConnection({
      personId: person.id,
      isExclusive: false,
      profile: { ...anActiveConnection().profile, id: '2' as never },
    }),
  ]) {
    await connections.save(held)

    await look(held.id)

    t.equal(await current(), held.id)
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
  const { look, current, connections, person } = await scene()
  const closed = aClosedConnection({ personId: person.id })
  await connections.save(closed)

  await t.rejects(look(closed.id), { code: 'connection_not_found' })

  t.equal(await current(), null)
})
