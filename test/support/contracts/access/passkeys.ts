import type { Test } from 'tap'
import type { Passkey } from '../../../../src/domain/access/passkey.ts'
import { aSession, hoursLater, minutesLater, noon } from '../../examples.ts'
import { aPasskey } from '../../fakes/access/passkeys.ts'
import type { OpenStores } from '../stores.ts'

export function passkeysContract(t: Test, open: OpenStores): void {
  t.test('S-46 a user’s passkeys are listed unchanged, the oldest first', async t => {
    const { passkeys, createUser } = await open(t)
    const [{ id: userId }, other] = [await createUser(), await createUser()]
    const later: Passkey = {
      id: 'later',
      userId,
      publicKey: new Uint8Array([0, 255, 7]),
      signCount: 2 ** 32 - 1,
      transports: ['internal', 'hybrid'],
      name: 'Safari on iOS',
      createdAt: hoursLater(1),
      lastUsedAt: hoursLater(2),
    }
    const first = aPasskey({ userId, transports: [], createdAt: noon })
    for (const passkey of [later, first, aPasskey({ userId: other.id })]) t.ok(await passkeys.add(passkey))

    t.strictSame(await passkeys.of(userId), [first, later])
  })

  t.test('S-46 a known credential id is not added again, for any user', async t => {
    const { passkeys, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    const passkey = aPasskey({ userId: one.id })
    await passkeys.add(passkey)

    for (const { id: userId } of [one, other])
      t.notOk(await passkeys.add({ ...passkey, userId, name: 'Another' }))
    t.strictSame([await passkeys.of(one.id), await passkeys.of(other.id)], [[passkey], []])
  })

  t.test('S-46 the last use and its sign count are kept', async t => {
    const { passkeys, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [used, unused] = [aPasskey({ userId }), aPasskey({ userId, createdAt: hoursLater(1) })]
    for (const passkey of [used, unused]) await passkeys.add(passkey)

    await passkeys.recordUse(used, { signCount: 41, at: hoursLater(2) })

    t.strictSame(await passkeys.of(userId), [{ ...used, signCount: 41, lastUsedAt: hoursLater(2) }, unused])
  })

  t.test('S-46 a passkey is removed by its user only, alone or with all others', async t => {
    const { passkeys, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    const [first, second, third] = [0, 1, 2].map(hour =>
      aPasskey({ userId: one.id, createdAt: hoursLater(hour) }),
    ) as [Passkey, Passkey, Passkey]
    const foreign = aPasskey({ userId: other.id })
    for (const passkey of [first, second, third, foreign]) await passkeys.add(passkey)

    t.notOk(await passkeys.remove(other.id, first.id))
    t.ok(await passkeys.remove(one.id, first.id))
    t.notOk(await passkeys.remove(one.id, first.id))
    t.strictSame(await passkeys.of(one.id), [second, third])
    await passkeys.removeAllOf(one.id)
    t.strictSame([await passkeys.of(one.id), await passkeys.of(other.id)], [[], [foreign]])
  })

  t.test('S-43 the users with a passkey are listed', async t => {
    const { passkeys, createUser } = await open(t)
    const [none, one, unlisted] = [await createUser(), await createUser(), await createUser()]
    for (const { id: userId } of [one, one, unlisted]) await passkeys.add(aPasskey({ userId }))

    t.strictSame(await passkeys.ownersAmong([none.id, one.id]), new Set([one.id]))
    t.strictSame(await passkeys.ownersAmong([]), new Set())
  })
}

export function passkeyChallengesContract(t: Test, open: OpenStores): void {
  t.test('S-46 a session has one challenge, which is taken once and only before its end', async t => {
    const { challenges, sessions, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [one, other] = [aSession({ userId }), aSession({ userId })]
    for (const session of [one, other]) await sessions.open(session)

    t.equal(await challenges.take(one.id, noon), null)
    await challenges.save(one.id, 'replaced', minutesLater(9))
    await challenges.save(one.id, 'newest', minutesLater(5))
    await challenges.save(other.id, 'of another session', minutesLater(5))
    t.equal(await challenges.take(one.id, minutesLater(4)), 'newest')
    t.equal(await challenges.take(one.id, minutesLater(4)), null, 'only once')
    t.equal(await challenges.take(other.id, minutesLater(5)), null, 'it has expired')
    t.equal(await challenges.take(other.id, minutesLater(4)), null, 'and is spent')
  })
}
