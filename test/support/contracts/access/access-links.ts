import type { Test } from 'tap'
import { createAccessLink } from '../../../../src/domain/access/access-link.ts'
import { after } from '../../../../src/domain/calendar.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { hoursLater, minutesLater, noon } from '../../examples.ts'
import type { OpenStores } from '../stores.ts'

export function accessLinksContract(t: Test, open: OpenStores): void {
  t.test('S-01 a link is found by its token and purpose until it expires', async t => {
    const { links, createUser } = await open(t)
    const { id } = await createUser()
    const link = createAccessLink(id, 'reset', noon)
    const token = new Secret('a-token')
    await links.save(link, token)

    t.strictSame(await links.find(token, 'reset', after(minutesLater(30), -1)), link)
    t.equal(await links.find(token, 'reset', minutesLater(30)), null)
    t.equal(await links.find(token, 'invitation', noon), null)
    t.equal(await links.find(new Secret('another'), 'reset', noon), null)
  })

  t.test('S-01 only the newest of a user’s links for one purpose is valid', async t => {
    const { links, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    await links.save(createAccessLink(one.id, 'reset', noon), new Secret('1'))
    await links.save(createAccessLink(one.id, 'connect', noon), new Secret('2'))
    await links.save(createAccessLink(other.id, 'reset', noon), new Secret('3'))
    await links.save(createAccessLink(one.id, 'reset', minutesLater(1)), new Secret('4'))

    t.equal(await links.find(new Secret('1'), 'reset', minutesLater(1)), null)
    t.ok(await links.find(new Secret('4'), 'reset', minutesLater(1)))
    t.ok(await links.find(new Secret('2'), 'connect', minutesLater(1)), 'another purpose')
    t.ok(await links.find(new Secret('3'), 'reset', minutesLater(1)), 'another user')
  })

  t.test('S-01 links are counted and erased per user', async t => {
    const { links, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    await links.save(createAccessLink(one.id, 'reset', noon), new Secret('1'))
    await links.save(createAccessLink(one.id, 'reset', minutesLater(50)), new Secret('2'))
    await links.save(createAccessLink(one.id, 'invitation', minutesLater(50)), new Secret('3'))
    await links.save(createAccessLink(other.id, 'reset', minutesLater(50)), new Secret('4'))

    t.equal(await links.countSince(one.id, 'reset', after(noon, -1)), 2)
    t.equal(await links.countSince(one.id, 'reset', noon), 1)
    await links.eraseAllOf(one.id)
    t.equal(await links.countSince(one.id, 'reset', hoursLater(-1)), 0)
    t.equal(await links.find(new Secret('3'), 'invitation', minutesLater(50)), null)
    t.ok(await links.find(new Secret('4'), 'reset', minutesLater(50)))
  })

  t.test('S-43 a connect link is valid for 15 minutes and cannot set a password', async t => {
    const { links, createUser } = await open(t)
    const { id } = await createUser()
    const link = createAccessLink(id, 'connect', noon)
    const token = new Secret('a-token')
    await links.save(link, token)

    t.strictSame(await links.find(token, 'connect', after(minutesLater(15), -1)), link)
    t.equal(await links.find(token, 'connect', minutesLater(15)), null)
    for (const purpose of ['reset', 'invitation'] as const)
      t.equal(await links.find(token, purpose, noon), null)
  })

  t.test('S-43 links are erased by purpose', async t => {
    const { links, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    await links.save(createAccessLink(one.id, 'connect', noon), new Secret('1'))
    await links.save(createAccessLink(one.id, 'reset', noon), new Secret('2'))
    await links.save(createAccessLink(other.id, 'connect', noon), new Secret('3'))

    await links.eraseAllOf(one.id, 'connect')
    t.equal(await links.find(new Secret('1'), 'connect', noon), null)
    t.ok(await links.find(new Secret('2'), 'reset', noon))
    t.ok(await links.find(new Secret('3'), 'connect', noon))
  })

  t.test('S-01 expired links are erased', async t => {
    const { links, createUser } = await open(t)
    const { id } = await createUser()
    await links.save(createAccessLink(id, 'reset', noon), new Secret('1'))
    await links.save(createAccessLink(id, 'invitation', noon), new Secret('2'))

    t.equal(await links.eraseExpired(after(minutesLater(30), -1)), 0)
    t.equal(await links.eraseExpired(minutesLater(30)), 1)
    t.ok(await links.find(new Secret('2'), 'invitation', noon))
  })

  t.test('S-46 an enrolment link is valid for a day and sets no password', async t => {
    const { links, createUser } = await open(t)
    const { id } = await createUser()
    const link = createAccessLink(id, 'enrolment', noon)
    const token = new Secret('a-token')
    await links.save(link, token)

    t.strictSame(await links.find(token, 'enrolment', after(hoursLater(24), -1)), link)
    t.equal(await links.find(token, 'enrolment', hoursLater(24)), null)
    for (const purpose of ['reset', 'invitation', 'connect'] as const)
      t.equal(await links.find(token, purpose, noon), null)
  })
}
