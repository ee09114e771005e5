import type { Test } from 'tap'
import {
  close,
  endErasure,
  erase,
  loseAuthorisation,
  renew,
  reopen,
} from '../../../src/domain/connection/connection.ts'
import { ConnectionNotFound } from '../../../src/domain/connection/refusals.ts'
import type { ConnectionId, ProfileId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aConsent,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
} from '../examples.ts'
import { aConnectionOnRecord, laidOpen, type OpenStores } from './stores.ts'

export function connectionsContract(t: Test, open: OpenStores): void {
  t.test('a connection is returned unchanged in every state', async t => {
    const { connections, addPerson } = await open(t)
    for (const connection of [
      anActiveConnection(),
      anActiveConnection({
        profile: aProfile({ accountName: null, mayEdit: false, accountType: 'author' }),
        grant: aGrant({ amazonUser: null, loginRegion: 'fe' }),
        isExclusive: false,
      }),
      anUnauthorisedConnection(),
      anUnauthorisedConnection({ why: 'profile_rights_lost' }),
      anUnauthorisedConnection({ why: 'consent_expired' }),
      aClosedConnection(),
      aClosedConnection({ reason: 'replaced', consent: aConsent({ amazonUser: null }) }),
      anErasedConnection({ status: 'erasing' }),
      anErasedConnection({ reason: 'replaced' }),
    ]) {
      const owned = { ...connection, personId: (await addPerson()).id }

      await connections.save(owned)

      t.strictSame(await laidOpen(await connections.get(owned.id, owned.personId)), await laidOpen(owned))
      t.strictSame(await laidOpen(await connections.find(owned.id)), await laidOpen(owned))
    }
  })

  t.test('S-08 ids beyond JavaScript’s exact numbers stay exact', async t => {
    const stores = await open(t)
    const profile = aProfile({ id: '18446744073709551615' as ProfileId })
    const { id } = await aConnectionOnRecord(stores, { profile })

    t.match(await stores.connections.find(id), { profile: { id: '18446744073709551615' } })
  })

  t.test('S-29 another user’s connection is not found, just like an unknown one', async t => {
    const stores = await open(t)
    const { connections, addPerson } = stores
    const { id } = await aConnectionOnRecord(stores)
    const stranger = await addPerson()

    await t.rejects(connections.get(id, stranger.id), ConnectionNotFound)
    await t.rejects(connections.get(anId<ConnectionId>(), stranger.id), ConnectionNotFound)
    t.strictSame(await connections.heldBy(stranger.id), [])
    t.equal(await connections.find(anId<ConnectionId>()), null)
  })

  t.test('S-17 a user’s live connections are listed in order of connecting, without closed ones', async t => {
    const { connections, addPerson } = await open(t)
    const { id: personId } = await addPerson({ role: 'manager' })
    const own = { personId, isExclusive: false }
    const second = anActiveConnection({ ...own, connectedAt: hoursLater(-1) })
    const first = anUnauthorisedConnection({
      ...own,
      profile: aBritishProfile(),
      connectedAt: hoursLater(-2),
    })
    for (const connection of [second, aClosedConnection(own), first]) await connections.save(connection)

    t.strictSame(await laidOpen(await connections.heldBy(personId)), await laidOpen([first, second]))
  })

  t.test('S-27 a user’s retained connections are listed with the last closed first', async t => {
    const { connections, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const first = aClosedConnection({ personId, closedAt: hoursLater(-9) })
    const last = aClosedConnection({ personId, closedAt: hoursLater(-2), reason: 'replaced' })
    const others = aClosedConnection({ personId: (await addPerson()).id })
    const held = anActiveConnection({ personId })
    for (const one of [first, others, anErasedConnection({ personId }), last, held])
      await connections.save(one)

    t.strictSame(await laidOpen(await connections.closedBy(personId)), await laidOpen([last, first]))
    t.strictSame(await laidOpen(await connections.heldBy(personId)), await laidOpen([held]))
  })

  t.test('a connection keeps its identity through every state', async t => {
    const stores = await open(t)
    const { connections } = stores
    const active = await aConnectionOnRecord(stores)
    const pending = aPendingConnection({
      personId: active.personId,
      refreshToken: new Secret('Atzr|renewed'),
    })
    const lost = loseAuthorisation(active, 'grant_gone', noon)
    const renewed = renew(lost, pending, aProfile({ accountName: 'A new name' }))
    for (const state of [
      lost,
      renewed,
      renew(renewed, pending, aProfile()),
      close(renewed, 'replaced', noon),
      reopen(close(renewed, 'replaced', noon), { isExclusive: false }, pending, aProfile()),
      close(renewed, 'disconnected', noon),
      erase(close(renewed, 'disconnected', noon)),
      endErasure(erase(close(renewed, 'disconnected', noon))),
    ]) {
      await connections.save(state)
      t.strictSame(await laidOpen(await connections.find(active.id)), await laidOpen(state))
    }
  })

  t.test(
    'S-19 the store also rejects a second exclusive connection and a second one for a profile',
    async t => {
      const stores = await open(t)
      const { connections } = stores
      const { personId } = await aConnectionOnRecord(stores)
      const another = { personId, profile: aBritishProfile() }

      await t.rejects(connections.save(anActiveConnection(another)))
      await t.rejects(connections.save(anUnauthorisedConnection({ personId, isExclusive: false })))

      t.equal((await connections.heldBy(personId)).length, 1)
      await t.resolves(connections.save(anActiveConnection({ ...another, isExclusive: false })))
      await t.resolves(connections.save(aClosedConnection({ personId })))
    },
  )

  t.test('S-17 several users can connect one profile', async t => {
    const stores = await open(t)

    await aConnectionOnRecord(stores)
    await t.resolves(aConnectionOnRecord(stores))
  })

  t.test('S-17 a slot freed by closing is available in the same transaction', async t => {
    const stores = await open(t)
    const { connections, unitOfWork } = stores
    const given = await aConnectionOnRecord(stores)
    const taken = anActiveConnection({ personId: given.personId, profile: aBritishProfile() })

    await unitOfWork.run(async () => {
      await connections.save(close(given, 'replaced', noon))
      await connections.save(taken)
    })

    t.strictSame(await laidOpen(await connections.heldBy(given.personId)), await laidOpen([taken]))
  })

  t.test('S-26 revoked grants are counted from a given time until a refresh succeeds', async t => {
    const stores = await open(t)
    const { connections, tokens } = stores
    t.equal(await connections.grantLosses(noon), 0)
    const losses = [
      ['grant_gone', minutesLater(1)],
      ['grant_gone', minutesLater(9)],
      ['grant_gone', noon],
      ['consent_expired', minutesLater(1)],
      ['profile_rights_lost', minutesLater(1)],
    ] as const
    for (const [why, since] of losses) {
      const connection = await aConnectionOnRecord(stores)
      await connections.save(loseAuthorisation(connection, why, since))
    }
    const [old, fresh] = [await aConnectionOnRecord(stores), await aConnectionOnRecord(stores)]
    t.equal(await connections.grantLosses(noon), 2)

    const accessToken = new Secret('Atza|minted')
    for (const [id, expiresAt] of [
      [fresh.id, minutesLater(65)],
      [old.id, minutesLater(-5)],
    ] as const) {
      const claim = await tokens.claimRefresh(id, (await tokens.read(id))?.version ?? -1)
      if (claim) await tokens.store(id, claim, { accessToken, expiresAt, refreshToken: null })
    }

    t.equal(await connections.grantLosses(noon), 1, 'the one after the refresh, five minutes past noon')
  })

  t.test(
    'S-09 an unknown Amazon user is requested again after ten minutes and stored for that consent only',
    async t => {
      const stores = await open(t)
      const { connections } = stores
      const unnamed = await aConnectionOnRecord(stores, {
        grant: aGrant({ amazonUser: null, consentedAt: minutesLater(-10) }),
      })
      const later = await aConnectionOnRecord(stores, {
        grant: aGrant({ amazonUser: null, consentedAt: minutesLater(-9) }),
      })
      await aConnectionOnRecord(stores)

      t.strictSame(await connections.unnamed(noon, 9), [unnamed.id])
      t.strictSame(await connections.unnamed(minutesLater(1), 9), [unnamed.id, later.id])
      t.strictSame(await connections.unnamed(minutesLater(1), 1), [unnamed.id])
      await connections.postponeNaming(unnamed.id, hoursLater(6))
      t.strictSame(await connections.unnamed(noon, 9), [])
      t.strictSame(await connections.unnamed(hoursLater(6), 9), [later.id, unnamed.id])

      t.equal(await connections.name(unnamed.id, noon, anAmazonUser()), false, 'another consent')
      t.equal(await connections.name(unnamed.id, minutesLater(-10), anAmazonUser()), true)
      t.equal(await connections.name(unnamed.id, minutesLater(-10), anAmazonUser()), false, 'already known')
      t.match(await connections.find(unnamed.id), { grant: { amazonUser: anAmazonUser() } })
      await connections.save(loseAuthorisation(later, 'grant_gone', noon))
      t.strictSame(await connections.unnamed(hoursLater(6), 9), [], 'no Amazon user is unknown any longer')
    },
  )
}
