import t, { type Test } from 'tap'
import {
  countByKey,
  encryptedColumns,
  rotateKeys,
} from '../../../../../src/adapters/postgres/engine/encryption/key-rotation.ts'
import { LocalKeys } from '../../../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { decryptSecret, type WrappedKey } from '../../../../../src/application/ports.ts'
import { createSecondFactor } from '../../../../../src/domain/access/second-factor.ts'
import type { ActiveConnection } from '../../../../../src/domain/connection/connection.ts'
import { Secret } from '../../../../../src/domain/secret.ts'
import { generateKey } from '../../../../../src/settings/settings.ts'
import { openPostgresStores, type PostgresStores } from '../../../../support/contracts/postgres-stores.ts'
import { aPendingConnectionOfSavedUser, aSavedConnection } from '../../../../support/contracts/stores.ts'
import { eventually } from '../../../../support/eventually.ts'
import { aGrant, hoursLater, noon } from '../../../../support/examples.ts'
import { startRotateCommand } from '../../../../support/product/product-command.ts'
import { encryptInFirstFormat, keyIdOf } from '../../../../support/runner/first-token-format.ts'

const [oldKey, newKey] = [generateKey(), generateKey()]
const rotate = ({ pool }: PostgresStores, keys = new LocalKeys([newKey, oldKey])) =>
  rotateKeys(pool, new TokenCipher(keys), () => undefined)

/** Connections encrypted with only the old key; one refresh token has the first release's format. */
async function scene(t: Test, count = 1) {
  const stores = await openPostgresStores(t, { keys: [oldKey] })
  const { id, ...others } = await aSavedConnection(stores)
  const connections: ActiveConnection[] = [{ id, ...others }]
  while (connections.length < count) connections.push(await aSavedConnection(stores))
  const location = { table: 'connection_grant', column: 'refresh_token', id }
  const encrypted = encryptInFirstFormat(new Secret('Atzr|of-the-first-program'), location, oldKey)
  await stores.query('update connection_grant set refresh_token = $2 where connection_id = $1', [
    id,
    encrypted,
  ])
  return { stores, connections, id }
}

/** Decrypts every encrypted column with the new key alone. */
async function decryptWithNewKey({ query }: PostgresStores): Promise<string[]> {
  const cipher = new TokenCipher(new LocalKeys([newKey]))
  const texts: string[] = []
  for (const { table, column, id } of encryptedColumns) {
    const rows = await query<{ id: string; encrypted: string }>(
      `select ${id} as id, ${column} as encrypted from ${table} where ${column} is not null`,
    )
    for (const row of rows)
      texts.push((await decryptSecret(cipher.decrypt(row.encrypted, { table, column, id: row.id }))).reveal())
  }
  return texts.sort()
}

t.test('S-12 rotation re-encrypts every secret, and the old key is no longer needed', async t => {
  const { stores, id } = await scene(t)
  const claim = await stores.tokens.claimRefresh(id, (await stores.tokens.read(id))?.version ?? -1)
  if (!claim) throw new Error('another process is refreshing the token')
  const accessToken = new Secret('Atza|refreshed')
  await stores.tokens.store(id, claim, { accessToken, expiresAt: hoursLater(1), refreshToken: null })
  await stores.pendingConnections.put(await aPendingConnectionOfSavedUser(stores))
  await stores.outbox.put({
    idempotencyKey: 'forgotten-password',
    userId: (await stores.createUser()).id,
    connectionId: null,
    message: { kind: 'password_reset', link: new Secret('https://reset'), validUntil: noon.toISOString() },
    createdAt: noon,
    dueAt: noon,
  })
  const { id: staffId } = await stores.createUser({ role: 'support' })
  await stores.factors.save(createSecondFactor(staffId, new Secret('secret-of-a-second-factor')))
  await stores.factors.savePendingApp(staffId, new Secret('secret-of-an-app-in-setup'))

  t.strictSame(await rotate(stores), { reencryptedCount: 8, undecryptable: [] })

  t.strictSame(await decryptWithNewKey(stores), [
    'Atza|access-of-the-pending',
    'Atza|refreshed',
    'Atzr|of-the-first-program',
    'Atzr|refresh-of-the-pending',
    'a-pkce-verifier',
    'https://reset',
    'secret-of-a-second-factor',
    'secret-of-an-app-in-setup',
  ])
  t.strictSame([...(await countByKey(stores.pool))], [[keyIdOf(newKey), 8]])
  t.strictSame(await rotate(stores), { reencryptedCount: 0, undecryptable: [] })
  t.strictSame(await findEncryptedColumns(stores), expectedColumns, 'no other column contains encrypted text')
})

const expectedColumns = encryptedColumns.map(({ table, column }) => `${table}.${column}`).sort()

async function findEncryptedColumns({ query }: PostgresStores): Promise<string[]> {
  const columns = await query<{ table: string; column: string }>(
    `select quote_ident(table_name) as "table", quote_ident(column_name) as "column"
     from information_schema.columns where table_schema = 'public' and data_type in ('text', 'jsonb')`,
  )
  const found: string[] = []
  for (const { table, column } of columns) {
    const rows = await query(`select from ${table} where ${column}::text ~ '[12]\\.[0-9a-f]{8}\\.' limit 1`)
    if (rows.length > 0) found.push(`${table}.${column}`)
  }
  return found.sort()
}

