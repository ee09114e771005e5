import type { Test } from 'tap'
import { after } from '../../../src/domain/calendar.ts'
import type { SessionId } from '../../../src/domain/identifiers.ts'
import { anId, aSession, hoursLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

/** What every {@link Sessions} promises. */
export function sessionsContract(t: Test, open: OpenStores): void {
  t.test('S-01 an open session is found, with its person', async t => {
    const { sessions, addPerson } = await open(t)
    const person = await addPerson({ role: 'admin' })
    const session = aSession({ personId: person.id })
    await sessions.open(session)

    t.strictSame(await sessions.find(session.id, noon), { session, person })
    t.equal(await sessions.find(anId<SessionId>(), noon), null)
  })

  t.test('S-01 a session is over at its very moment', async t => {
    const { sessions, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const session = aSession({ personId, expiresAt: hoursLater(1) })
    await sessions.open(session)

    t.ok(await sessions.find(session.id, after(hoursLater(1), -1)))
    t.equal(await sessions.find(session.id, hoursLater(1)), null)
  })

  t.test('S-01 a closed session is worth nothing, and others go on', async t => {
    const { sessions, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const [one, other] = [aSession({ personId }), aSession({ personId })]
    await sessions.open(one)
    await sessions.open(other)

    await sessions.close(one.id, noon)
    await sessions.close(one.id, hoursLater(1))

    t.equal(await sessions.find(one.id, noon), null)
    t.ok(await sessions.find(other.id, noon))
  })

  t.test('S-18 all sessions of one person are closed at once', async t => {
    const { sessions, addPerson } = await open(t)
    const [person, other] = [await addPerson(), await addPerson()]
    const both = [aSession({ personId: person.id }), aSession({ personId: person.id })]
    const others = aSession({ personId: other.id })
    for (const session of [...both, others]) await sessions.open(session)

    await sessions.closeAllOf(person.id, noon)

    for (const { id } of both) t.equal(await sessions.find(id, noon), null)
    t.ok(await sessions.find(others.id, noon))
  })

  t.test('S-05 each session remembers which account it looks at', async t => {
    const stores = await open(t)
    const { sessions, addPerson } = stores
    const { id: personId } = await addPerson()
    const connection = await aConnectionOnRecord(stores, { personId })
    const [one, other] = [aSession({ personId }), aSession({ personId })]
    await sessions.open(one)
    await sessions.open(other)

    await sessions.makeCurrent(one.id, connection.id)

    t.match(await sessions.find(one.id, noon), { session: { currentConnectionId: connection.id } })
    t.match(await sessions.find(other.id, noon), { session: { currentConnectionId: null } })
  })
}
