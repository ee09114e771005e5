import t from 'tap'
import { ApplySubscriptionEvent } from '../../../src/application/access/apply-subscription-event.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { SubscriptionEvent } from '../../../src/domain/access/subscription-event.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { markAuthorisationLost } from '../../../src/domain/connection/connection.ts'
import type { ProfileId, SubscriptionEventId } from '../../../src/domain/identifiers.ts'
import {
  anActiveConnection,
  anEvent,
  aProfile,
  aSubscription,
  aUser,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'
import { randomNumbers } from '../../support/seed.ts'

const tomorrow = hoursLater(24)
const lapsed = aSubscription({ endsAt: hoursLater(-1) })

async function scene(subscription: Subscription | null = null) {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription })
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  await fakes.syncSchedule.schedule(connection.id, tomorrow)
  const applySubscriptionEvent = new ApplySubscriptionEvent(fakes)
  return {
    ...fakes,
    user,
    connection,
    applySubscriptionEvent,
    applyEvent: (overrides: Partial<SubscriptionEvent>) =>
      applySubscriptionEvent.execute(anEvent({ about: { userId: user.id }, ...overrides })),
    plan: () => fakes.subscriptions.of(user.id),
    nextSync: () => fakes.syncSchedule.planned.get(connection.id),
  }
}

t.test('S-03 a plan changes under the user’s lock', async t => {
  const { applyEvent, users } = await scene(lapsed)
  let lockCount = 0
  users.meanwhile = async () => {
    lockCount += 1
  }

  await applyEvent({ subscription: aSubscription() })

  t.equal(lockCount, 1)
})

t.test('S-03 a renewed plan makes paused syncs due at once and is on the timeline', async t => {
  const { applyEvent, plan, nextSync, timeline, user } = await scene(lapsed)

  t.equal(
    await applyEvent({ id: 'evt_1' as SubscriptionEventId, subscription: aSubscription({ plan: 'annual' }) }),
    'applied',
  )

  t.strictSame(await plan(), aSubscription({ plan: 'annual' }))
  t.strictSame(nextSync(), noon)
  t.strictSame(
    timeline.entries.map(({ userId, event }) => ({ userId, event })),
    [
      {
        userId: user.id,
        event: {
          kind: 'plan_changed',
          source: 'billing',
          eventId: 'evt_1',
          before: { plan: 'monthly', endsAt: hoursLater(-1).toISOString() },
          after: { plan: 'annual', endsAt: null },
        },
      },
    ],
  )
})

t.test('S-03 only the end of a plan restriction makes syncs due', async t => {
  for (const before of [null, lapsed, aSubscription({ plan: 'listing_tools' })]) {
    const { applyEvent, nextSync } = await scene(before)
    await applyEvent({ subscription: aSubscription() })
    t.strictSame(nextSync(), noon)
  }
  for (const [before, next] of [
    [aSubscription(), aSubscription({ plan: 'annual' })],
    [aSubscription({ endsAt: tomorrow }), aSubscription()],
    [aSubscription(), null],
    [aSubscription(), lapsed],
    [lapsed, aSubscription({ plan: 'listing_tools' })],
    [lapsed, aSubscription({ plan: 'annual', endsAt: noon })],
    [null, null],
  ] as const) {
    const { applyEvent, nextSync, plan } = await scene(before)
    await applyEvent({ subscription: next })
    t.strictSame(nextSync(), tomorrow)
    t.strictSame(await plan(), next)
  }
})

