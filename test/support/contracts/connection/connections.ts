import type { Test } from 'tap'
import {
  type ActiveConnection,
  close,
  erase,
  finishErasure,
  markAuthorisationLost,
  reauthorise,
  reopen,
} from '../../../../src/domain/connection/connection.ts'
import { ConnectionNotFound } from '../../../../src/domain/connection/errors.ts'
import type { ConnectionId, ProfileId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aConsent,
  aGrant,
  aLoadedReport,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aRun,
  hoursLater,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores, sameRevealed } from '../stores.ts'

export function connectionsContract(t: Test, open: OpenStores): void {
  t.test('a connection is returned unchanged in every state', async t => {
    const { connections, createUser } = await open(t)
    for (const connection of [
      anActiveConnection(),
      anActiveConnection({
        profile: aProfile({
          accountName: null,
          canEdit: false,
          accountType: 'author',
          advertiserAccountId: 'amzn1.ads-account.g.x',
        }),
        grant: aGrant({ amazonUser: null, loginRegion: 'fe' }),
        isExclusive: false,
      }),
      anUnauthorisedConnection(),
      anUnauthorisedConnection({ why: 'profile_access_lost' }),
      anUnauthorisedConnection({ why: 'consent_expired' }),
      aClosedConnection(),
      aClosedConnection({ reason: 'replaced', consent: aConsent({ amazonUser: null }) }),
      anErasedConnection({ status: 'erasing' }),
      anErasedConnection({ reason: 'replaced' }),
    ]) {
      const owned = { ...connection, userId: (await createUser()).id }

      await connections.save(owned)

      await sameRevealed(t, await connections.get(owned.id, owned.userId), owned)
      await sameRevealed(t, await connections.find(owned.id), owned)
    }
  })

  t.test('S-08 ids beyond JavaScript’s exact numbers stay exact', async t => {
    const stores = await open(t)
    const profile = aProfile({ id: '18446744073709551615' as ProfileId })
    const { id } = await aSavedConnection(stores, { profile })

    t.match(await stores.connections.find(id), { profile: { id: '18446744073709551615' } })
  })

  t.test('S-29 another user’s connection is not found, just like an unknown one', async t => {
    const stores = await open(t)
    const { connections, createUser } = stores
    const { id } = await aSavedConnection(stores)
    const stranger = await createUser()

    await t.rejects(connections.get(id, stranger.id), ConnectionNotFound)
    await t.rejects(connections.get(anId<ConnectionId>(), stranger.id), ConnectionNotFound)
    t.strictSame(await connections.liveByUser(stranger.id), [])
    t.equal(await connections.find(anId<ConnectionId>()), null)
  })

  t.test('S-17 a user’s live connections are listed in order of connecting, without closed ones', async t => {
    const { connections, createUser } = await open(t)
    const { id: userId } = await createUser({ role: 'manager' })
    const common = { userId, isExclusive: false }
    const second = anActiveConnection({ ...common, connectedAt: hoursLater(-1) })
    const first = anUnauthorisedConnection({
      ...common,
      profile: aBritishProfile(),
      connectedAt: hoursLater(-2),
    })
    for (const connection of [second, aClosedConnection(common), first]) await connections.save(connection)

    await sameRevealed(t, await connections.liveByUser(userId), [first, second])
  })

  t.test('S-27 a user’s retained connections are listed, the most recently closed first', async t => {
    const { connections, createUser } = await open(t)
    const { id: userId } = await createUser()
    const first = aClosedConnection({ userId, closedAt: hoursLater(-9) })
    const last = aClosedConnection({ userId, closedAt: hoursLater(-2), reason: 'replaced' })
    const othersConnection = aClosedConnection({ userId: (await createUser()).id })
    const active = anActiveConnection({ userId })
    for (const connection of [first, othersConnection, anErasedConnection({ userId }), last, active])
      await connections.save(connection)

    await sameRevealed(t, await connections.closedByUser(userId), [last, first])
    await sameRevealed(t, await connections.liveByUser(userId), [active])
  })

  t.test('a connection keeps its identity through every state', async t => {
    const stores = await open(t)
    const { connections } = stores
    const active = await aSavedConnection(stores)
    const pending = aPendingConnection({
      userId: active.userId,
      refreshToken: new Secret('Atzr|renewed'),
    })
    const lost = markAuthorisationLost(active, 'grant_revoked', noon)
    const renewed = reauthorise(lost, pending, aProfile({ accountName: 'A new name' }))
    for (const state of [
      lost,
      renewed,
      reauthorise(renewed, pending, aProfile()),
      close(renewed, 'replaced', noon),
      reopen(close(renewed, 'replaced', noon), { isExclusive: false }, pending, aProfile()),
      close(renewed, 'disconnected', noon),
      erase(close(renewed, 'disconnected', noon)),
      finishErasure(erase(close(renewed, 'disconnected', noon))),
    ]) {
      await connections.save(state)
      await sameRevealed(t, await connections.find(active.id), state)
    }
  })

  t.test(
    'S-19 the store also rejects a second exclusive connection and a second connection for a profile',
    async t => {
      const stores = await open(t)
      const { connections } = stores
      const { userId } = await aSavedConnection(stores)
      const another = { userId, profile: aBritishProfile() }

      await t.rejects(connections.save(anActiveConnection(another)))
      await t.rejects(connections.save(anUnauthorisedConnection({ userId, isExclusive: false })))

      t.equal((await connections.liveByUser(userId)).length, 1)
      await t.resolves(connections.save(anActiveConnection({ ...another, isExclusive: false })))
      await t.resolves(connections.save(aClosedConnection({ userId })))
    },
  )

  t.test('S-17 several users can connect one profile', async t => {
    const stores = await open(t)

    await aSavedConnection(stores)
    await t.resolves(aSavedConnection(stores))
  })

  t.test('S-17 a slot freed by closing is available in the same transaction', async t => {
    const stores = await open(t)
    const { connections, unitOfWork } = stores
    const replaced = await aSavedConnection(stores)
    const replacement = anActiveConnection({ userId: replaced.userId, profile: aBritishProfile() })

    await unitOfWork.transaction(async () => {
      await connections.save(close(replaced, 'replaced', noon))
      await connections.save(replacement)
    })

    await sameRevealed(t, await connections.liveByUser(replaced.userId), [replacement])
  })

  t.test('S-26 losses are counted from a given time until a refresh or a load succeeds', async t => {
    const stores = await open(t)
    const { connections, tokens, syncRuns } = stores
    t.equal(await connections.countLosses(noon), 0)
    const losses = [
      ['grant_revoked', minutesLater(1)],
      ['grant_revoked', minutesLater(9)],
      ['grant_revoked', noon],
      ['consent_expired', minutesLater(1)],
      ['profile_access_lost', minutesLater(2)],
      ['profile_access_lost', minutesLater(8)],
      ['marked_by_staff', minutesLater(9)],
    ] as const
    for (const [why, since] of losses) {
      const connection = await aSavedConnection(stores)
      await connections.save(markAuthorisationLost(connection, why, since))
    }
    const [old, fresh] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    t.equal(await connections.countLosses(noon), 5)

    const accessToken = new Secret('Atza|refreshed')
    for (const [id, expiresAt] of [
      [fresh.id, minutesLater(65)],
      [old.id, minutesLater(-5)],
    ] as const) {
      const claim = await tokens.claimRefresh(id, (await tokens.read(id))?.version ?? -1)
      if (claim) await tokens.store(id, claim, { accessToken, expiresAt, refreshToken: null })
    }

    t.equal(
      await connections.countLosses(noon),
      3,
      'the refresh at 12:05 ends only the grants’ earlier losses',
    )

    const run = aRun({ connectionId: fresh.id })
    const loaded = { syncRunId: run.id, connectionId: fresh.id, loadedAt: minutesLater(5) }
    await syncRuns.save(run, [aLoadedReport(loaded)])

    t.equal(await connections.countLosses(noon), 2, 'the load at 12:05 ends the earlier loss of a profile')
  })

  t.test('S-26 grants in doubt count as invalidated until an earlier grant is refreshed', async t => {
    const stores = await open(t)
    const { connections, tokens } = stores
    const doubted = await aSavedConnection(stores)
    const other = await aSavedConnection(stores)
    const newer = await aSavedConnection(stores, { grant: aGrant({ consentedAt: minutesLater(1) }) })
    const doubtedAtOf = async ({ id }: ActiveConnection) => {
      const stored = await connections.find(id)
      return stored?.status === 'active' ? stored.doubtedAt : undefined
    }
    const refresh = async ({ id }: ActiveConnection, minute: number) => {
      const claim = await tokens.claimRefresh(id, (await tokens.read(id))?.version ?? -1)
      const refreshed = {
        accessToken: new Secret('Atza|x'),
        expiresAt: minutesLater(minute + 60),
        refreshToken: null,
      }
      if (claim) await tokens.store(id, claim, refreshed)
    }
    const findInvalidated = async () => (await connections.findInvalidated(9)).map(({ id }) => id)

    await connections.recordDoubt(doubted.id, anId(), noon)
    t.strictSame(await findInvalidated(), [], 'the rejection of an earlier grant')
    await refresh(other, -1)
    await connections.recordDoubt(doubted.id, doubted.pendingConnectionId, noon)
    t.strictSame(await doubtedAtOf(doubted), noon)
    t.match(await connections.findInvalidated(9), [
      { id: doubted.id, pendingConnectionId: doubted.pendingConnectionId },
    ])
    t.strictSame(await connections.findInvalidated(0), [])
    await refresh(newer, 2)
    t.strictSame(await findInvalidated(), [doubted.id], 'a newer consent proves nothing about earlier ones')

    await refresh(other, 3)
    t.strictSame(await findInvalidated(), [])
    t.strictSame(await doubtedAtOf(doubted), noon, 'its own grant is still in doubt')
    await refresh(doubted, 4)
    t.equal(await doubtedAtOf(doubted), null)
  })

  t.test(
    'S-09 an unknown Amazon user is requested again after ten minutes and stored for that grant only',
    async t => {
      const stores = await open(t)
      const { connections } = stores
      const unnamed = await aSavedConnection(stores, {
        grant: aGrant({ amazonUser: null, consentedAt: minutesLater(-10) }),
      })
      const later = await aSavedConnection(stores, {
        grant: aGrant({ amazonUser: null, consentedAt: minutesLater(-9) }),
      })
      await aSavedConnection(stores)

      t.strictSame(await connections.findWithUnknownAmazonUser(noon, 9), [unnamed.id])
      t.strictSame(await connections.findWithUnknownAmazonUser(minutesLater(1), 9), [unnamed.id, later.id])
      t.strictSame(await connections.findWithUnknownAmazonUser(minutesLater(1), 1), [unnamed.id])
      await connections.postponeAmazonUserLookup(unnamed.id, hoursLater(6))
      t.strictSame(await connections.findWithUnknownAmazonUser(noon, 9), [])
      t.strictSame(await connections.findWithUnknownAmazonUser(hoursLater(6), 9), [later.id, unnamed.id])

      t.equal(
        await connections.saveAmazonUser(unnamed.id, later.pendingConnectionId, anAmazonUser()),
        false,
        'another grant',
      )
      t.equal(await connections.saveAmazonUser(unnamed.id, unnamed.pendingConnectionId, anAmazonUser()), true)
      t.equal(
        await connections.saveAmazonUser(unnamed.id, unnamed.pendingConnectionId, anAmazonUser()),
        false,
        'already known',
      )
      t.match(await connections.find(unnamed.id), { grant: { amazonUser: anAmazonUser() } })
      await connections.save(markAuthorisationLost(later, 'grant_revoked', noon))
      t.strictSame(
        await connections.findWithUnknownAmazonUser(hoursLater(6), 9),
        [],
        'no Amazon user is unknown any longer',
      )
    },
  )
}
