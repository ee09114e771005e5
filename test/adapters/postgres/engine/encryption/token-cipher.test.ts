import { randomBytes } from 'node:crypto'
import t from 'tap'
import { encrypt, keyBytes } from '../../../../../src/adapters/postgres/engine/encryption/aes-gcm.ts'
import { LocalKeys } from '../../../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import {
  DecryptionError,
  TokenCipher,
} from '../../../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { KeyEncryption, type WrappedKey } from '../../../../../src/application/ports.ts'
import { Secret } from '../../../../../src/domain/secret.ts'
import { generateKey } from '../../../../../src/settings/settings.ts'
import { encryptInFirstFormat, keyIdOf } from '../../../../support/runner/first-token-format.ts'

const record = { table: 'connection_grant', column: 'refresh_token', id: 'one' }
const otherRecords = [
  { ...record, id: 'two' },
  { ...record, column: 'access_token' },
  { ...record, table: 'pending_connection' },
]
const token = new Secret(`Atzr|${'x'.repeat(2043)}`)
const cipherWith = (...keys: Secret[]) => new TokenCipher(new LocalKeys(keys))
const decryptText = async (cipher: TokenCipher, encrypted: string, target = record) =>
  (await cipher.decrypt(encrypted, target).decrypt()).reveal()

t.test('S-12 an encrypted token of any length decrypts for its own record', async t => {
  const cipher = cipherWith(generateKey())
  const encrypted = await cipher.encrypt(token, record)

  t.equal(await decryptText(cipher, encrypted), token.reveal())
  t.notMatch(encrypted, 'Atzr|')
  t.not(await cipher.encrypt(token, record), encrypted, 'encrypting it again gives a different ciphertext')
  t.equal(await decryptText(cipher, await cipher.encrypt(new Secret(''), record)), '')
  t.equal(
    await decryptText(cipher, await cipher.encrypt(cipher.decrypt(encrypted, record), record)),
    token.reveal(),
  )
})

t.test('S-12 no two texts are encrypted with the same nonce', async t => {
  const key = randomBytes(keyBytes)
  const nonces = Array.from({ length: 100 }, () =>
    encrypt(Buffer.from('the same text'), key, []).toString('hex', 0, 12),
  )
  t.equal(new Set(nonces).size, nonces.length)
})

t.test('S-12 an encrypted token moved to another record does not decrypt', async t => {
  const key = generateKey()
  const cipher = cipherWith(key)
  for (const encrypted of [await cipher.encrypt(token, record), encryptInFirstFormat(token, record, key)]) {
    for (const other of otherRecords) await t.rejects(decryptText(cipher, encrypted, other), DecryptionError)
  }
})

t.test('S-12 a token with another record’s data key does not decrypt', async t => {
  const cipher = cipherWith(generateKey())
  for (const other of otherRecords) {
    const [ownText, otherText] = [await cipher.encrypt(token, record), await cipher.encrypt(token, other)]
    const [version, keyId, , body] = ownText.split('.')
    const [, , wrapped, otherBody] = otherText.split('.')

    await t.rejects(decryptText(cipher, [version, keyId, wrapped, body].join('.')), DecryptionError)
    await t.rejects(decryptText(cipher, [version, keyId, wrapped, otherBody].join('.')), DecryptionError)
  }
})

t.test('S-12 both encryption layers are bound to record, purpose and key', async t => {
  // A KMS that neither encrypts nor checks, so only the text's own encryption can reject.
  const boundTo: (readonly string[])[] = []
  class PassThroughKeys extends KeyEncryption {
    readonly newestId = 'one'
    async wrap(bytes: Uint8Array, context: readonly string[]): Promise<WrappedKey> {
      boundTo.push(context)
      return { keyId: 'one', bytes }
    }
    async unwrap({ bytes }: WrappedKey, context: readonly string[]) {
      boundTo.push(context)
      return bytes
    }
  }
  const cipher = new TokenCipher(new PassThroughKeys())
  const encrypted = await cipher.encrypt(token, record)

  t.equal(await decryptText(cipher, encrypted), token.reveal())
  for (const other of otherRecords) await t.rejects(decryptText(cipher, encrypted, other), DecryptionError)
  await t.rejects(decryptText(cipher, encrypted.replace('2.one.', '2.two.')), DecryptionError)
  t.strictSame(boundTo[0], boundTo[1])
  t.strictSame(boundTo[0]?.slice(-3), ['connection_grant', 'refresh_token', 'one'])
})

t.test('S-12 an encrypted token labelled with another key’s id does not decrypt', async t => {
  const [firstKey, secondKey] = [generateKey(), generateKey()]
  const cipher = cipherWith(firstKey, secondKey)
  for (const encrypted of [
    await cipher.encrypt(token, record),
    encryptInFirstFormat(token, record, firstKey),
  ]) {
    const renamed = encrypted.replace(`.${keyIdOf(firstKey)}.`, `.${keyIdOf(secondKey)}.`)
    t.not(renamed, encrypted)
    await t.rejects(decryptText(cipher, renamed), DecryptionError)
  }
})

