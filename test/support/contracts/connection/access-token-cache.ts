import type { Test } from 'tap'
import type { RefreshClaim } from '../../../../src/application/connection/ports.ts'
import { close, markAuthorisationLost, reauthorise } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { aGrant, anId, aPendingConnection, aProfile, hoursLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores, revealSecrets, type Stores } from '../stores.ts'

const refreshed = { accessToken: new Secret('Atza|refreshed'), expiresAt: hoursLater(1), refreshToken: null }

async function versionOf({ tokens }: Stores, id: ConnectionId): Promise<number> {
  const state = await tokens.read(id)
  if (!state) throw new Error('there is no grant')
  return state.version
}

async function claimRefresh(stores: Stores, id: ConnectionId): Promise<RefreshClaim> {
  const claim = await stores.tokens.claimRefresh(id, await versionOf(stores, id))
  if (!claim) throw new Error('another process refreshes it')
  return claim
}

export function accessTokenCacheContract(t: Test, open: OpenStores): void {
  t.test('a new grant has no access token until one is stored', async t => {
    const stores = await open(t)
    const { tokens } = stores
    const { id } = await aSavedConnection(stores)
    const state = await tokens.read(id)
    t.match(state, { state: 'none' })

    await tokens.store(id, await claimRefresh(stores, id), refreshed)

    const cached = await tokens.read(id)
    t.has(await revealSecrets(cached), {
      state: 'cached',
      accessToken: 'Atza|refreshed',
      expiresAt: hoursLater(1),
    })
    t.not(cached?.version, state?.version)
  })

  t.test('S-26 a connection without a grant has no tokens', async t => {
    const stores = await open(t)
    const { tokens, connections } = stores
    const [lost, closed] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    const version = await versionOf(stores, lost.id)
    await connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))
    await connections.save(close(closed, 'disconnected', noon))

    for (const id of [lost.id, closed.id, anId<ConnectionId>()]) {
      t.equal(await tokens.read(id), null)
      t.equal(await tokens.claimRefresh(id, version), null)
    }
  })

  t.test('one of many concurrent callers claims the refresh, with its token and region', async t => {
    const stores = await open(t)
    const { tokens } = stores
    const { id } = await aSavedConnection(stores, { grant: aGrant({ loginRegion: 'eu' }) })
    const version = await versionOf(stores, id)

    const claims = await Promise.all(Array.from({ length: 20 }, () => tokens.claimRefresh(id, version)))

    const successful = claims.filter(claim => claim !== null)
    t.has(await revealSecrets(successful), [{ refreshToken: 'Atzr|refresh-of-the-connection', region: 'eu' }])
    t.equal(successful.length, 1)
  })

  t.test('a refresh can be claimed again after a release, an expiry or a stored token', async t => {
    const stores = await open(t)
    const { tokens, expireClaim } = stores
    const { id } = await aSavedConnection(stores)
    const claim = async () => tokens.claimRefresh(id, await versionOf(stores, id))

    const first = await claimRefresh(stores, id)
    t.equal(await claim(), null)
    await tokens.releaseClaim(id, first)
    t.ok(await claim())
    await expireClaim(id)
    const third = await claimRefresh(stores, id)
    await tokens.store(id, third, refreshed)
    t.ok(await claim())
  })

  t.test('a caller whose claim expired stores nothing and releases no other claim', async t => {
    const stores = await open(t)
    const { tokens, expireClaim } = stores
    const { id } = await aSavedConnection(stores)
    const slow = await claimRefresh(stores, id)
    await expireClaim(id)
    const next = await claimRefresh(stores, id)

    await tokens.releaseClaim(id, slow)
    t.equal(
      await tokens.claimRefresh(id, await versionOf(stores, id)),
      null,
      'the claim of the next caller is kept',
    )
    await tokens.store(id, slow, { ...refreshed, accessToken: new Secret('Atza|late') })
    t.match(await tokens.read(id), { state: 'none' })
    await tokens.store(id, next, refreshed)
    await tokens.store(id, slow, { ...refreshed, accessToken: new Secret('Atza|late') })

    t.match(await revealSecrets(await tokens.read(id)), { accessToken: 'Atza|refreshed' })
    t.equal(await tokens.claimRefresh(id, slow.version), null, 'a caller with an older version gets no claim')
  })

  t.test('a refresh token that Amazon rotated replaces the stored one', async t => {
    const stores = await open(t)
    const { tokens, connections } = stores
    const { id } = await aSavedConnection(stores)

    await tokens.store(id, await claimRefresh(stores, id), {
      ...refreshed,
      refreshToken: new Secret('Atzr|rotated'),
    })

    t.match(await revealSecrets(await connections.find(id)), { grant: { refreshToken: 'Atzr|rotated' } })
    t.match(await revealSecrets(await tokens.claimRefresh(id, await versionOf(stores, id))), {
      refreshToken: 'Atzr|rotated',
    })
  })

  t.test('S-19 a renewed grant starts without the tokens of the previous one', async t => {
    const stores = await open(t)
    const { tokens, connections } = stores
    const connection = await aSavedConnection(stores)
    await tokens.store(connection.id, await claimRefresh(stores, connection.id), refreshed)
    const pending = aPendingConnection({ refreshToken: new Secret('Atzr|renewed') })

    await connections.save(reauthorise(connection, pending, aProfile()))

    t.match(await tokens.read(connection.id), { state: 'none' })
  })

  t.test('S-26 a refresh of the previous grant changes nothing, even after a reauthorisation', async t => {
    const stores = await open(t)
    const { tokens, connections } = stores
    const connection = await aSavedConnection(stores)
    const claim = await claimRefresh(stores, connection.id)
    const lost = markAuthorisationLost(connection, 'profile_access_lost', noon)
    await connections.save(lost)
    const pending = aPendingConnection({ refreshToken: new Secret('Atzr|renewed') })
    await connections.save(reauthorise(lost, pending, aProfile()))

    await tokens.store(connection.id, claim, {
      ...refreshed,
      refreshToken: new Secret('Atzr|of-the-lost-one'),
    })

    t.match(await tokens.read(connection.id), { state: 'none' })
    t.match(await revealSecrets(await connections.find(connection.id)), {
      grant: { refreshToken: 'Atzr|renewed' },
    })
  })
}