t.test('S-03 a renewed plan resumes every authorised live connection of the user and no other', async t => {
  const { applyEvent, nextSync, user, connections, syncSchedule } = await scene(lapsed)
  const [second, lost, othersConnection] = [
    anActiveConnection({
      userId: user.id,
      profile: aProfile({ id: '2' as ProfileId }),
      isExclusive: false,
    }),
    anActiveConnection({
      userId: user.id,
      profile: aProfile({ id: '3' as ProfileId }),
      isExclusive: false,
    }),
    anActiveConnection(),
  ]
  await connections.save(second)
  await connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))
  await connections.save(othersConnection)
  for (const { id } of [second, lost, othersConnection]) await syncSchedule.schedule(id, tomorrow)

  await applyEvent({ subscription: aSubscription() })

  t.strictSame(nextSync(), noon)
  t.strictSame(syncSchedule.planned.get(second.id), noon)
  t.strictSame(syncSchedule.planned.get(lost.id), tomorrow)
  t.strictSame(syncSchedule.planned.get(othersConnection.id), tomorrow)
})

t.test('S-03 the plan, the sync and the timeline entry are written in one commit', async t => {
  const { applyEvent, plan, nextSync, timeline, events, unitOfWork } = await scene(lapsed)
  unitOfWork.commitError = new Error('the database went away')

  await t.rejects(applyEvent({ subscription: aSubscription() }))

  t.strictSame(await plan(), lapsed)
  t.strictSame(nextSync(), tomorrow)
  t.strictSame(timeline.entries, [])
  t.equal(events.rows.size, 0, 'the event is applied when it is sent again')
})

t.test('S-03 a duplicate event is applied once', async t => {
  const { applyEvent, plan, timeline } = await scene()
  const event = { id: 'evt_1' as SubscriptionEventId, subscription: aSubscription() }

  t.equal(await applyEvent(event), 'applied')
  t.equal(
    await applyEvent({ id: 'evt_2' as SubscriptionEventId, occurredAt: minutesLater(1), subscription: null }),
    'applied',
  )
  t.equal(await applyEvent(event), 'duplicate')
  t.equal(
    await applyEvent({ ...event, occurredAt: minutesLater(2) }),
    'duplicate',
    'regardless of its new content',
  )

  t.equal(await plan(), null)
  t.equal(timeline.of('plan_changed').length, 2)
})

t.test('S-03 the newest event wins in any order of arrival', async t => {
  const random = randomNumbers(7)
  const plans = ['monthly', 'quarterly', 'annual', 'listing_tools'] as const
  for (let round = 0; round < 50; round += 1) {
    const { applyEvent, plan } = await scene()
    const sentEvents = Array.from({ length: 20 }, (_, index) => ({
      id: `evt_${String(index).padStart(2, '0')}` as SubscriptionEventId,
      // Four timestamps, so most have several events.
      occurredAt: minutesLater(-Math.floor(random() * 4)),
      subscription:
        index % 5 === 0
          ? null
          : aSubscription({ plan: plans[index % 4] ?? 'monthly', endsAt: hoursLater(index) }),
    }))
    const newest = sentEvents.reduce((one, other) => (other.occurredAt >= one.occurredAt ? other : one))
    const shuffled = sentEvents
      .map(event => ({ event, sortKey: random() }))
      .sort((one, other) => one.sortKey - other.sortKey)
      .map(({ event }) => event)

    for (const event of shuffled) await applyEvent(event)

    t.strictSame(await plan(), newest.subscription, `round ${round}`)
  }
})

t.test('S-03 an event dated in the future is rejected until then', async t => {
  const { applyEvent, plan, events, clock } = await scene()
  const futureEvent = {
    id: 'evt_1' as SubscriptionEventId,
    occurredAt: minutesLater(6),
    subscription: aSubscription(),
  }

  t.equal(await applyEvent(futureEvent), 'dated_ahead')
  t.equal(await plan(), null)
  t.equal(events.rows.size, 0)

  clock.advance(hours(1))
  t.equal(await applyEvent(futureEvent), 'applied', 'the event is accepted at its time')
})

t.test('S-03 an event with the current plan writes no timeline entry but counts for the order', async t => {
  const { applyEvent, plan, timeline } = await scene(aSubscription())

  t.equal(await applyEvent({ occurredAt: noon, subscription: aSubscription() }), 'applied')
  t.strictSame(timeline.entries, [])
  t.equal(await applyEvent({ occurredAt: minutesLater(-1), subscription: null }), 'outdated')
  t.strictSame(await plan(), aSubscription())
})