t.test('S-12 the older format still decrypts, and neither format is accepted as the other', async t => {
  const key = generateKey()
  const cipher = cipherWith(key)
  const oldFormat = encryptInFirstFormat(token, record, key)
  const [, keyId, wrapped, body] = (await cipher.encrypt(token, record)).split('.')

  t.equal(await decryptText(cipher, oldFormat), token.reveal())
  for (const mixed of [`1.${keyId}.${wrapped}`, `1.${keyId}.${body}`, `${oldFormat}.${body}`]) {
    await t.rejects(decryptText(cipher, mixed), DecryptionError)
  }
})

t.test('S-12 a text that is not encrypted is rejected, and the error does not repeat it', async t => {
  const key = generateKey()
  const cipher = cipherWith(key)
  const encrypted = await cipher.encrypt(token, record)
  const id = keyIdOf(key)
  const broken = ['', '1', '1.x.y', `1.${id}.`, `1.${id}.AA`, `2.${id}.AA`, `2.${id}.AA.AA`, `2.${id}.AA.`]
  const altered = [
    `3${encrypted.slice(1)}`,
    `${encrypted}.AA`,
    `${encrypted}=`,
    `${encrypted}\n`,
    ` ${encrypted}`,
  ]
  for (const text of [...broken, ...altered, 'Atzr|IwEB.x.y', '1.Atzr|IwEB']) {
    await t.rejects(decryptText(cipher, text), DecryptionError)
    await t.rejects(decryptText(cipher, text), { message: /^(?!.*Atzr)/ })
  }
})

t.test('S-12 every flipped bit is detected in both formats and at any length', async t => {
  const key = generateKey()
  const cipher = cipherWith(key)
  for (const text of ['', 'A', 'At', 'Atz']) {
    const secret = new Secret(text)
    for (const encrypted of [
      await cipher.encrypt(secret, record),
      encryptInFirstFormat(secret, record, key),
    ]) {
      const undetectedBits: number[] = []
      for (let bit = 0; bit < 8 * encrypted.length; bit += 1) {
        const index = bit >> 3
        const flipped = String.fromCharCode(encrypted.charCodeAt(index) ^ (1 << (bit & 7)))
        const changed = encrypted.slice(0, index) + flipped + encrypted.slice(index + 1)
        const result = await decryptText(cipher, changed).catch(error => error)
        if (!(result instanceof DecryptionError)) undetectedBits.push(bit)
      }
      t.strictSame(undetectedBits, [])
    }
  }
})

t.test('S-12 the newest key encrypts, older keys still decrypt, and a lost key is named', async t => {
  const [oldKey, newKey] = [generateKey(), generateKey()]
  const rotated = cipherWith(newKey, oldKey)
  for (const encrypted of [
    await cipherWith(oldKey).encrypt(token, record),
    encryptInFirstFormat(token, record, oldKey),
  ]) {
    t.equal(await decryptText(rotated, encrypted), token.reveal())
    t.equal(await decryptText(cipherWith(newKey), await rotated.encrypt(token, record)), token.reveal())
    await t.rejects(decryptText(cipherWith(newKey), encrypted), {
      name: 'DecryptionError',
      message: `connection_grant.refresh_token of one does not decrypt: key ${keyIdOf(oldKey)} is not among TOKEN_KEYS`,
    })
  }
})

t.test(
  'S-12 a text is decrypted only when read, and a key outage is not reported as a broken text',
  async t => {
    const keys = new LocalKeys([generateKey()])
    const encrypted = await new TokenCipher(keys).encrypt(token, record)
    let unwrapCount = 0
    let isDown = true
    class InitiallyUnavailableKeys extends KeyEncryption {
      readonly newestId = keys.newestId
      wrap = keys.wrap.bind(keys)
      async unwrap(wrapped: WrappedKey, boundTo: readonly string[]) {
        unwrapCount += 1
        if (isDown) throw new Error('the KMS is down')
        return keys.unwrap(wrapped, boundTo)
      }
    }
    const secret = new TokenCipher(new InitiallyUnavailableKeys()).decrypt(encrypted, record)
    t.equal(unwrapCount, 0)

    await t.rejects(secret.decrypt(), { name: 'Error', message: 'the KMS is down' })
    isDown = false
    t.equal((await secret.decrypt()).reveal(), token.reveal())
    await secret.decrypt()
    t.equal(unwrapCount, 2, 'decrypted only once')
  },
)

t.test('a key of the wrong length and a missing key are rejected at once', async t => {
  t.throws(() => cipherWith(new Secret('c2hvcnQ=')), RangeError)
  t.throws(() => cipherWith(), RangeError)
})
