import type { Test } from 'tap'
import { maxFailures } from '../../../../src/domain/access/sign-in-failures.ts'
import type { KnownDeviceId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anId, minutesLater, noon } from '../../examples.ts'
import { type OpenStores, takeTurns } from '../stores.ts'

export function knownDevicesContract(t: Test, open: OpenStores): void {
  t.test('S-01 a device is known only for its user, until it is forgotten', async t => {
    const { knownDevices, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    const ids = [1, 2, 3].map(() => anId<KnownDeviceId>()) as [KnownDeviceId, KnownDeviceId, KnownDeviceId]
    const tokens = [1, 2, 3].map(count => new Secret(`token ${count}`)) as [Secret, Secret, Secret]
    await knownDevices.add({ id: ids[0], userId: one.id, createdAt: noon }, tokens[0])
    await knownDevices.add({ id: ids[1], userId: one.id, createdAt: noon }, tokens[1])
    await knownDevices.add({ id: ids[2], userId: other.id, createdAt: noon }, tokens[2])
    t.equal(await knownDevices.find(tokens[0], one.id), ids[0])
    t.equal(await knownDevices.find(tokens[0], other.id), null)
    t.equal(await knownDevices.find(new Secret('guessed'), one.id), null)

    await knownDevices.forgetAllOf(one.id, ids[0])
    t.ok(await knownDevices.find(tokens[0], one.id))
    t.equal(await knownDevices.find(tokens[1], one.id), null)
    await knownDevices.forgetAllOf(one.id)
    t.equal(await knownDevices.find(tokens[0], one.id), null)
    t.ok(await knownDevices.find(tokens[2], other.id))
  })

  t.test('S-01 a device is erased after a time without a sign-in', async t => {
    const { knownDevices, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [used, unused] = [anId<KnownDeviceId>(), anId<KnownDeviceId>()]
    await knownDevices.add({ id: used, userId, createdAt: noon }, new Secret('1'))
    await knownDevices.add({ id: unused, userId, createdAt: noon }, new Secret('2'))
    await knownDevices.touch(used, minutesLater(1))
    t.equal(await knownDevices.eraseUnused(noon), 1)
    t.ok(await knownDevices.find(new Secret('1'), userId))
  })
}

export function signInFailuresContract(t: Test, open: OpenStores): void {
  t.test('S-01 each counter starts at zero, keeps its count and can be reset', async t => {
    const { signInFailures, unitOfWork } = await open(t)
    const inTransaction = <Result>(work: () => Promise<Result>) => unitOfWork.transaction(work)
    const failuresOf = async (email: string) =>
      (await inTransaction(() => signInFailures.lock(`email ${email}`))).failures
    const count = { failures: 7, lastFailedAt: noon }
    await inTransaction(async () => {
      t.equal((await signInFailures.lock('email a@b.c\u0000')).failures, 0)
      await signInFailures.save('email a@b.c\u0000', count)
    })
    t.strictSame(await inTransaction(() => signInFailures.lock('email a@b.c\u0000')), count)
    t.equal(await failuresOf('other@b.c'), 0)
    await inTransaction(() => signInFailures.reset('email a@b.c\u0000'))
    t.equal(await failuresOf('a@b.c\u0000'), 0)
  })

  t.test('S-01 a counter is locked until the transaction ends, also the first time', async t => {
    const stores = await open(t)
    const events = await takeTurns(stores, () => stores.signInFailures.lock('email a@b.c'))
    t.match([...events].join(), /^(A begins,A ends,B begins,B ends|B begins,B ends,A begins,A ends)$/)
  })

  t.test('S-01 old counters are erased, except those that need a new password', async t => {
    const { signInFailures, unitOfWork } = await open(t)
    const save = (email: string, failures: number, lastFailedAt: Date) =>
      unitOfWork.transaction(async () => {
        await signInFailures.lock(`email ${email}`)
        await signInFailures.save(`email ${email}`, { failures, lastFailedAt })
      })
    await save('old', maxFailures - 1, noon)
    await save('new', 1, minutesLater(1))
    await save('closed', maxFailures, noon)
    t.equal(await signInFailures.eraseOld(noon), 1)
    t.equal((await unitOfWork.transaction(() => signInFailures.lock('email old'))).failures, 0)
  })
}
