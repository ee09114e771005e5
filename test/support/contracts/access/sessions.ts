import type { Test } from 'tap'
import { touchSession } from '../../../../src/domain/access/session.ts'
import { after } from '../../../../src/domain/calendar.ts'
import type { SessionId } from '../../../../src/domain/identifiers.ts'
import { anId, aSession, hoursLater, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

export function sessionsContract(t: Test, open: OpenStores): void {
  t.test('S-01 an open session is found with its user', async t => {
    const { sessions, createUser } = await open(t)
    const user = await createUser({ role: 'admin' })
    const session = aSession({ userId: user.id })
    await sessions.open(session)

    t.strictSame(await sessions.find(session.id, noon), { session, user })
    t.equal(await sessions.find(anId<SessionId>(), noon), null)
  })

  t.test('S-01 a session ends exactly at its expiry time', async t => {
    const { sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const session = aSession({ userId, expiresAt: hoursLater(1) })
    await sessions.open(session)

    t.ok(await sessions.find(session.id, after(hoursLater(1), -1)))
    t.equal(await sessions.find(session.id, hoursLater(1)), null)
  })

  t.test('S-01 a closed session is invalid, and others continue', async t => {
    const { sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [one, other] = [aSession({ userId }), aSession({ userId })]
    await sessions.open(one)
    await sessions.open(other)

    await sessions.close(one.id, noon)
    await sessions.close(one.id, hoursLater(1))

    t.equal(await sessions.find(one.id, noon), null)
    t.ok(await sessions.find(other.id, noon))
  })

  t.test('S-18 all sessions of one user are closed at once', async t => {
    const { sessions, createUser } = await open(t)
    const [user, other] = [await createUser(), await createUser()]
    const both = [aSession({ userId: user.id }), aSession({ userId: user.id })]
    const otherSession = aSession({ userId: other.id })
    for (const session of [...both, otherSession]) await sessions.open(session)

    await sessions.closeAllOf(user.id, noon)

    for (const { id } of both) t.equal(await sessions.find(id, noon), null)
    t.ok(await sessions.find(otherSession.id, noon))
  })

  t.test('S-05 each session remembers its current account', async t => {
    const stores = await open(t)
    const { sessions, createUser } = stores
    const { id: userId } = await createUser()
    const connection = await aSavedConnection(stores, { userId })
    const [one, other] = [aSession({ userId }), aSession({ userId })]
    await sessions.open(one)
    await sessions.open(other)

    await sessions.selectConnection(one.id, connection.id)

    t.match(await sessions.find(one.id, noon), { session: { currentConnectionId: connection.id } })
    t.match(await sessions.find(other.id, noon), { session: { currentConnectionId: null } })
  })

  t.test('S-01 one of several concurrent uses extends a session', async t => {
    const { sessions, createUser } = await open(t)
    const user = await createUser()
    const session = aSession({ userId: user.id })
    await sessions.open(session)
    const firstUse = touchSession(session, hoursLater(5))
    const secondUse = touchSession(session, after(hoursLater(5), 10))

    await sessions.touch(firstUse, hoursLater(4))
    await sessions.touch(secondUse, after(hoursLater(4), 10))
    t.strictSame(await sessions.find(session.id, noon), { session: firstUse, user }, 'the first use wins')

    await sessions.touch(secondUse, firstUse.lastSeenAt)
    t.strictSame(await sessions.find(session.id, noon), { session: secondUse, user })
  })

  t.test('S-01 a user’s open sessions are listed, the last used first', async t => {
    const { sessions, createUser } = await open(t)
    const [owner, user] = [await createUser(), await createUser()]
    const [first, second] = [aSession({ userId: owner.id }), aSession({ userId: owner.id })]
    const staff = aSession({ userId: owner.id, kind: 'staff', lastSeenAt: hoursLater(1) })
    const expired = aSession({ userId: owner.id, expiresAt: hoursLater(2) })
    const closed = aSession({ userId: owner.id })
    for (const session of [first, second, staff, expired, closed, aSession({ userId: user.id })])
      await sessions.open(session)
    await sessions.close(closed.id, noon)
    await sessions.touch(touchSession(second, hoursLater(2)), noon)

    t.strictSame(await sessions.activeByUser(owner.id, hoursLater(2)), [
      touchSession(second, hoursLater(2)),
      staff,
      first,
    ])
  })

  t.test('S-01 a session can be closed by its own user only', async t => {
    const { sessions, createUser } = await open(t)
    const [owner, user] = [await createUser(), await createUser()]
    const [one, other] = [aSession({ userId: owner.id }), aSession({ userId: owner.id })]
    for (const session of [one, other]) await sessions.open(session)

    await sessions.closeOneOf(user.id, one.id, noon)
    t.ok(await sessions.find(one.id, noon))
    await sessions.closeOneOf(owner.id, one.id, noon)
    t.equal(await sessions.find(one.id, noon), null)
    t.ok(await sessions.find(other.id, noon))
  })

  t.test('S-01 all sessions but one, or all of some kinds, can be closed', async t => {
    const { sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const seller = aSession({ userId })
    const other = aSession({ userId })
    const staff = aSession({ userId, kind: 'staff' })
    const pending = aSession({ userId, kind: 'staff_pending_second_factor' })
    for (const session of [seller, other, staff, pending]) await sessions.open(session)
    const activeIds = async () => (await sessions.activeByUser(userId, noon)).map(({ id }) => id).sort()

    await sessions.closeAllOf(userId, noon, { kinds: ['staff_pending_second_factor', 'staff'] })
    t.strictSame(await activeIds(), [seller.id, other.id].sort())
    await sessions.closeAllOf(userId, noon, { except: other.id })
    t.strictSame(await activeIds(), [other.id])
  })

  t.test('S-01 sessions that ended by a given time are erased', async t => {
    const { sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const closed = aSession({ userId })
    const expired = aSession({ userId, expiresAt: hoursLater(3) })
    const active = aSession({ userId })
    for (const session of [closed, expired, active]) await sessions.open(session)
    await sessions.close(closed.id, hoursLater(1))

    t.equal(await sessions.eraseEnded(after(hoursLater(1), -1)), 0)
    t.equal(await sessions.eraseEnded(hoursLater(1)), 1)
    t.equal(await sessions.eraseEnded(after(hoursLater(3), -1)), 0)
    t.equal(await sessions.eraseEnded(hoursLater(3)), 1)
    t.strictSame(await sessions.activeByUser(userId, noon), [active])
  })

  t.test('S-46 a session remembers when its user was last verified', async t => {
    const { sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const pending = aSession({ userId, kind: 'seller_pending_second_factor', verifiedAt: null })
    const [verified, other] = [aSession({ userId, kind: 'staff' }), aSession({ userId, kind: 'staff' })]
    for (const session of [pending, verified, other]) await sessions.open(session)
    const verifiedAt = async (id: SessionId) => (await sessions.find(id, noon))?.session.verifiedAt

    await sessions.saveVerified(verified.id, minutesLater(7))

    t.strictSame(await verifiedAt(verified.id), minutesLater(7))
    t.strictSame(await verifiedAt(other.id), noon)
    t.equal(await verifiedAt(pending.id), null)
  })
}
