import type { Test } from 'tap'
import { after } from '../../../../src/domain/calendar.ts'
import type { PendingConnectionId, UserId } from '../../../../src/domain/identifiers.ts'
import { regions } from '../../../../src/domain/profile/region.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import {
  aBritishProfile,
  anAmazonUser,
  anId,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
  regionResultsWith,
  unfetchedRegionResults,
} from '../../examples.ts'
import {
  aPendingConnectionOfSavedUser,
  aSavedConnection,
  type OpenStores,
  revealSecrets,
  sameRevealed,
} from '../stores.ts'

export function pendingConnectionsContract(t: Test, open: OpenStores): void {
  t.test('S-13 a pending connection is returned unchanged with the regions fetched so far', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const { id: reauthorisedConnectionId, userId } = await aSavedConnection(stores)
    for (const overrides of [
      { reauthorisedConnectionId, userId },
      { regionResults: unfetchedRegionResults, amazonUser: null },
      {
        regionResults: regionResultsWith(aProfile({ accountName: null, canEdit: false }), aBritishProfile()),
      },
      { amazonUser: anAmazonUser({ name: null, email: null }), region: 'fe' as const },
      { regionResults: { ...regionResultsWith(), eu: { state: 'failed', why: 'throttled' } as const } },
    ]) {
      const pending = await aPendingConnectionOfSavedUser(stores, overrides)

      t.strictSame(await pendingConnections.put(pending), { replacedId: null })

      await sameRevealed(t, await pendingConnections.findByUser(pending.userId), pending)
    }
  })

  t.test('S-29 another user’s pending connection is not returned', async t => {
    const stores = await open(t)
    await stores.pendingConnections.put(await aPendingConnectionOfSavedUser(stores))
    const { id } = await stores.createUser()

    t.equal(await stores.pendingConnections.findByUser(id), null)
    t.equal(await stores.pendingConnections.findByUser(anId<UserId>()), null)
  })

  t.test('S-16 a newer pending connection replaces the user’s older one and no other', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const [older, other] = [
      await aPendingConnectionOfSavedUser(stores),
      await aPendingConnectionOfSavedUser(stores),
    ]
    await pendingConnections.put(older)
    await pendingConnections.put(other)
    const newer = await aPendingConnectionOfSavedUser(stores, {
      userId: older.userId,
      refreshToken: new Secret('Atzr|newer'),
    })

    t.strictSame(await pendingConnections.put(newer), { replacedId: older.id })

    await sameRevealed(t, await pendingConnections.findByUser(older.userId), newer)
    await sameRevealed(t, await pendingConnections.findByUser(other.userId), other)
    t.equal(await pendingConnections.erase(older.id), false, 'the older one is erased with its tokens')
  })

  t.test('S-09 storing a region result leaves the other regions unchanged', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    for (const region of regions) {
      const pending = await aPendingConnectionOfSavedUser(stores, { regionResults: unfetchedRegionResults })
      await pendingConnections.put(pending)
      const fetched = { state: 'fetched', profiles: [aProfile({ region })] } as const

      await pendingConnections.saveRegionResult(pending.id, region, { state: 'failed', why: 'timeout' })
      await pendingConnections.saveRegionResult(pending.id, region, fetched)

      t.strictSame((await pendingConnections.findByUser(pending.userId))?.regionResults, {
        ...unfetchedRegionResults,
        [region]: fetched,
      })
    }
  })

  t.test('S-09 a region that failed in another tab does not hide the fetched result', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const pending = await aPendingConnectionOfSavedUser(stores, {
      regionResults: regionResultsWith(aBritishProfile()),
    })
    await pendingConnections.put(pending)

    for (const region of regions) {
      await pendingConnections.saveRegionResult(pending.id, region, { state: 'failed', why: 'timeout' })
    }

    t.strictSame(
      (await pendingConnections.findByUser(pending.userId))?.regionResults,
      regionResultsWith(aBritishProfile()),
    )
  })

  t.test('S-09 the three region results can be stored concurrently', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const pending = await aPendingConnectionOfSavedUser(stores, { regionResults: unfetchedRegionResults })
    await pendingConnections.put(pending)
    const fetched = { state: 'fetched', profiles: [] } as const

    await Promise.all(regions.map(region => pendingConnections.saveRegionResult(pending.id, region, fetched)))

    t.strictSame((await pendingConnections.findByUser(pending.userId))?.regionResults, {
      na: fetched,
      eu: fetched,
      fe: fetched,
    })
  })

  t.test('S-13 storing the Amazon user or a newer access token keeps the expiry and the grant', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const pending = await aPendingConnectionOfSavedUser(stores, { amazonUser: null })
    await pendingConnections.put(pending)

    await pendingConnections.saveAmazonUser(pending.id, anAmazonUser())
    await pendingConnections.saveAccessToken(pending.id, new Secret('Atza|newer'), hoursLater(2))

    t.strictSame(await revealSecrets(await pendingConnections.findByUser(pending.userId)), {
      ...((await revealSecrets(pending)) as object),
      amazonUser: anAmazonUser(),
      accessToken: 'Atza|newer',
      accessTokenExpiresAt: hoursLater(2),
    })
  })

  t.test('S-15 a pending connection is erased once and cannot be stored again', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const pending = await aPendingConnectionOfSavedUser(stores)
    await pendingConnections.put(pending)

    t.equal(await pendingConnections.erase(pending.id), true)
    t.equal(await pendingConnections.erase(pending.id), false)
    t.equal(await pendingConnections.erase(anId<PendingConnectionId>()), false)

    await pendingConnections.saveRegionResult(pending.id, 'na', { state: 'fetched', profiles: [] })
    await pendingConnections.saveAmazonUser(pending.id, anAmazonUser())
    await pendingConnections.saveAccessToken(pending.id, new Secret('Atza|late'), hoursLater(2))
    t.equal(await pendingConnections.findByUser(pending.userId), null)
  })

  t.test('S-15 expired pending connections stay until erased, the longest expired listed first', async t => {
    const stores = await open(t)
    const { pendingConnections } = stores
    const [first, second, third] = [
      await aPendingConnectionOfSavedUser(stores, { expiresAt: minutesLater(-2) }),
      await aPendingConnectionOfSavedUser(stores, { expiresAt: noon }),
      await aPendingConnectionOfSavedUser(stores, { expiresAt: after(noon, 1) }),
    ]
    for (const pending of [third, second, first]) await pendingConnections.put(pending)

    const expired = await pendingConnections.expired(noon, 10)

    await sameRevealed(t, expired, [first, second])
    t.strictSame(
      (await pendingConnections.expired(noon, 1)).map(({ id }) => id),
      [first.id],
    )
    t.ok(await pendingConnections.findByUser(first.userId), 'the domain, not the store, decides on expiry')
  })
}
