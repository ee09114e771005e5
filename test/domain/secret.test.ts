import { format, inspect } from 'node:util'
import { pino } from 'pino'
import t from 'tap'
import { Secret } from '../../src/domain/secret.ts'

const text = 'Atzr|a-refresh-token'
const secret = new Secret(text)

t.test('S-12 a secret is given out when it is asked for, and only then', async t => {
  t.equal(secret.reveal(), text)
})

t.test('S-12 S-46 wherever a secret is printed it reads [secret]', async t => {
  t.equal(String(secret), '[secret]')
  t.equal(`${secret}`, '[secret]')
  t.equal(secret.toString(), '[secret]')
  t.equal(`Bearer ${secret}`, 'Bearer [secret]')
  t.equal(JSON.stringify(secret), '"[secret]"')
  t.equal(inspect(secret), '[secret]')
  t.equal(format('%s %o %O %j', secret, secret, secret, secret), '[secret] [secret] [secret] "[secret]"')
})

t.test('S-12 S-46 a secret deep inside something else is no easier to see', async t => {
  const grant = { tokens: [{ refreshToken: secret }], byName: new Map([['refresh', secret]]) }

  for (const printed of [
    JSON.stringify(grant),
    inspect(grant, { depth: null, showHidden: true, getters: true }),
    inspect(new Error('no', { cause: grant }), { depth: null }),
    JSON.stringify({ ...secret }),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(Object.getOwnPropertyNames(secret)),
  ]) {
    t.notMatch(printed, text)
  }
})

t.test('S-12 the log shows [secret]', async t => {
  const lines: string[] = []
  const log = pino({}, { write: line => lines.push(line) })

  log.info({ secret, deep: { secret } }, `token ${secret}`)

  t.notMatch(lines.join(), text)
  t.match(lines.join(), '[secret]')
})

t.test('S-12 a copy is no secret with its text laid open', async t => {
  t.throws(() => structuredClone(secret).reveal(), TypeError)
  t.notMatch(JSON.stringify(structuredClone({ secret })), text)
})
