import { Console } from 'node:console'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import { pino } from 'pino'
import t from 'tap'
import { Secret } from '../../src/domain/secret.ts'

const text = 'Atzr|a-refresh-token'
const secret = new Secret(text)

t.test('S-12 a secret is revealed only on request', async t => {
  t.equal(secret.reveal(), text)
})

t.test('S-12 S-46 a secret is printed as [secret]', async t => {
  t.equal(String(secret), '[secret]')
  t.equal(`${secret}`, '[secret]')
  t.equal(secret.toString(), '[secret]')
  t.equal(`Bearer ${secret}`, 'Bearer [secret]')
  t.equal(JSON.stringify(secret), '"[secret]"')
  t.equal(inspect(secret), '[secret]')
  t.equal(format('%s %o %O %j', secret, secret, secret, secret), '[secret] [secret] [secret] "[secret]"')
})

t.test('S-12 S-46 a secret inside another object is never shown', async t => {
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

t.test('S-12 the console and the log show [secret] in place of a secret', async t => {
  const lines: string[] = []
  const write = (line: string) => lines.push(line)
  const log = pino({}, { write })
  const output = new Console(
    new Writable({ write: (chunk, _encoding, done) => done(void write(String(chunk))) }),
  )
  const cause = Object.assign(new Error(`no ${secret}`), { secret, grant: { secret } })

  log.info(secret, 'itself')
  log.info({ secret, deep: { list: [secret] } }, `token ${secret}`)
  log.info('%s %o %j', secret, secret, secret)
  log.info({ err: new Error('no', { cause }) })
  log.child({ secret }).error(cause)
  output.log(secret, { secret }, [secret])
  output.dir({ secret }, { showHidden: true, depth: null })
  output.table([{ secret }])

  t.notMatch(lines.join('\n'), text)
  for (const line of lines.slice(1, 3).concat(lines[4] ?? '', lines[5] ?? '')) t.match(line, '[secret]')
})

t.test('S-12 copying a secret does not reveal its text', async t => {
  t.throws(() => structuredClone(secret).reveal(), TypeError)
  t.notMatch(JSON.stringify(structuredClone({ secret })), text)
  t.notMatch(serialize({ secret }).toString('latin1'), text)

  const { port1, port2 } = new MessageChannel()
  port1.postMessage({ secret })
  const [{ data }] = (await once(port2, 'message')) as [MessageEvent]
  port1.close()
  t.notMatch(inspect(data, { depth: null, showHidden: true }), text)
})
