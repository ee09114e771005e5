import t from 'tap'
import { EndPending } from '../../../src/application/connection/index.ts'
import { hours } from '../../../src/domain/calendar.ts'
import type { PendingConnectionId } from '../../../src/domain/identifiers.ts'
import { anId, aPendingConnection, aPerson, hoursLater, minutesLater } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const person = aPerson()
  fakes.people.add(person, { subscription: null })
  const pending = aPendingConnection({ personId: person.id })
  await fakes.pendings.put(pending)
  return { ...fakes, person, pending, endPending: new EndPending(fakes) }
}

t.test('S-16 discarding a pending connection erases its token', async t => {
  const { endPending, pendings, timeline, person, pending } = await scene()

  await endPending.discard(person.id, null)

  t.strictSame(pendings.all, [])
  t.match(timeline.entries, [
    { personId: person.id, attemptId: pending.attemptId, happening: { kind: 'pending_discarded' } },
  ])
})

t.test('S-16 discarding twice is not an error and is logged once', async t => {
  const { endPending, timeline, person } = await scene()
  await endPending.discard(person.id, null)

  await endPending.discard(person.id, null)

  t.strictSame(timeline.kinds, ['pending_discarded'])
})

t.test('S-16 a discard delayed by the lock leaves a newer pending connection unchanged', async t => {
  const { endPending, pendings, people, timeline, person, pending } = await scene()
  const newer = aPendingConnection({ personId: person.id })
  people.meanwhile = () => pendings.put(newer)

  await endPending.discard(person.id, pending.id)

  t.strictSame([pendings.all, timeline.kinds], [[newer], []])
})

t.test('S-16 a picker discards only the pending connection that it shows', async t => {
  const { endPending, pendings, timeline, person, pending } = await scene()

  await endPending.discard(person.id, anId<PendingConnectionId>())
  t.strictSame([pendings.all, timeline.kinds], [[pending], []])

  await endPending.discard(person.id, pending.id)
  t.strictSame([pendings.all, timeline.kinds], [[], ['pending_discarded']])
})

t.test('S-15 a pending connection discarded after its hour counts as expired', async t => {
  const { endPending, timeline, person, clock } = await scene()
  clock.advance(hours(1))

  await endPending.discard(person.id, null)

  t.strictSame(timeline.kinds, ['pending_expired'])
})

t.test('S-15 after the hour the token is erased, and support can see the expiry', async t => {
  const { endPending, pendings, timeline, pending, clock } = await scene()
  clock.advance(hours(1))

  t.equal(await endPending.expire(), 1)

  t.strictSame(pendings.all, [])
  t.has(timeline.entries, [
    {
      at: clock.now(),
      personId: pending.personId,
      attemptId: pending.attemptId,
      happening: { kind: 'pending_expired' },
    },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /secret|Atz/)
})

t.test('S-13 before the hour nothing is erased', async t => {
  const { endPending, pendings, timeline, clock } = await scene()
  clock.advance(hours(1) - 1)

  t.equal(await endPending.expire(), 0)

  t.equal(pendings.all.length, 1)
  t.strictSame(timeline.kinds, [])
})

t.test('S-15 the sweep erases only pending connections past their hour', async t => {
  const { endPending, pendings } = await scene()
  const over = aPendingConnection({ savedAt: hoursLater(-2), expiresAt: hoursLater(-1) })
  const justOver = aPendingConnection({ expiresAt: minutesLater(0) })
  await pendings.put(over)
  await pendings.put(justOver)

  await endPending.expire()

  t.equal(await pendings.of(over.personId), null)
  t.equal(await pendings.of(justOver.personId), null)
  t.equal(pendings.all.length, 1)
})

t.test('S-15 the sweep can run twice and concurrently, and logs each expiry once', async t => {
  const { endPending, timeline, clock } = await scene()
  clock.advance(hours(2))

  await Promise.all([endPending.expire(), endPending.expire()])
  await endPending.expire()

  t.strictSame(timeline.kinds, ['pending_expired'])
})

t.test('S-15 the erasure and its timeline entry are written in one commit', async t => {
  const { endPending, pendings, timeline, unitOfWork, clock } = await scene()
  clock.advance(hours(1))
  unitOfWork.failsToCommit = new Error('the database is gone')

  await t.rejects(endPending.expire(), /the database is gone/)

  t.equal(pendings.all.length, 1)
  t.strictSame(timeline.kinds, [])
})
