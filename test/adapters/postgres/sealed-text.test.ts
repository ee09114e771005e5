import { randomBytes } from 'node:crypto'
import t from 'tap'
import { encrypt, keyBytes } from '../../../src/adapters/postgres/aes-gcm.ts'
import { LocalKeys } from '../../../src/adapters/postgres/local-keys.ts'
import { Seal, SealBroken } from '../../../src/adapters/postgres/sealed-text.ts'
import { KeyEncryption, type WrappedKey } from '../../../src/application/ports.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { newKey } from '../../../src/settings.ts'
import { keyIdOf, sealedAtFirst } from '../../support/first-seal.ts'

const record = { table: 'connection_grant', column: 'refresh_token', id: 'one' }
const elsewhere = [
  { ...record, id: 'two' },
  { ...record, column: 'access_token' },
  { ...record, table: 'pending_connection' },
]
const token = new Secret(`Atzr|${'x'.repeat(2043)}`)
const sealOf = (...keys: Secret[]) => new Seal(new LocalKeys(keys))
const textIn = async (seal: Seal, sealed: string, of = record) =>
  (await seal.open(sealed, of).open()).reveal()

t.test('S-12 an encrypted token of any length decrypts for its own record', async t => {
  const seal = sealOf(newKey())
  const sealed = await seal.close(token, record)

  t.equal(await textIn(seal, sealed), token.reveal())
  t.notMatch(sealed, 'Atzr|')
  t.not(await seal.close(token, record), sealed, 'never the same twice')
  t.equal(await textIn(seal, await seal.close(new Secret(''), record)), '')
  t.equal(await textIn(seal, await seal.close(seal.open(sealed, record), record)), token.reveal())
})

t.test('S-12 no two texts are encrypted with the same nonce', async t => {
  const key = randomBytes(keyBytes)
  const nonces = Array.from({ length: 100 }, () =>
    encrypt(Buffer.from('the same text'), key, []).toString('hex', 0, 12),
  )
  t.equal(new Set(nonces).size, nonces.length)
})

t.test('S-12 an encrypted token moved to another record does not decrypt', async t => {
  const key = newKey()
  const seal = sealOf(key)
  for (const sealed of [await seal.close(token, record), sealedAtFirst(token, record, key)]) {
    for (const other of elsewhere) await t.rejects(textIn(seal, sealed, other), SealBroken)
  }
})

t.test('S-12 a token with another record’s data key does not decrypt', async t => {
  const seal = sealOf(newKey())
  for (const other of elsewhere) {
    const [mine, others] = [await seal.close(token, record), await seal.close(token, other)]
    const [version, keyId, , body] = mine.split('.')
    const [, , wrapped, foreign] = others.split('.')

    await t.rejects(textIn(seal, [version, keyId, wrapped, body].join('.')), SealBroken)
    await t.rejects(textIn(seal, [version, keyId, wrapped, foreign].join('.')), SealBroken)
  }
})

t.test('S-12 both encryption layers are bound to record, purpose and key', async t => {
  // A KMS that neither encrypts nor checks, so only the text's own encryption can reject.
  const boundTo: (readonly string[])[] = []
  class Careless extends KeyEncryption {
    readonly newestId = 'one'
    async wrap(bytes: Uint8Array, bound: readonly string[]): Promise<WrappedKey> {
      boundTo.push(bound)
      return { keyId: 'one', bytes }
    }
    async unwrap({ bytes }: WrappedKey, bound: readonly string[]) {
      boundTo.push(bound)
      return bytes
    }
  }
  const seal = new Seal(new Careless())
  const sealed = await seal.close(token, record)

  t.equal(await textIn(seal, sealed), token.reveal())
  for (const other of elsewhere) await t.rejects(textIn(seal, sealed, other), SealBroken)
  await t.rejects(textIn(seal, sealed.replace('2.one.', '2.two.')), SealBroken)
  t.strictSame(boundTo[0], boundTo[1])
  t.strictSame(boundTo[0]?.slice(-3), ['connection_grant', 'refresh_token', 'one'])
})

