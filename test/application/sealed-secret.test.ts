import { inspect } from 'node:util'
import t from 'tap'
import { opened, SealedSecret } from '../../src/application/ports.ts'
import { Secret, SecretUnreadable } from '../../src/domain/secret.ts'

const text = 'Atzr|a-refresh-token'

t.test('S-12 an encrypted secret can be revealed only after decryption', async t => {
  const sealed = new SealedSecret(async () => text)

  t.throws(() => sealed.reveal(), /has to be opened/)
  t.equal((await opened(sealed)).reveal(), text)
  t.throws(() => sealed.reveal(), /has to be opened/, 'revealing it undecrypted fails every time')
})

t.test('S-12 a plain secret needs no decryption', async t => {
  const secret = new Secret(text)

  t.equal(await opened(secret), secret)
})

t.test('S-12 a secret that cannot be decrypted fails with the reason each time', async t => {
  const sealed = new SealedSecret(() => Promise.reject(new SecretUnreadable('no key opens it')))

  await t.rejects(opened(sealed), SecretUnreadable)
  await t.rejects(opened(sealed), SecretUnreadable)
})

t.test('S-12 S-46 an encrypted secret prints as [secret], decrypted or not', async t => {
  const sealed = new SealedSecret(async () => text)
  for (const isOpened of [false, true]) {
    if (isOpened) await opened(sealed)
    t.equal(`${sealed} ${JSON.stringify(sealed)} ${inspect(sealed)}`, '[secret] "[secret]" [secret]')
    t.notMatch(inspect({ ...sealed }, { showHidden: true, depth: null }), text)
    t.notMatch(JSON.stringify(structuredClone({ sealed })), text)
  }
})
