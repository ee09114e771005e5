import type { Test } from 'tap'
import { acceptCode, createSecondFactor, rejectCode } from '../../../../src/domain/access/second-factor.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { hoursLater, noon } from '../../examples.ts'
import { type OpenStores, sameRevealed } from '../stores.ts'

export function secondFactorsContract(t: Test, open: OpenStores): void {
  t.test('S-46 a second factor is returned as last saved, for its user only', async t => {
    const { factors, createUser } = await open(t)
    const [{ id }, other] = [await createUser(), await createUser()]
    const first = createSecondFactor(id, new Secret('first'))
    const used = acceptCode(createSecondFactor(id, new Secret('second')), 59_000_000, noon)

    t.equal(await factors.of(id), null)
    for (const factor of [first, used, rejectCode(used, hoursLater(1))]) {
      await factors.save(factor)
      await sameRevealed(t, await factors.of(id), factor)
    }
    t.equal(await factors.of(other.id), null)
  })

  t.test('S-43 only users with a confirmed second factor are listed', async t => {
    const { factors, createUser } = await open(t)
    const [none, unconfirmed, confirmed, other] = [
      await createUser(),
      await createUser(),
      await createUser(),
      await createUser(),
    ]
    await factors.save(createSecondFactor(unconfirmed.id, new Secret('x')))
    for (const { id } of [confirmed, other])
      await factors.save(acceptCode(createSecondFactor(id, new Secret('x')), 0, noon))

    const userIds = [none, unconfirmed, confirmed].map(({ id }) => id)
    t.strictSame(await factors.confirmedOf(userIds), new Set([confirmed.id]))
    t.strictSame(await factors.confirmedOf([]), new Set())
  })

  t.test('S-46 a recovery code works once and only for its user', async t => {
    const { factors, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    for (const { id } of [one, other]) await factors.save(createSecondFactor(id, new Secret('x')))
    const codes = ['aaaa', 'bbbb'].map(code => new Secret(code))
    await factors.saveRecoveryCodes(one.id, codes)
    const spendCode = (code: string) => factors.spendRecoveryCode(one.id, new Secret(code))

    t.notOk(await factors.spendRecoveryCode(other.id, new Secret('aaaa')))
    t.notOk(await spendCode('cccc'))
    t.ok(await spendCode('aaaa'))
    t.notOk(await spendCode('aaaa'))
    await factors.saveRecoveryCodes(one.id, [new Secret('dddd')])
    t.notOk(await spendCode('bbbb'), 'new codes replace the previous ones')
    t.ok(await spendCode('dddd'))
  })

  t.test('S-46 a second factor is removed with its recovery codes', async t => {
    const { factors, createUser } = await open(t)
    const { id } = await createUser()
    const factor = createSecondFactor(id, new Secret('x'))
    await factors.save(factor)
    await factors.saveRecoveryCodes(id, [new Secret('aaaa')])

    await factors.remove(id)
    t.equal(await factors.of(id), null)
    await factors.save(factor)
    t.notOk(await factors.spendRecoveryCode(id, new Secret('aaaa')))
  })

  t.test('S-46 an app that is being set up leaves the confirmed one valid until it is confirmed', async t => {
    const { factors, createUser } = await open(t)
    const [{ id }, other] = [await createUser(), await createUser()]
    const confirmed = acceptCode(createSecondFactor(id, new Secret('first')), 7, noon)
    await factors.save(confirmed)
    await factors.savePendingApp(other.id, new Secret('of another user'))

    t.equal(await factors.pendingOf(id), null)
    for (const secret of ['second', 'third']) {
      await factors.savePendingApp(id, new Secret(secret))
      await sameRevealed(t, await factors.pendingOf(id), new Secret(secret))
    }
    await sameRevealed(t, await factors.of(id), confirmed)
    await factors.save(createSecondFactor(id, new Secret('third')))
    t.equal(await factors.pendingOf(id), null)
    await sameRevealed(t, await factors.pendingOf(other.id), new Secret('of another user'))
    await factors.remove(other.id)
    t.equal(await factors.pendingOf(other.id), null)
  })

  t.test('S-46 the remaining recovery codes are counted', async t => {
    const { factors, createUser } = await open(t)
    const { id } = await createUser()
    await factors.save(createSecondFactor(id, new Secret('x')))
    t.equal(await factors.countRecoveryCodes(id), 0)
    await factors.saveRecoveryCodes(id, [new Secret('aaaa'), new Secret('bbbb')])
    await factors.spendRecoveryCode(id, new Secret('aaaa'))
    t.equal(await factors.countRecoveryCodes(id), 1)
  })
}
