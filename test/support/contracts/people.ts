import type { Test } from 'tap'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, aPerson, aSubscription, hoursLater, noon } from '../examples.ts'
import { type OpenStores, takeTurns } from './stores.ts'

export function peopleContract(t: Test, open: OpenStores): void {
  t.test('a user is found by email with their password hash', async t => {
    const { people, addPerson } = await open(t)
    const person = await addPerson({ email: 'sam@example.test', role: 'manager' })

    const found = await people.byEmail('sam@example.test')

    t.strictSame(found?.person, person)
    t.ok(found?.passwordHash?.reveal())
    for (const email of ['nobody@example.test', 'sam\u0000@example.test', ''])
      t.equal(await people.byEmail(email), null)
  })

  t.test('a user is found by id and by their current email', async t => {
    const { people, addPerson } = await open(t)
    const person = await addPerson({ email: 'sam@example.test' })

    t.strictSame(await people.byId(person.id), person)
    t.equal(await people.byId(anId<PersonId>()), null)
    t.equal(await people.idOf({ email: 'sam@example.test' }), person.id)
    for (const email of ['nobody@example.test', 'sam\u0000@example.test', ''])
      t.equal(await people.idOf({ email }), null)
  })

  t.test('a subscription is returned unchanged, and a user can have none', async t => {
    const { people, addPerson } = await open(t)
    const endsAt = hoursLater(5)
    const subscriptions = [aSubscription(), aSubscription({ plan: 'listing_tools', endsAt }), null]
    for (const subscription of subscriptions) {
      const { id } = await addPerson({}, subscription)
      t.strictSame(await people.subscriptionOf(id), subscription)
    }
    t.equal(await people.subscriptionOf(anId<PersonId>()), null)
  })

  t.test('S-03 saving a subscription replaces or removes the previous one', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const [person, other] = [await addPerson(), await addPerson({}, aSubscription())]
    const subscriptions = [
      aSubscription({ plan: 'annual', endsAt: hoursLater(5) }),
      aSubscription({ plan: 'listing_tools' }),
      null,
      null,
      aSubscription(),
    ]
    for (const subscription of subscriptions) {
      await unitOfWork.run(async () => {
        await people.lock(person.id)
        await people.saveSubscription(person.id, subscription)
      })
      t.strictSame(await people.subscriptionOf(person.id), subscription)
    }
    t.strictSame(await people.subscriptionOf(other.id), aSubscription(), 'no other user’s subscription')
  })

  t.test('S-18 a saved role is visible to the next holder of the user’s lock', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const [person, other] = [await addPerson(), await addPerson()]
    for (const role of ['manager', 'admin', 'support', 'seller'] as const) {
      await unitOfWork.run(async () => {
        await people.lock(person.id)
        await people.saveRole(person.id, role)
      })
      t.strictSame(await unitOfWork.run(() => people.lock(person.id)), { ...person, role })
    }
    t.strictSame(await unitOfWork.run(() => people.lock(other.id)), other)
  })

  t.test('a user is identified by email or by id', async t => {
    const { people, addPerson } = await open(t)
    const { id: personId, email } = await addPerson()

    t.equal(await people.idOf({ email }), personId)
    t.equal(await people.idOf({ personId }), personId)
    t.equal(await people.idOf({ email: 'nobody@example.test' }), null)
    t.equal(await people.idOf({ personId: anId<PersonId>() }), null)
  })

  t.test('users are listed by email in pages with their subscription', async t => {
    const { people, addPerson } = await open(t)
    const cy = await addPerson({ email: 'cy@example.test' }, null)
    const ann = await addPerson({ email: 'ann@example.test' }, aSubscription())
    const bo = await addPerson({ email: 'bo@example.test' }, aSubscription({ plan: 'annual' }))

    const first = await people.listAfter(null, 2)
    t.strictSame(first, [
      { person: ann, subscription: aSubscription() },
      { person: bo, subscription: aSubscription({ plan: 'annual' }) },
    ])
    t.strictSame(await people.listAfter(bo.email, 2), [{ person: cy, subscription: null }])
    t.strictSame(await people.listAfter(cy.email, 2), [])
  })

  t.test('S-43 users with given roles are listed by email', async t => {
    const { people, addPerson } = await open(t)
    const cy = await addPerson({ email: 'cy@example.test', role: 'support' })
    await addPerson({ email: 'bo@example.test', role: 'manager' })
    const ann = await addPerson({ email: 'ann@example.test', role: 'admin' })

    t.strictSame(await people.listOf(['support', 'admin']), [ann, cy])
    t.strictSame(await people.listOf(['seller']), [])
    t.strictSame(await people.listOf([]), [])
  })

  t.test('S-19 a user is locked by one transaction at a time', async t => {
    const stores = await open(t)
    const { people, unitOfWork, addPerson } = stores
    const person = await addPerson()

    t.strictSame(await unitOfWork.run(() => people.lock(person.id)), person)
    const heard = await takeTurns(stores, () => people.lock(person.id))

    t.match(heard.join(', '), /^(A begins, A ends, B begins, B ends|B begins, B ends, A begins, A ends)$/)
  })

  t.test('locking a user needs a transaction and a known user', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const { id } = await addPerson()

    await t.rejects(people.lock(id))
    await t.rejects(unitOfWork.run(() => people.lock(anId<PersonId>())))
  })

  t.test('S-43 a user is created without a password under a free email', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const taken = await addPerson({ email: 'sam@example.test' })
    const person = aPerson({ email: 'new@example.test', role: 'support' })

    t.ok(await people.admit(person, noon))
    t.strictSame(await people.byEmail('new@example.test'), { person, passwordHash: null })
    await unitOfWork.run(async () => {
      t.notOk(await people.admit(aPerson({ email: 'sam@example.test' }), noon))
      t.equal(await people.idOf({ email: 'sam@example.test' }), taken.id, 'the transaction continues')
    })
  })

  t.test('S-01 a password is saved for one user only', async t => {
    const { people, unitOfWork, addPerson } = await open(t)
    const [person, other] = [await addPerson(), await addPerson()]
    const hashOf = async (email: string) => (await people.byEmail(email))?.passwordHash?.reveal()
    const before = await hashOf(other.email)
    await unitOfWork.run(async () => {
      await people.lock(person.id)
      await people.savePassword(person.id, new Secret('another hash'))
    })
    t.equal(await hashOf(person.email), 'another hash')
    t.equal(await hashOf(other.email), before)
  })
}
