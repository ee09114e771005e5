import type { Test } from 'tap'
import type { SubscriptionEventId, UserId } from '../../../../src/domain/identifiers.ts'
import { anEvent, anId, aSubscription, hoursLater, minutesLater, noon } from '../../examples.ts'
import type { OpenStores } from '../stores.ts'

export function subscriptionEventsContract(t: Test, open: OpenStores): void {
  t.test('S-03 an event is recorded once, even if the repeat has other content', async t => {
    const { events, createUser } = await open(t)
    const user = await createUser()
    const event = anEvent({ about: { email: user.email } })

    t.equal(await events.record(event, noon), true)
    t.equal(await events.record(event, hoursLater(1)), false)
    t.equal(
      await events.record({ ...event, about: { userId: anId<UserId>() }, subscription: null }, noon),
      false,
    )
    t.strictSame(await events.waitingFor(user.id), [event])
  })

  t.test('S-03 only one of fifty concurrent recordings of an event is new', async t => {
    const { events, unitOfWork } = await open(t)
    const event = anEvent()
    const recordings = Array.from({ length: 50 }, () =>
      unitOfWork.transaction(() => events.record(event, noon)),
    )

    t.equal((await Promise.all(recordings)).filter(isNew => isNew).length, 1)
  })

  t.test('S-03 an event is returned unchanged, even with hostile text', async t => {
    const { events, createUser } = await open(t)
    const user = await createUser()
    const recorded = [
      anEvent({ id: anEventId('a'), about: { email: user.email }, subscription: null }),
      anEvent({
        id: anEventId('b'),
        about: { userId: user.id },
        subscription: aSubscription({ endsAt: noon }),
      }),
      anEvent({ id: anEventId(String.raw`c';--\?$1`), about: { email: user.email }, source: 'console' }),
    ]
    for (const event of recorded) await events.record(event, noon)

    const waiting = await events.waitingFor(user.id)
    t.strictSame(
      [...waiting].sort((one, other) => (one.id < other.id ? -1 : 1)),
      recorded,
    )
  })

  t.test('S-03 waiting events are found by email or id once the user exists, until applied', async t => {
    const { events, createUser } = await open(t)
    const id = anId<UserId>()
    const [byEmail, byId, other] = [
      anEvent({ about: { email: 'new@example.test' } }),
      anEvent({ about: { userId: id } }),
      anEvent({ about: { email: 'other@example.test' } }),
    ]
    for (const event of [byEmail, byId, other]) await events.record(event, noon)
    t.strictSame(await events.usersWithWaitingEvents(9), [])

    await createUser({ id, email: 'new@example.test' })
    t.strictSame(await events.usersWithWaitingEvents(9), [id], 'once, although two events wait')
    t.strictSame(
      new Set((await events.waitingFor(id)).map(event => event.id)),
      new Set([byEmail.id, byId.id]),
    )

    await events.finish(byEmail.id, id, 'applied')
    t.strictSame(await events.waitingFor(id), [byId])
    await events.finish(byId.id, id, 'outdated')
    t.strictSame(await events.usersWithWaitingEvents(9), [])
    t.strictSame(await events.waitingFor(id), [])

    const { id: otherId } = await createUser({ email: 'other@example.test' })
    await events.record(anEvent({ about: { userId: id } }), noon)
    t.strictSame(new Set(await events.usersWithWaitingEvents(9)), new Set([id, otherId]))
    t.equal((await events.usersWithWaitingEvents(1)).length, 1)
  })

  t.test('S-03 the latest event is the last by time, then by id', async t => {
    const { events, createUser } = await open(t)
    const [user, other] = [await createUser(), await createUser()]
    const finishEvent = async (overrides: Partial<ReturnType<typeof anEvent>>, owner = user) => {
      const event = anEvent({ about: { userId: owner.id }, ...overrides })
      await events.record(event, noon)
      await events.finish(event.id, owner.id, 'applied')
      return event
    }
    t.equal(await events.latestOf(user.id), null)

    await finishEvent({ id: anEventId('z'), occurredAt: minutesLater(1) })
    await finishEvent({ id: anEventId('B'), occurredAt: minutesLater(2) })
    const latest = await finishEvent({ id: anEventId('a'), occurredAt: minutesLater(2) })
    await finishEvent({ id: anEventId('_'), occurredAt: minutesLater(2) })
    await finishEvent({ occurredAt: hoursLater(9) }, other)
    await events.record(anEvent({ about: { userId: user.id }, occurredAt: hoursLater(5) }), noon)

    t.strictSame(await events.latestOf(user.id), { id: latest.id, occurredAt: latest.occurredAt })
  })
}

const anEventId = (text: string) => text as SubscriptionEventId
