import type { Test } from 'tap'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { anId, aSubscription, hoursLater } from '../examples.ts'
import { type OpenStores, takeTurns } from './stores.ts'

/** What every {@link People} promises. */
export function peopleContract(t: Test, open: OpenStores): void {
  t.test('a person is found by their e-mail address, with the hash of their password', async t => {
    const { people, addPerson } = await open(t)
    const person = await addPerson({ email: 'sam@example.test', role: 'manager' })

    const found = await people.byEmail('sam@example.test')

    t.strictSame(found?.person, person)
    t.not(found?.passwordHash.reveal(), '')
    t.equal(await people.byEmail('nobody@example.test'), null)
  })

  t.test('a subscription is given back as it is, and none is none', async t => {
    const { people, addPerson } = await open(t)
    const endsAt = hoursLater(5)
    const subscriptions = [aSubscription(), aSubscription({ plan: 'listing_tools', endsAt }), null]
    for (const subscription of subscriptions) {
      const { id } = await addPerson({}, subscription)
      t.strictSame(await people.subscriptionOf(id), subscription)
    }
    t.equal(await people.subscriptionOf(anId<PersonId>()), null)
  })

  t.test('S-19 a person is held by one unit of work at a time', async t => {
    const stores = await open(t)
    const { people, unitOfWork, addPerson } = stores
    const person = await addPerson()

    t.strictSame(await unitOfWork.run(() => people.lock(person.id)), person)
    const heard = await takeTurns(stores, () => people.lock(person.id))

    t.match(heard.join(', '), /^(A begins, A ends, B begins, B ends|B begins, B ends, A begins, A ends)$/)
  })

  t.test('nobody can be held outside a unit of work, and nobody who is unknown', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const { id } = await addPerson()

    await t.rejects(people.lock(id))
    await t.rejects(unitOfWork.run(() => people.lock(anId<PersonId>())))
  })
}
