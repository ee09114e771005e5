import { inspect } from 'node:util'
import t from 'tap'
import { opened, SealedSecret } from '../../src/application/ports.ts'
import { Secret, SecretUnreadable } from '../../src/domain/secret.ts'

const text = 'Atzr|a-refresh-token'

t.test('S-12 a sealed secret is revealed once it was opened, and not before', async t => {
  const sealed = new SealedSecret(async () => text)

  t.throws(() => sealed.reveal(), /has to be opened/)
  t.equal((await opened(sealed)).reveal(), text)
  t.throws(() => sealed.reveal(), /has to be opened/, 'so that whoever forgets it hears it every time')
})

t.test('S-12 what is in hand needs no opening', async t => {
  const secret = new Secret(text)

  t.equal(await opened(secret), secret)
})

t.test('S-12 what does not open says why, each time', async t => {
  const sealed = new SealedSecret(() => Promise.reject(new SecretUnreadable('no key opens it')))

  await t.rejects(opened(sealed), SecretUnreadable)
  await t.rejects(opened(sealed), SecretUnreadable)
})

t.test('S-12 S-46 a sealed secret reads [secret] too, opened or not', async t => {
  const sealed = new SealedSecret(async () => text)
  for (const isOpened of [false, true]) {
    if (isOpened) await opened(sealed)
    t.equal(`${sealed} ${JSON.stringify(sealed)} ${inspect(sealed)}`, '[secret] "[secret]" [secret]')
    t.notMatch(inspect({ ...sealed }, { showHidden: true, depth: null }), text)
    t.notMatch(JSON.stringify(structuredClone({ sealed })), text)
  }
})
