import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Totp } from '../../../src/adapters/security/totp.ts'
import { loadOrCreateKey } from '../../../src/commands/start/keys.ts'
import { noon } from '../../support/examples.ts'

t.test('S-50 a key is created once, readable only by its owner', async t => {
  const folder = t.testdir()

  const created = await loadOrCreateKey(folder, 'token')

  t.equal(Buffer.from(created.reveal(), 'base64').length, 32)
  t.equal((await loadOrCreateKey(folder, 'token')).reveal(), created.reveal())
  t.equal((await stat(join(folder, 'token.key'))).mode & 0o777, 0o600)
})

t.test('S-46 demo staff get a random authenticator key per data directory', async t => {
  const [folder, other] = [t.testdir({ one: {}, two: {} })].flatMap(parent =>
    ['one', 'two'].map(name => join(parent, name)),
  ) as [string, string]

  const created = await loadOrCreateKey(folder, 'demo-staff')

  t.match(new Totp().codeAt(created, noon), /^\d{6}$/)
  t.equal((await loadOrCreateKey(folder, 'demo-staff')).reveal(), created.reveal())
  t.not((await loadOrCreateKey(other, 'demo-staff')).reveal(), created.reveal())
})

t.test('concurrent starts agree on one key', async t => {
  const folder = t.testdir()

  const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateKey(folder, 'session')))

  t.equal(new Set(keys.map(key => key.reveal())).size, 1)
  t.strictSame(await readdir(folder), ['session.key'], 'no draft file is left')
})

const invalidKeys = {
  empty: '',
  'too short': Buffer.alloc(16, 1).toString('base64'),
  'too long': Buffer.alloc(33, 1).toString('base64'),
  'not base64': 'x'.repeat(20) + '\0'.repeat(24),
}
for (const [defect, text] of Object.entries(invalidKeys)) {
  t.test(`S-54 a key that is ${defect} stops the start and is left unchanged`, async t => {
    const folder = t.testdir()
    const [token, session] = ['token', 'session'].map(name => join(folder, `${name}.key`)) as [string, string]
    for (const file of [token, session]) await writeFile(file, text)

    await t.rejects(loadOrCreateKey(folder, 'token'), {
      name: 'StartupError',
      message: `${token} is not a base64 key of 32 bytes: restore it from a backup. Stored Amazon tokens can’t be decrypted without it. Delete it only if every seller can connect again.`,
    })
    await t.rejects(loadOrCreateKey(folder, 'session'), {
      name: 'StartupError',
      message: `${session} is not a base64 key of 32 bytes: delete it and start again. Everyone must sign in again; nothing else is lost.`,
    })

    for (const file of [token, session]) t.equal(await readFile(file, 'utf8'), text)
  })
}

t.test('S-54 a directory in place of a key file stops the start', async t => {
  const folder = t.testdir()
  await mkdir(join(folder, 'session.key'))

  await t.rejects(loadOrCreateKey(folder, 'session'), {
    name: 'StartupError',
    message: /session\.key is not a base64 key/,
  })
})
