import t from 'tap'
import { decryptSecret } from '../../../../src/application/ports.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { pendingConnectionsContract } from '../../../support/contracts/connection/pending-connections.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aPendingConnectionOfSavedUser } from '../../../support/contracts/stores.ts'
import { hoursLater } from '../../../support/examples.ts'

pendingConnectionsContract(t, openPostgresStores)

t.test('S-12 the row of a pending connection contains no token in plain text', async t => {
  const stores = await openPostgresStores(t)
  const pending = await aPendingConnectionOfSavedUser(stores, {
    refreshToken: new Secret('Atzr|plain-refresh'),
    accessToken: new Secret('Atza|plain-access'),
  })

  await stores.pendingConnections.put(pending)
  const first = await stores.rawText('pending_connection')
  await stores.pendingConnections.saveAccessToken(pending.id, new Secret('Atza|plain-newer'), hoursLater(1))
  const second = await stores.rawText('pending_connection')

  for (const raw of [first, second]) {
    t.match(raw, pending.id)
    t.notMatch(raw, /Atz[ar]\||plain-/)
  }
})

t.test('S-12 encrypting the same token again gives a different ciphertext', async t => {
  const stores = await openPostgresStores(t)
  for (let count = 0; count < 3; count += 1)
    await stores.pendingConnections.put(await aPendingConnectionOfSavedUser(stores))

  const rows = await stores.query<{ encrypted: string }>(
    'select refresh_token as encrypted from pending_connection',
  )

  t.equal(new Set(rows.map(({ encrypted }) => encrypted)).size, 3)
})

t.test('S-12 a token moved to another row does not decrypt', async t => {
  const stores = await openPostgresStores(t)
  const [own, other] = [
    await aPendingConnectionOfSavedUser(stores),
    await aPendingConnectionOfSavedUser(stores),
  ]
  await stores.pendingConnections.put(own)
  await stores.pendingConnections.put(other)
  await stores.query(
    `update pending_connection set refresh_token =
       (select refresh_token from pending_connection where id = $1) where id = $2`,
    [other.id, own.id],
  )

  const tampered = await stores.pendingConnections.findByUser(own.userId)
  await t.rejects(async () => tampered && decryptSecret(tampered.refreshToken), { name: 'DecryptionError' })
})

t.test('S-15 an erased pending connection leaves no row', async t => {
  const stores = await openPostgresStores(t)
  const pending = await aPendingConnectionOfSavedUser(stores)
  await stores.pendingConnections.put(pending)

  await stores.pendingConnections.erase(pending.id)

  t.equal(await stores.rawText('pending_connection'), '')
})