t.test('S-03 events about an unknown user wait until the user exists, and the newest wins', async t => {
  const { applySubscriptionEvent, users, timeline } = await scene()
  const newcomer = aUser({ email: 'new@example.test' })
  const about = { email: newcomer.email }
  const quarterlySubscription = aSubscription({ plan: 'quarterly' })
  t.equal(
    await applySubscriptionEvent.execute(
      anEvent({ about: { userId: newcomer.id }, occurredAt: minutesLater(-1) }),
    ),
    'waiting',
  )
  t.equal(
    await applySubscriptionEvent.execute(
      anEvent({ about, occurredAt: noon, subscription: quarterlySubscription }),
    ),
    'waiting',
  )
  t.equal(await applySubscriptionEvent.applyWaiting(9), 0)
  t.strictSame(timeline.entries, [])

  users.add(newcomer, { subscription: null })
  t.equal(await applySubscriptionEvent.applyWaiting(9), 1)

  t.strictSame(await users.subscriptions.of(newcomer.id), quarterlySubscription)
  t.equal(timeline.of('plan_changed').length, 1, 'an outdated event is not applied')
  t.equal(await applySubscriptionEvent.applyWaiting(9), 0, 'applied once')
  t.equal(
    await applySubscriptionEvent.execute(
      anEvent({ about, occurredAt: minutesLater(-2), subscription: null }),
    ),
    'outdated',
  )
})

t.test('S-03 a failure for one user does not block the others', async t => {
  const { applySubscriptionEvent, users, ...fakes } = await scene()
  const [one, other] = [aUser(), aUser()]
  for (const { id: userId } of [one, other])
    await applySubscriptionEvent.execute(anEvent({ about: { userId } }))
  for (const user of [one, other]) users.add(user, { subscription: null })
  const save = users.subscriptions.save.bind(users.subscriptions)
  users.subscriptions.save = async (id, subscription) => {
    if (id === one.id) throw new Error('no')
    await save(id, subscription)
  }

  await t.rejects(applySubscriptionEvent.applyWaiting(9), AggregateError)

  t.ok(await users.subscriptions.of(other.id))
  t.equal((await fakes.events.usersWithWaitingEvents(9)).length, 1, 'the failed event is retried')
})

t.test('S-43 a manual plan change applies at once and overrides earlier billing events', async t => {
  const { applySubscriptionEvent, applyEvent, plan, nextSync, timeline, user } = await scene(lapsed)
  await applyEvent({ occurredAt: minutesLater(4), subscription: lapsed })

  const about = { email: user.email }
  t.equal(
    await applySubscriptionEvent.setManually({ about, subscription: aSubscription(), source: 'command' }),
    'changed',
  )
  t.strictSame(await plan(), aSubscription())
  t.strictSame(nextSync(), noon)
  t.match(timeline.of('plan_changed'), [{ event: { source: 'command', after: { plan: 'monthly' } } }])

  t.equal(
    await applySubscriptionEvent.setManually({ about, subscription: aSubscription(), source: 'console' }),
    'unchanged',
  )
  t.equal(timeline.of('plan_changed').length, 1)
  t.equal(
    await applyEvent({ occurredAt: minutesLater(3), subscription: null }),
    'outdated',
    'an earlier billing event',
  )
  t.equal(
    await applyEvent({ occurredAt: after(minutesLater(4), 5), subscription: null }),
    'applied',
    'a later billing event',
  )
})

t.test('S-43 a manual plan change for an unknown user has no effect', async t => {
  const { applySubscriptionEvent, events } = await scene()

  t.equal(
    await applySubscriptionEvent.setManually({
      about: { email: 'nobody@example.test' },
      subscription: aSubscription(),
      source: 'command',
    }),
    'user_not_found',
  )
  t.equal(events.rows.size, 0)
})
