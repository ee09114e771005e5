import type { Test } from 'tap'
import { seeAgain } from '../../../src/domain/access/session.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { SessionId } from '../../../src/domain/identifiers.ts'
import { anId, aSession, hoursLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

export function sessionsContract(t: Test, open: OpenStores): void {
  t.test('S-01 an open session is found with its user', async t => {
    const { sessions, addPerson } = await open(t)
    const person = await addPerson({ role: 'admin' })
    const session = aSession({ personId: person.id })
    await sessions.open(session)

    t.strictSame(await sessions.find(session.id, noon), { session, person })
    t.equal(await sessions.find(anId<SessionId>(), noon), null)
  })

  t.test('S-01 a session ends at its exact time', async t => {
    const { sessions, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const session = aSession({ personId, expiresAt: hoursLater(1) })
    await sessions.open(session)

    t.ok(await sessions.find(session.id, after(hoursLater(1), -1)))
    t.equal(await sessions.find(session.id, hoursLater(1)), null)
  })

  t.test('S-01 a closed session is invalid, and others continue', async t => {
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

  t.test('S-18 all sessions of one user are closed at once', async t => {
    const { sessions, addPerson } = await open(t)
    const [person, other] = [await addPerson(), await addPerson()]
    const both = [aSession({ personId: person.id }), aSession({ personId: person.id })]
    const others = aSession({ personId: other.id })
    for (const session of [...both, others]) await sessions.open(session)

    await sessions.closeAllOf(person.id, noon)

    for (const { id } of both) t.equal(await sessions.find(id, noon), null)
    t.ok(await sessions.find(others.id, noon))
  })

  t.test('S-05 each session remembers its current account', async t => {
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

  t.test('S-01 one of several concurrent uses extends a session', async t => {
    const { sessions, addPerson } = await open(t)
    const person = await addPerson()
    const session = aSession({ personId: person.id })
    await sessions.open(session)
    const seen = seeAgain(session, hoursLater(5))
    const other = seeAgain(session, after(hoursLater(5), 10))

    await sessions.noteSeen(seen, hoursLater(4))
    await sessions.noteSeen(other, after(hoursLater(4), 10))
    t.strictSame(await sessions.find(session.id, noon), { session: seen, person }, 'the first one is stored')

    await sessions.noteSeen(other, seen.lastSeenAt)
    t.strictSame(await sessions.find(session.id, noon), { session: other, person })
  })

  t.test('S-01 a user’s open sessions are listed, the last used first', async t => {
    const { sessions, addPerson } = await open(t)
    const [person, somebody] = [await addPerson(), await addPerson()]
    const [first, second] = [aSession({ personId: person.id }), aSession({ personId: person.id })]
    const staff = aSession({ personId: person.id, kind: 'staff', lastSeenAt: hoursLater(1) })
    const over = aSession({ personId: person.id, expiresAt: hoursLater(2) })
    const closed = aSession({ personId: person.id })
    for (const session of [first, second, staff, over, closed, aSession({ personId: somebody.id })])
      await sessions.open(session)
    await sessions.close(closed.id, noon)
    await sessions.noteSeen(seeAgain(second, hoursLater(2)), noon)

    t.strictSame(await sessions.openOf(person.id, hoursLater(2)), [
      seeAgain(second, hoursLater(2)),
      staff,
      first,
    ])
  })

  t.test('S-01 a session can be closed by its own user only', async t => {
    const { sessions, addPerson } = await open(t)
    const [person, somebody] = [await addPerson(), await addPerson()]
    const [one, other] = [aSession({ personId: person.id }), aSession({ personId: person.id })]
    for (const session of [one, other]) await sessions.open(session)

    await sessions.closeOneOf(somebody.id, one.id, noon)
    t.ok(await sessions.find(one.id, noon))
    await sessions.closeOneOf(person.id, one.id, noon)
    t.equal(await sessions.find(one.id, noon), null)
    t.ok(await sessions.find(other.id, noon))
  })

  t.test('S-01 all sessions but one, or all of some kinds, can be closed', async t => {
    const { sessions, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const seller = aSession({ personId })
    const other = aSession({ personId })
    const staff = aSession({ personId, kind: 'staff' })
    const half = aSession({ personId, kind: 'half_staff' })
    for (const session of [seller, other, staff, half]) await sessions.open(session)
    const left = async () => (await sessions.openOf(personId, noon)).map(({ id }) => id).sort()

    await sessions.closeAllOf(personId, noon, { kinds: ['half_staff', 'staff'] })
    t.strictSame(await left(), [seller.id, other.id].sort())
    await sessions.closeAllOf(personId, noon, { but: other.id })
    t.strictSame(await left(), [other.id])
  })

  t.test('S-01 ended sessions are erased after a while', async t => {
    const { sessions, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const closed = aSession({ personId })
    const over = aSession({ personId, expiresAt: hoursLater(3) })
    const going = aSession({ personId })
    for (const session of [closed, over, going]) await sessions.open(session)
    await sessions.close(closed.id, hoursLater(1))

    t.equal(await sessions.eraseEnded(after(hoursLater(1), -1)), 0)
    t.equal(await sessions.eraseEnded(hoursLater(1)), 1)
    t.equal(await sessions.eraseEnded(after(hoursLater(3), -1)), 0)
    t.equal(await sessions.eraseEnded(hoursLater(3)), 1)
    t.strictSame(await sessions.openOf(personId, noon), [going])
  })
}
