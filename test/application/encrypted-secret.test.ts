import { inspect } from 'node:util'
import t from 'tap'
import { decryptSecret, EncryptedSecret } from '../../src/application/ports.ts'
import { Secret, SecretDecryptionError } from '../../src/domain/secret.ts'

const text = 'Atzr|a-refresh-token'

t.test('S-12 an encrypted secret can be revealed only after decryption', async t => {
  const encrypted = new EncryptedSecret(async () => text)

  t.throws(() => encrypted.reveal(), /must be decrypted/)
  t.equal((await decryptSecret(encrypted)).reveal(), text)
  t.throws(
    () => encrypted.reveal(),
    /must be decrypted/,
    'decryption returns a new secret and leaves this one encrypted',
  )
})

t.test('S-12 a plain secret needs no decryption', async t => {
  const secret = new Secret(text)

  t.equal(await decryptSecret(secret), secret)
})

t.test('S-12 a secret that cannot be decrypted fails with the same error each time', async t => {
  const encrypted = new EncryptedSecret(() => Promise.reject(new SecretDecryptionError('no key decrypts it')))

  await t.rejects(decryptSecret(encrypted), SecretDecryptionError)
  await t.rejects(decryptSecret(encrypted), SecretDecryptionError)
})

t.test('S-12 S-46 an encrypted secret prints as [secret], decrypted or not', async t => {
  const encrypted = new EncryptedSecret(async () => text)
  for (const isDecrypted of [false, true]) {
    if (isDecrypted) await decryptSecret(encrypted)
    t.equal(`${encrypted} ${JSON.stringify(encrypted)} ${inspect(encrypted)}`, '[secret] "[secret]" [secret]')
    t.notMatch(inspect({ ...encrypted }, { showHidden: true, depth: null }), text)
    t.notMatch(JSON.stringify(structuredClone({ encrypted })), text)
  }
})
