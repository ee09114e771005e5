import type { Test } from 'tap'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anId, aSubscription, aUser, hoursLater, noon } from '../../examples.ts'
import { type OpenStores, takeTurns } from '../stores.ts'

export function usersContract(t: Test, open: OpenStores): void {
  t.test('a user is found by email with their password hash', async t => {
    const { createUser, storedPasswords } = await open(t)
    const user = await createUser({ email: 'sam@example.test', role: 'manager' })

    const found = await storedPasswords.find('sam@example.test')

    t.strictSame(found?.user, user)
    t.ok(found?.passwordHash?.reveal())
    for (const email of ['nobody@example.test', 'sam\u0000@example.test', ''])
      t.equal(await storedPasswords.find(email), null)
  })

  t.test('a user is found by id and by their current email', async t => {
    const { users, createUser } = await open(t)
    const user = await createUser({ email: 'sam@example.test' })

    t.strictSame(await users.byId(user.id), user)
    t.equal(await users.byId(anId<UserId>()), null)
    t.equal(await users.idOf({ email: 'sam@example.test' }), user.id)
    t.equal(await users.idOf({ userId: user.id }), user.id)
    t.equal(await users.idOf({ userId: anId<UserId>() }), null)
    for (const email of ['nobody@example.test', 'sam\u0000@example.test', ''])
      t.equal(await users.idOf({ email }), null)
  })

  t.test('a subscription is returned unchanged, and a user can have none', async t => {
    const { createUser, subscriptions } = await open(t)
    const endsAt = hoursLater(5)
    const plans = [aSubscription(), aSubscription({ plan: 'listing_tools', endsAt }), null]
    for (const subscription of plans) {
      const { id } = await createUser({}, subscription)
      t.strictSame(await subscriptions.of(id), subscription)
    }
    t.equal(await subscriptions.of(anId<UserId>()), null)
  })

  t.test('S-03 saving a subscription replaces or removes the previous one', async t => {
    const { users, unitOfWork, createUser, subscriptions } = await open(t)
    const [user, other] = [await createUser(), await createUser({}, aSubscription())]
    const plans = [
      aSubscription({ plan: 'annual', endsAt: hoursLater(5) }),
      aSubscription({ plan: 'listing_tools' }),
      null,
      null,
      aSubscription(),
    ]
    for (const subscription of plans) {
      await unitOfWork.transaction(async () => {
        await users.lock(user.id)
        await subscriptions.save(user.id, subscription)
      })
      t.strictSame(await subscriptions.of(user.id), subscription)
    }
    t.strictSame(await subscriptions.of(other.id), aSubscription(), 'no other user’s subscription')
  })

  t.test('S-18 a saved role is visible to the next holder of the user’s lock', async t => {
    const { users, unitOfWork, createUser } = await open(t)
    const [user, other] = [await createUser(), await createUser()]
    for (const role of ['manager', 'admin', 'support', 'seller'] as const) {
      await unitOfWork.transaction(async () => {
        await users.lock(user.id)
        await users.saveRole(user.id, role)
      })
      t.strictSame(await unitOfWork.transaction(() => users.lock(user.id)), { ...user, role })
    }
    t.strictSame(await unitOfWork.transaction(() => users.lock(other.id)), other)
  })

  t.test('users are listed by email in pages with their subscription', async t => {
    const { users, createUser } = await open(t)
    const cy = await createUser({ email: 'cy@example.test' }, null)
    const ann = await createUser({ email: 'ann@example.test' }, aSubscription())
    const bo = await createUser({ email: 'bo@example.test' }, aSubscription({ plan: 'annual' }))

    const first = await users.listAfter(null, 2)
    t.strictSame(first, [
      { user: ann, subscription: aSubscription() },
      { user: bo, subscription: aSubscription({ plan: 'annual' }) },
    ])
    t.strictSame(await users.listAfter(bo.email, 2), [{ user: cy, subscription: null }])
    t.strictSame(await users.listAfter(cy.email, 2), [])
  })

  t.test('S-43 users with given roles are listed by email', async t => {
    const { users, createUser } = await open(t)
    const cy = await createUser({ email: 'cy@example.test', role: 'support' })
    await createUser({ email: 'bo@example.test', role: 'manager' })
    const ann = await createUser({ email: 'ann@example.test', role: 'admin' })

    t.strictSame(await users.listOf(['support', 'admin']), [ann, cy])
    t.strictSame(await users.listOf(['seller']), [])
    t.strictSame(await users.listOf([]), [])
  })

  t.test('S-19 a user is locked by one transaction at a time', async t => {
    const stores = await open(t)
    const { users, unitOfWork, createUser } = stores
    const user = await createUser()

    t.strictSame(await unitOfWork.transaction(() => users.lock(user.id)), user)
    const events = await takeTurns(stores, () => users.lock(user.id))

    t.match(events.join(', '), /^(A begins, A ends, B begins, B ends|B begins, B ends, A begins, A ends)$/)
  })

  t.test('locking a user needs a transaction and a known user', async t => {
    const { users, unitOfWork, createUser } = await open(t)
    const { id } = await createUser()

    await t.rejects(users.lock(id))
    await t.rejects(unitOfWork.transaction(() => users.lock(anId<UserId>())))
  })

  t.test('S-43 a user is created without a password if the email is free', async t => {
    const { users, unitOfWork, createUser, storedPasswords } = await open(t)
    const taken = await createUser({ email: 'sam@example.test' })
    const user = aUser({ email: 'new@example.test', role: 'support' })

    t.ok(await users.insert(user, noon))
    t.strictSame(await storedPasswords.find('new@example.test'), { user, passwordHash: null })
    await unitOfWork.transaction(async () => {
      t.notOk(await users.insert(aUser({ email: 'sam@example.test' }), noon))
      t.equal(await users.idOf({ email: 'sam@example.test' }), taken.id, 'the transaction continues')
    })
  })

  t.test('S-01 a password is saved for one user only', async t => {
    const { users, unitOfWork, createUser, storedPasswords } = await open(t)
    const [user, other] = [await createUser(), await createUser()]
    const hashOf = async (email: string) => (await storedPasswords.find(email))?.passwordHash?.reveal()
    const before = await hashOf(other.email)
    await unitOfWork.transaction(async () => {
      await users.lock(user.id)
      await storedPasswords.save(user.id, new Secret('another hash'))
    })
    t.equal(await hashOf(user.email), 'another hash')
    t.equal(await hashOf(other.email), before)
  })

  t.test('S-46 a disabled user has no password until enabled again', async t => {
    const { users, createUser, storedPasswords } = await open(t)
    const [user, other] = [await createUser(), await createUser()]
    const hashOf = async (email: string) => (await storedPasswords.find(email))?.passwordHash?.reveal()
    const hash = await hashOf(user.email)

    await users.saveDisabled(user.id, hoursLater(1))

    t.strictSame(await users.disabledSince(user.id), hoursLater(1))
    t.strictSame(await storedPasswords.find(user.email), { user, passwordHash: null })
    t.equal(await users.disabledSince(other.id), null)
    t.ok(await hashOf(other.email))
    await users.saveDisabled(user.id, null)
    t.equal(await users.disabledSince(user.id), null)
    t.equal(await hashOf(user.email), hash)
  })

  t.test('S-46 admins who are not disabled are locked together, by one transaction at a time', async t => {
    const stores = await open(t)
    const { users, unitOfWork, createUser } = stores
    const [one, other, disabled] = [
      await createUser({ role: 'admin' }),
      await createUser({ role: 'admin' }),
      await createUser({ role: 'admin' }),
    ]
    for (const role of ['seller', 'manager', 'support'] as const) await createUser({ role })
    await users.saveDisabled(disabled.id, noon)

    t.strictSame(await unitOfWork.transaction(() => users.lockAdmins()), [one.id, other.id].sort())
    const events = await takeTurns(stores, () => users.lockAdmins())
    t.match(events.join(', '), /^(A begins, A ends, B begins, B ends|B begins, B ends, A begins, A ends)$/)
  })
}