t.test('S-12 rotation never overwrites a token that a concurrent reauthorisation replaces', async t => {
  const { stores, connections } = await scene(t, 2)
  const [, connection] = connections
  if (!connection) throw new Error('expected two connections')
  let reauthorisations = 0
  class ReauthorisingKeys extends LocalKeys {
    override async wrap(dataKey: Uint8Array, boundTo: readonly string[]): Promise<WrappedKey> {
      if (
        boundTo.includes(connection?.id ?? '') &&
        boundTo.includes('refresh_token') &&
        reauthorisations < 1
      ) {
        reauthorisations += 1
        const grant = aGrant({ refreshToken: new Secret('Atzr|renewed-meanwhile') })
        if (connection) await stores.connections.save({ ...connection, grant })
      }
      return super.wrap(dataKey, boundTo)
    }
  }

  t.match(await rotate(stores, new ReauthorisingKeys([newKey, oldKey])), {
    reencryptedCount: 2,
    undecryptable: [],
  })

  t.equal(reauthorisations, 1)
  t.strictSame(await decryptWithNewKey(stores), ['Atzr|of-the-first-program', 'Atzr|renewed-meanwhile'])
})

t.test('S-12 a locked row does not stop the rotation and is re-encrypted once unlocked', async t => {
  const { stores, id } = await scene(t, 3)
  const otherClient = await stores.pool.connect()
  await otherClient.query('begin')
  await otherClient.query('select from connection_grant where connection_id = $1 for update', [id])
  const rotated = rotate(stores)
  const countUnderNewKey = async () => (await countByKey(stores.pool)).get(keyIdOf(newKey)) ?? 0
  await eventually('the other two rows are re-encrypted', async () => (await countUnderNewKey()) === 2)
  await otherClient.query('commit')
  otherClient.release()
  t.match(await rotated, { reencryptedCount: 3, undecryptable: [] })
})

t.test('S-12 two concurrent rotations share the work', async t => {
  const { stores } = await scene(t, 300)

  const both = await Promise.all([rotate(stores), rotate(stores)])

  t.equal(both[0].reencryptedCount + both[1].reencryptedCount, 300)
  t.strictSame([...(await countByKey(stores.pool)).keys()], [keyIdOf(newKey)])
})

t.test('S-12 rotation names a text that cannot be decrypted, leaves it unchanged and continues', async t => {
  const { stores, connections } = await scene(t, 4)
  const lostKey = generateKey()
  const [, movedId = '', plainId = '', foreignId = ''] = connections.map(({ id }) => id)
  const storeToken = (id: string, encrypted: string) =>
    stores.query('update connection_grant set refresh_token = $2 where connection_id = $1', [id, encrypted])
  const locationOf = (id: string) => ({ table: 'connection_grant', column: 'refresh_token', id })
  await storeToken(movedId, encryptInFirstFormat(new Secret('Atzr|x'), locationOf(plainId), oldKey))
  await storeToken(plainId, 'Atzr|never.sealed.at-all')
  await storeToken(foreignId, encryptInFirstFormat(new Secret('Atzr|x'), locationOf(foreignId), lostKey))

  const { reencryptedCount, undecryptable } = await rotate(stores)

  t.equal(reencryptedCount, 1)
  t.strictSame(
    [...undecryptable].sort(),
    [
      `connection_grant.refresh_token of ${movedId} does not decrypt: key ${keyIdOf(oldKey)} does not decrypt the data key`,
      `connection_grant.refresh_token of ${plainId} is not encrypted text`,
      `connection_grant.refresh_token of ${foreignId} does not decrypt: key ${keyIdOf(lostKey)} is not among TOKEN_KEYS`,
    ].sort(),
  )
  t.strictSame(
    [...(await countByKey(stores.pool))].sort(),
    [
      [keyIdOf(newKey), 1],
      [keyIdOf(oldKey), 1],
      [keyIdOf(lostKey), 1],
      [null, 1],
    ].sort(),
  )

  const { code, out, err } = await startRotateCommand(stores.databaseUrl, [newKey, oldKey]).ended
  t.equal(code, 1)
  t.match(err, `connection_grant.refresh_token of ${foreignId} does not decrypt`)
  t.match(out, `Under key ${keyIdOf(lostKey)}: 1.`)
  t.match(out, 'keep the older keys in TOKEN_KEYS')
  t.notMatch(out + err, /Atz|never|sealed\.at/)
})

t.test(
  'S-12 npm run keys:rotate shows the remaining secrets and whether old keys can be removed',
  async t => {
    const { stores } = await scene(t, 3)
    const command = (args: string[] = [], keys = [newKey, oldKey]) =>
      startRotateCommand(stores.databaseUrl, keys, ...args).ended

    const before = await command(['--check'])
    t.equal(before.code, 1)
    t.match(before.out, `Under the newest key ${keyIdOf(newKey)}: 0.\nUnder key ${keyIdOf(oldKey)}: 3.\n`)

    const { code, out, err } = await command()
    t.equal(code, 0)
    t.match(out, 'Re-encrypted: 3.\n')
    t.match(out, `Under the newest key ${keyIdOf(newKey)}: 3.\nRotation complete`)
    t.equal((await command(['--check'], [newKey])).code, 0)
    for (const key of [oldKey, newKey]) t.notMatch(before.out + before.err + out + err, key.reveal())

    const missing = await startRotateCommand('', []).ended
    t.equal(missing.code, 1)
    t.match(missing.err, /DATABASE_URL is missing.*\n.*TOKEN_KEYS is missing/)
  },
)