t.test('S-12 an encrypted token under another key’s name does not decrypt', async t => {
  const [one, two] = [newKey(), newKey()]
  const seal = sealOf(one, two)
  for (const sealed of [await seal.close(token, record), sealedAtFirst(token, record, one)]) {
    const renamed = sealed.replace(`.${keyIdOf(one)}.`, `.${keyIdOf(two)}.`)
    t.not(renamed, sealed)
    await t.rejects(textIn(seal, renamed), SealBroken)
  }
})

t.test('S-12 the older format still decrypts, and neither format is accepted as the other', async t => {
  const key = newKey()
  const seal = sealOf(key)
  const first = sealedAtFirst(token, record, key)
  const [, keyId, wrapped, body] = (await seal.close(token, record)).split('.')

  t.equal(await textIn(seal, first), token.reveal())
  for (const mixed of [`1.${keyId}.${wrapped}`, `1.${keyId}.${body}`, `${first}.${body}`]) {
    await t.rejects(textIn(seal, mixed), SealBroken)
  }
})

t.test('S-12 a text that is not encrypted is rejected and not repeated', async t => {
  const key = newKey()
  const seal = sealOf(key)
  const sealed = await seal.close(token, record)
  const id = keyIdOf(key)
  const broken = ['', '1', '1.x.y', `1.${id}.`, `1.${id}.AA`, `2.${id}.AA`, `2.${id}.AA.AA`, `2.${id}.AA.`]
  const altered = [`3${sealed.slice(1)}`, `${sealed}.AA`, `${sealed}=`, `${sealed}\n`, ` ${sealed}`]
  for (const text of [...broken, ...altered, 'Atzr|IwEB.x.y', '1.Atzr|IwEB']) {
    await t.rejects(textIn(seal, text), SealBroken)
    await t.rejects(textIn(seal, text), { message: /^(?!.*Atzr)/ })
  }
})

t.test('S-12 every flipped bit is detected in both formats and at any length', async t => {
  const key = newKey()
  const seal = sealOf(key)
  for (const text of ['', 'A', 'At', 'Atz']) {
    const secret = new Secret(text)
    for (const sealed of [await seal.close(secret, record), sealedAtFirst(secret, record, key)]) {
      const unnoticed: number[] = []
      for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
        const at = bit >> 3
        const flipped = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << (bit & 7)))
        const changed = sealed.slice(0, at) + flipped + sealed.slice(at + 1)
        const heard = await textIn(seal, changed).catch(error => error)
        if (!(heard instanceof SealBroken)) unnoticed.push(bit)
      }
      t.strictSame(unnoticed, [])
    }
  }
})

t.test('S-12 the newest key encrypts, older keys still decrypt, and a lost key is named', async t => {
  const [old, fresh] = [newKey(), newKey()]
  const rotated = sealOf(fresh, old)
  for (const sealed of [await sealOf(old).close(token, record), sealedAtFirst(token, record, old)]) {
    t.equal(await textIn(rotated, sealed), token.reveal())
    t.equal(await textIn(sealOf(fresh), await rotated.close(token, record)), token.reveal())
    await t.rejects(textIn(sealOf(fresh), sealed), {
      name: 'SealBroken',
      message: `connection_grant.refresh_token of one does not open: key ${keyIdOf(old)} is not among TOKEN_KEYS`,
    })
  }
})

t.test('S-12 a text stays encrypted until it is read, and a key outage is not a broken text', async t => {
  const keys = new LocalKeys([newKey()])
  const sealed = await new Seal(keys).close(token, record)
  let asked = 0
  let isDown = true
  class AwayAtFirst extends KeyEncryption {
    readonly newestId = keys.newestId
    wrap = keys.wrap.bind(keys)
    async unwrap(wrapped: WrappedKey, boundTo: readonly string[]) {
      asked += 1
      if (isDown) throw new Error('the KMS is away')
      return keys.unwrap(wrapped, boundTo)
    }
  }
  const secret = new Seal(new AwayAtFirst()).open(sealed, record)
  t.equal(asked, 0)

  await t.rejects(secret.open(), { name: 'Error', message: 'the KMS is away' })
  isDown = false
  t.equal((await secret.open()).reveal(), token.reveal())
  await secret.open()
  t.equal(asked, 2, 'decrypted only once')
})

t.test('a key of another length is rejected at once', async t => {
  t.throws(() => sealOf(new Secret('c2hvcnQ=')), RangeError)
  t.throws(() => sealOf(), RangeError)
})
