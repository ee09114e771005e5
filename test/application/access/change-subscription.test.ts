import t from 'tap'
import { ChangeSubscription } from '../../../src/application/access/index.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { SubscriptionEvent } from '../../../src/domain/access/subscription-event.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { loseAuthorisation } from '../../../src/domain/connection/connection.ts'
import type { ProfileId, SubscriptionEventId } from '../../../src/domain/identifiers.ts'
import {
  anActiveConnection,
  anEvent,
  aPerson,
  aProfile,
  aSubscription,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'
import { randomNumbers } from '../../support/seed.ts'

const tomorrow = hoursLater(24)
const lapsed = aSubscription({ endsAt: hoursLater(-1) })

async function scene(subscription: Subscription | null = null) {
  const fakes = openAccessFakes()
  const person = aPerson()
  fakes.people.add(person, { subscription })
  const connection = anActiveConnection({ personId: person.id })
  await fakes.connections.save(connection)
  await fakes.syncs.plan(connection.id, tomorrow)
  const changeSubscription = new ChangeSubscription(fakes)
  return {
    ...fakes,
    person,
    connection,
    change: changeSubscription,
    tell: (its: Partial<SubscriptionEvent>) =>
      changeSubscription.run(anEvent({ about: { personId: person.id }, ...its })),
    plan: () => fakes.people.subscriptionOf(person.id),
    nextSync: () => fakes.syncs.planned.get(connection.id),
  }
}

t.test('S-03 a plan changes under the user’s lock', async t => {
  const { tell, people } = await scene(lapsed)
  let turns = 0
  people.meanwhile = async () => {
    turns += 1
  }

  await tell({ says: aSubscription() })

  t.equal(turns, 1)
})

t.test('S-03 a renewed plan makes paused syncs due at once and is on the timeline', async t => {
  const { tell, plan, nextSync, timeline, person } = await scene(lapsed)

  t.equal(
    await tell({ id: 'evt_1' as SubscriptionEventId, says: aSubscription({ plan: 'annual' }) }),
    'applied',
  )

  t.strictSame(await plan(), aSubscription({ plan: 'annual' }))
  t.strictSame(nextSync(), noon)
  t.strictSame(
    timeline.entries.map(({ personId, happening }) => ({ personId, happening })),
    [
      {
        personId: person.id,
        happening: {
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
    const { tell, nextSync } = await scene(before)
    await tell({ says: aSubscription() })
    t.strictSame(nextSync(), noon)
  }
  for (const [before, says] of [
    [aSubscription(), aSubscription({ plan: 'annual' })],
    [aSubscription({ endsAt: tomorrow }), aSubscription()],
    [aSubscription(), null],
    [aSubscription(), lapsed],
    [lapsed, aSubscription({ plan: 'listing_tools' })],
    [lapsed, aSubscription({ plan: 'annual', endsAt: noon })],
    [null, null],
  ] as const) {
    const { tell, nextSync, plan } = await scene(before)
    await tell({ says })
    t.strictSame(nextSync(), tomorrow)
    t.strictSame(await plan(), says)
  }
})

t.test('S-03 a renewed plan resumes every authorised live connection of the user and no other', async t => {
  const { tell, nextSync, person, connections, syncs } = await scene(lapsed)
  const [second, lost, foreign] = [
    anActiveConnection({
      personId: person.id,
      profile: aProfile({ id: '2' as ProfileId }),
      isExclusive: false,
    }),
    anActiveConnection({
      personId: person.id,
      profile: aProfile({ id: '3' as ProfileId }),
      isExclusive: false,
    }),
    anActiveConnection(),
  ]
  await connections.save(second)
  await connections.save(loseAuthorisation(lost, 'grant_gone', noon))
  await connections.save(foreign)
  for (const { id } of [second, lost, foreign]) await syncs.plan(id, tomorrow)

  await tell({ says: aSubscription() })

  t.strictSame(nextSync(), noon)
  t.strictSame(syncs.planned.get(second.id), noon)
  t.strictSame(syncs.planned.get(lost.id), tomorrow)
  t.strictSame(syncs.planned.get(foreign.id), tomorrow)
})

t.test('S-03 the plan, the sync and the timeline entry are written in one commit', async t => {
  const { tell, plan, nextSync, timeline, events, unitOfWork } = await scene(lapsed)
  unitOfWork.failsToCommit = new Error('the database went away')

  await t.rejects(tell({ says: aSubscription() }))

  t.strictSame(await plan(), lapsed)
  t.strictSame(nextSync(), tomorrow)
  t.strictSame(timeline.entries, [])
  t.equal(events.rows.size, 0, 'the same event counts when it is sent again')
})

t.test('S-03 a duplicate event counts once', async t => {
  const { tell, plan, timeline } = await scene()
  const event = { id: 'evt_1' as SubscriptionEventId, says: aSubscription() }

  t.equal(await tell(event), 'applied')
  t.equal(
    await tell({ id: 'evt_2' as SubscriptionEventId, occurredAt: minutesLater(1), says: null }),
    'applied',
  )
  t.equal(await tell(event), 'duplicate')
  t.equal(await tell({ ...event, occurredAt: minutesLater(2) }), 'duplicate', 'regardless of its new content')

  t.equal(await plan(), null)
  t.equal(timeline.of('plan_changed').length, 2)
})

t.test('S-03 an event older than the current plan changes nothing', async t => {
  const { tell, plan, nextSync, timeline } = await scene(aSubscription())
  await tell({ says: lapsed })

  t.equal(await tell({ occurredAt: minutesLater(-1), says: aSubscription({ plan: 'annual' }) }), 'outdated')

  t.strictSame(await plan(), lapsed)
  t.strictSame(nextSync(), tomorrow)
  t.equal(timeline.of('plan_changed').length, 1)
})

t.test('S-03 the newest event counts, regardless of the order of arrival', async t => {
  const dice = randomNumbers(7)
  const plans = ['monthly', 'quarterly', 'annual', 'listing_tools'] as const
  for (let round = 0; round < 50; round += 1) {
    const { tell, plan } = await scene()
    const told = Array.from({ length: 20 }, (_, index) => ({
      id: `evt_${String(index).padStart(2, '0')}` as SubscriptionEventId,
      // Four timestamps, so most have several events.
      occurredAt: minutesLater(-Math.floor(dice() * 4)),
      says:
        index % 5 === 0
          ? null
          : aSubscription({ plan: plans[index % 4] ?? 'monthly', endsAt: hoursLater(index) }),
    }))
    const newest = told.reduce((one, other) => (other.occurredAt >= one.occurredAt ? other : one))
    const shuffled = told
      .map(event => ({ event, place: dice() }))
      .sort((one, other) => one.place - other.place)
      .map(({ event }) => event)

    for (const event of shuffled) await tell(event)

    t.strictSame(await plan(), newest.says, `round ${round}`)
  }
})

t.test('S-03 an event dated ahead is rejected until that time', async t => {
  const { tell, plan, events, clock } = await scene()
  const ahead = { id: 'evt_1' as SubscriptionEventId, occurredAt: minutesLater(6), says: aSubscription() }

  t.equal(await tell(ahead), 'yet_to_come')
  t.equal(await plan(), null)
  t.equal(events.rows.size, 0)

  clock.advance(hours(1))
  t.equal(await tell(ahead), 'applied', 'the event is accepted from its time on')
})

t.test('S-03 an event with the current plan writes no timeline entry but counts for the order', async t => {
  const { tell, plan, timeline } = await scene(aSubscription())

  t.equal(await tell({ occurredAt: noon, says: aSubscription() }), 'applied')
  t.strictSame(timeline.entries, [])
  t.equal(await tell({ occurredAt: minutesLater(-1), says: null }), 'outdated')
  t.strictSame(await plan(), aSubscription())
})

t.test('S-03 events about an unknown user wait for that user, and the newest counts', async t => {
  const { change, people, timeline } = await scene()
  const newcomer = aPerson({ email: 'new@example.test' })
  const about = { email: newcomer.email }
  const says = aSubscription({ plan: 'quarterly' })
  t.equal(
    await change.run(anEvent({ about: { personId: newcomer.id }, occurredAt: minutesLater(-1) })),
    'waiting',
  )
  t.equal(await change.run(anEvent({ about, occurredAt: noon, says })), 'waiting')
  t.equal(await change.takeUp(9), 0)
  t.strictSame(timeline.entries, [])

  people.add(newcomer, { subscription: null })
  t.equal(await change.takeUp(9), 1)

  t.strictSame(await people.subscriptionOf(newcomer.id), says)
  t.equal(timeline.of('plan_changed').length, 1, 'an outdated event is not applied')
  t.equal(await change.takeUp(9), 0, 'applied once')
  t.equal(await change.run(anEvent({ about, occurredAt: minutesLater(-2), says: null })), 'outdated')
})

t.test('S-03 a failure for one user does not block the others', async t => {
  const { change, people, ...fakes } = await scene()
  const [one, other] = [aPerson(), aPerson()]
  for (const { id: personId } of [one, other]) await change.run(anEvent({ about: { personId } }))
  for (const person of [one, other]) people.add(person, { subscription: null })
  const save = people.saveSubscription.bind(people)
  people.saveSubscription = async (id, subscription) => {
    if (id === one.id) throw new Error('no')
    await save(id, subscription)
  }

  await t.rejects(change.takeUp(9), AggregateError)

  t.ok(await people.subscriptionOf(other.id))
  t.equal((await fakes.events.awaited(9)).length, 1, 'the failed event is retried')
})

t.test('S-43 a manual plan change applies at once and overrides earlier billing events', async t => {
  const { change, tell, plan, nextSync, timeline, person } = await scene(lapsed)
  await tell({ occurredAt: minutesLater(4), says: lapsed })

  const about = { email: person.email }
  t.equal(await change.byHand({ about, says: aSubscription(), source: 'command' }), 'changed')
  t.strictSame(await plan(), aSubscription())
  t.strictSame(nextSync(), noon)
  t.match(timeline.of('plan_changed'), [{ happening: { source: 'command', after: { plan: 'monthly' } } }])

  t.equal(await change.byHand({ about, says: aSubscription(), source: 'console' }), 'unchanged')
  t.equal(timeline.of('plan_changed').length, 1)
  t.equal(await tell({ occurredAt: minutesLater(3), says: null }), 'outdated', 'an earlier billing event')
  t.equal(
    await tell({ occurredAt: after(minutesLater(4), 5), says: null }),
    'applied',
    'a later billing event',
  )
})

t.test('S-43 a manual plan change for an unknown user has no effect', async t => {
  const { change, events } = await scene()

  t.equal(
    await change.byHand({
      about: { email: 'nobody@example.test' },
      says: aSubscription(),
      source: 'command',
    }),
    'nobody',
  )
  t.equal(events.rows.size, 0)
})
