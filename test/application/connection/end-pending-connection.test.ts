import t from 'tap'
import { EndPendingConnection } from '../../../src/application/connection/end-pending-connection.ts'
import { hours } from '../../../src/domain/calendar.ts'
import type { PendingConnectionId } from '../../../src/domain/identifiers.ts'
import { anId, aPendingConnection, aUser, hoursLater, minutesLater } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: null })
  const pending = aPendingConnection({ userId: user.id })
  await fakes.pendingConnections.put(pending)
  return { ...fakes, user, pending, endPendingConnection: new EndPendingConnection(fakes) }
}

t.test('S-16 discarding a pending connection erases its token', async t => {
  const { endPendingConnection, pendingConnections, timeline, user, pending } = await scene()

  await endPendingConnection.discard(user.id, null)

  t.strictSame(pendingConnections.all, [])
  t.match(timeline.entries, [
    { userId: user.id, attemptId: pending.attemptId, event: { kind: 'pending_discarded' } },
  ])
})

t.test('S-16 discarding twice is not an error and is logged once', async t => {
  const { endPendingConnection, timeline, user } = await scene()
  await endPendingConnection.discard(user.id, null)

  await endPendingConnection.discard(user.id, null)

  t.strictSame(timeline.kinds, ['pending_discarded'])
})

t.test('S-16 a discard delayed by the lock leaves a newer pending connection unchanged', async t => {
  const { endPendingConnection, pendingConnections, users, timeline, user, pending } = await scene()
  const newer = aPendingConnection({ userId: user.id })
  users.meanwhile = () => pendingConnections.put(newer)

  await endPendingConnection.discard(user.id, pending.id)

  t.strictSame([pendingConnections.all, timeline.kinds], [[newer], []])
})

t.test('S-16 a picker discards only the pending connection that it shows', async t => {
  const { endPendingConnection, pendingConnections, timeline, user, pending } = await scene()

  await endPendingConnection.discard(user.id, anId<PendingConnectionId>())
  t.strictSame([pendingConnections.all, timeline.kinds], [[pending], []])

  await endPendingConnection.discard(user.id, pending.id)
  t.strictSame([pendingConnections.all, timeline.kinds], [[], ['pending_discarded']])
})

t.test('S-15 a pending connection discarded after its hour counts as expired', async t => {
  const { endPendingConnection, timeline, user, clock } = await scene()
  clock.advance(hours(1))

  await endPendingConnection.discard(user.id, null)

  t.strictSame(timeline.kinds, ['pending_expired'])
})

t.test('S-15 after the hour the token is erased, and support can see the expiry', async t => {
  const { endPendingConnection, pendingConnections, timeline, pending, clock } = await scene()
  clock.advance(hours(1))

  t.equal(await endPendingConnection.expire(), 1)

  t.strictSame(pendingConnections.all, [])
  t.has(timeline.entries, [
    {
      at: clock.now(),
      userId: pending.userId,
      attemptId: pending.attemptId,
      event: { kind: 'pending_expired' },
    },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /secret|Atz/)
})

t.test('S-15 the sweep erases only pending connections past their hour', async t => {
  const { endPendingConnection, pendingConnections } = await scene()
  const expired = aPendingConnection({ savedAt: hoursLater(-2), expiresAt: hoursLater(-1) })
  const justExpired = aPendingConnection({ expiresAt: minutesLater(0) })
  await pendingConnections.put(expired)
  await pendingConnections.put(justExpired)

  await endPendingConnection.expire()

  t.equal(await pendingConnections.findByUser(expired.userId), null)
  t.equal(await pendingConnections.findByUser(justExpired.userId), null)
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-15 the sweep can run twice and concurrently, and logs each expiry once', async t => {
  const { endPendingConnection, timeline, clock } = await scene()
  clock.advance(hours(2))

  await Promise.all([endPendingConnection.expire(), endPendingConnection.expire()])
  await endPendingConnection.expire()

  t.strictSame(timeline.kinds, ['pending_expired'])
})

t.test('S-15 the erasure and its timeline entry are written in one commit', async t => {
  const { endPendingConnection, pendingConnections, timeline, unitOfWork, clock } = await scene()
  clock.advance(hours(1))
  unitOfWork.commitError = new Error('the database is gone')

  await t.rejects(endPendingConnection.expire(), /the database is gone/)

  t.equal(pendingConnections.all.length, 1)
  t.strictSame(timeline.kinds, [])
})
