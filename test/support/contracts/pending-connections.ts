import type { Test } from 'tap'
import { after } from '../../../src/domain/calendar.ts'
import type { PendingConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aBritishProfile,
  anAmazonUser,
  anId,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
  readingsOf,
  unreadReadings,
} from '../examples.ts'
import { aConnectionOnRecord, aPendingOnRecord, laidOpen, type OpenStores } from './stores.ts'

export function pendingConnectionsContract(t: Test, open: OpenStores): void {
  t.test('S-13 a pending connection is returned unchanged with the regions fetched so far', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const { id: renews, personId } = await aConnectionOnRecord(stores)
    for (const its of [
      { renews, personId },
      { readings: unreadReadings, amazonUser: null },
      { readings: readingsOf(aProfile({ accountName: null, mayEdit: false }), aBritishProfile()) },
      { amazonUser: anAmazonUser({ name: null, email: null }), region: 'fe' as const },
      { readings: { ...readingsOf(), eu: { state: 'failed', why: 'throttled' } as const } },
    ]) {
      const pending = await aPendingOnRecord(stores, its)

      t.strictSame(await pendings.put(pending), { replacedId: null })

      t.strictSame(await laidOpen(await pendings.of(pending.personId)), await laidOpen(pending))
    }
  })

  t.test('S-29 another user’s pending connection is not returned', async t => {
    const stores = await open(t)
    await stores.pendings.put(await aPendingOnRecord(stores))
    const { id } = await stores.addPerson()

    t.equal(await stores.pendings.of(id), null)
    t.equal(await stores.pendings.of(anId<PersonId>()), null)
  })

  t.test('S-16 a newer pending connection replaces the user’s older one and no other', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const [older, others] = [await aPendingOnRecord(stores), await aPendingOnRecord(stores)]
    await pendings.put(older)
    await pendings.put(others)
    const newer = await aPendingOnRecord(stores, {
      personId: older.personId,
      refreshToken: new Secret('Atzr|newer'),
    })

    t.strictSame(await pendings.put(newer), { replacedId: older.id })

    t.strictSame(await laidOpen(await pendings.of(older.personId)), await laidOpen(newer))
    t.strictSame(await laidOpen(await pendings.of(others.personId)), await laidOpen(others))
    t.equal(await pendings.erase(older.id), false, 'the older one is erased with its tokens')
  })

  t.test('S-09 storing a region result leaves the other regions unchanged', async t => {
    const stores = await open(t)
    const { pendings } = stores
    for (const region of regions) {
      const pending = await aPendingOnRecord(stores, { readings: unreadReadings })
      await pendings.put(pending)
      const read = { state: 'read', profiles: [aProfile({ region })] } as const

      await pendings.keepReading(pending.id, region, { state: 'failed', why: 'timeout' })
      await pendings.keepReading(pending.id, region, read)

      t.strictSame((await pendings.of(pending.personId))?.readings, { ...unreadReadings, [region]: read })
    }
  })

  t.test('S-09 a region that failed in another tab does not hide the fetched result', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const pending = await aPendingOnRecord(stores, { readings: readingsOf(aBritishProfile()) })
    await pendings.put(pending)

    for (const region of regions) {
      await pendings.keepReading(pending.id, region, { state: 'failed', why: 'timeout' })
    }

    t.strictSame((await pendings.of(pending.personId))?.readings, readingsOf(aBritishProfile()))
  })

  t.test('S-09 the three region results can be stored concurrently', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const pending = await aPendingOnRecord(stores, { readings: unreadReadings })
    await pendings.put(pending)
    const read = { state: 'read', profiles: [] } as const

    await Promise.all(regions.map(region => pendings.keepReading(pending.id, region, read)))

    t.strictSame((await pendings.of(pending.personId))?.readings, { na: read, eu: read, fe: read })
  })

  t.test('S-13 storing the Amazon user or a newer access token keeps the hour and the grant', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const pending = await aPendingOnRecord(stores, { amazonUser: null })
    await pendings.put(pending)

    await pendings.keepAmazonUser(pending.id, anAmazonUser())
    await pendings.keepAccessToken(pending.id, new Secret('Atza|newer'), hoursLater(2))

    t.strictSame(await laidOpen(await pendings.of(pending.personId)), {
      ...((await laidOpen(pending)) as object),
      amazonUser: anAmazonUser(),
      accessToken: 'Atza|newer',
      accessTokenExpiresAt: hoursLater(2),
    })
  })

  t.test('S-15 a pending connection is erased once and cannot be stored again', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const pending = await aPendingOnRecord(stores)
    await pendings.put(pending)

    t.equal(await pendings.erase(pending.id), true)
    t.equal(await pendings.erase(pending.id), false)
    t.equal(await pendings.erase(anId<PendingConnectionId>()), false)

    await pendings.keepReading(pending.id, 'na', { state: 'read', profiles: [] })
    await pendings.keepAmazonUser(pending.id, anAmazonUser())
    await pendings.keepAccessToken(pending.id, new Secret('Atza|late'), hoursLater(2))
    t.equal(await pendings.of(pending.personId), null)
  })

  t.test('S-15 expired pending connections stay until erased, the longest expired listed first', async t => {
    const stores = await open(t)
    const { pendings } = stores
    const [first, second, third] = [
      await aPendingOnRecord(stores, { expiresAt: minutesLater(-2) }),
      await aPendingOnRecord(stores, { expiresAt: noon }),
      await aPendingOnRecord(stores, { expiresAt: after(noon, 1) }),
    ]
    for (const pending of [third, second, first]) await pendings.put(pending)

    const expired = await pendings.expired(noon, 10)

    t.strictSame(await laidOpen(expired), await laidOpen([first, second]))
    t.strictSame(
      (await pendings.expired(noon, 1)).map(({ id }) => id),
      [first.id],
    )
    t.ok(await pendings.of(first.personId), 'the domain decides when it has expired')
  })
}
