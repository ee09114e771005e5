import { once } from 'node:events'
import t from 'tap'
import { countByKey } from '../../../src/adapters/postgres/engine/encryption/key-rotation.ts'
import { LocalKeys } from '../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import {
  DecryptionError,
  TokenCipher,
} from '../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { decryptSecret } from '../../../src/application/ports.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey } from '../../../src/settings/settings.ts'
import { openPostgresStores, type PostgresStores } from '../../support/contracts/postgres-stores.ts'
import { startRotateCommand } from '../../support/product/product-command.ts'
import { encryptInFirstFormat, keyIdOf } from '../../support/runner/first-token-format.ts'
import { randomNumbers } from '../../support/seed.ts'
import { repetitions } from '../repetitions.ts'
import { findWrongTokens, seedTokens, type TokenRecord } from './token-records.ts'
import { startTraffic } from './traffic.ts'

const flips = repetitions(500, 10_000)
const tokens = repetitions(2000, 100_000)

t.test(`S-12 ${flips.count} flipped bits are rejected (seed ${flips.seed})`, async t => {
  const random = randomNumbers(flips.seed)
  const key = generateKey()
  const cipher = new TokenCipher(new LocalKeys([key]))
  const record = { table: 'connection_grant', column: 'refresh_token', id: 'one' }
  const token = new Secret(`Atzr|${'x'.repeat(400)}`)
  let undetected = 0
  for (let flip = 0; flip < flips.count; flip += 1) {
    const encrypted =
      flip % 4 === 0 ? encryptInFirstFormat(token, record, key) : await cipher.encrypt(token, record)
    // Draws a part first, so that short parts are changed as often as the long one. Each part keeps its dot.
    const parts = encrypted.split(/(?=\.)/)
    const part = Math.floor(random() * parts.length)
    const at = parts.slice(0, part).join('').length + Math.floor(random() * (parts[part]?.length ?? 0))
    const bit = 1 << Math.floor(random() * 8)
    const flipped = `${encrypted.slice(0, at)}${String.fromCharCode(encrypted.charCodeAt(at) ^ bit)}${encrypted.slice(at + 1)}`
    const error = await decryptSecret(cipher.decrypt(flipped, record)).catch(error => error)
    if (error instanceof DecryptionError && flipped !== encrypted) continue
    undetected += 1
    t.fail(`bit ${bit} of character ${at} in part ${part} is not detected`)
  }
  t.equal(undetected, 0)
})

t.test(
  `S-12 ${tokens.count} tokens are re-encrypted while they are read and replaced (seed ${tokens.seed})`,
  { timeout: 900_000 },
  async t => {
    const [oldKey, newKey] = [generateKey(), generateKey()]
    const stores = await openPostgresStores(t, { keys: [newKey, oldKey] })
    const tokenRecords = await seedTokens(stores, oldKey, tokens.count / 2)
    const start = () => startRotateCommand(stores.databaseUrl, [newKey, oldKey])
    const traffic = startTraffic(stores, tokenRecords, randomNumbers(tokens.seed), { readers: 3, writers: 2 })
    t.teardown(() => traffic.stop())
    const startedAt = Date.now()

    // The rotation postpones a locked row, so it can't finish before the lock is released.
    const releaseLock = await lockOneGrant(stores, tokenRecords)
    const [killed, other] = [start(), start()]
    // The first line reports re-encrypted tokens.
    await once(killed.child.stdout, 'data')
    killed.child.kill('SIGKILL')
    t.equal((await killed.ended).code, null, 'one rotation is killed midway')
    t.ok(
      ((await countByKey(stores.pool)).get(keyIdOf(oldKey)) ?? 0) > 0,
      'some tokens are not re-encrypted yet',
    )
    await releaseLock()
    const outcomes = await Promise.all([other, start()].map(({ ended }) => ended))
    const seconds = (Date.now() - startedAt) / 1000
    await traffic.stop()

    for (const { code, out, err } of outcomes) t.equal(code, 0, out + err)
    t.comment(
      `${seconds.toFixed(1)} s; ${traffic.reads} connections read and ${traffic.writes} reauthorised or refreshed during that time`,
    )
    t.ok(traffic.reads > 50 && traffic.writes > 20, 'there was traffic', traffic)
    t.strictSame(traffic.failures, [], 'no read and no write failed')
    t.strictSame(
      [...(await countByKey(stores.pool)).keys()],
      [keyIdOf(newKey)],
      'no token is encrypted with the old key',
    )
    t.strictSame(
      await findWrongTokens(stores, newKey, tokenRecords),
      [],
      'the new key alone decrypts every current token',
    )
  },
)

/** Locks one grant in a separate transaction. @returns a function that releases it. */
async function lockOneGrant(
  stores: PostgresStores,
  tokenRecords: readonly TokenRecord[],
): Promise<() => Promise<void>> {
  const client = await stores.pool.connect()
  await client.query('begin')
  // Our pool ends transactions idle for three seconds, and commands may take longer to start.
  await client.query('set local idle_in_transaction_session_timeout = 0')
  await client.query('select from connection_grant where connection_id = $1 for update', [
    tokenRecords[0]?.id,
  ])
  return async () => {
    await client.query('commit')
    client.release()
  }
}
