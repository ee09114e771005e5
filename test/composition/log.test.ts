import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startupErrorMessage } from '../../src/commands/start/startup-errors.ts'
import { openLog } from '../../src/composition/log.ts'
import { eventually } from '../support/eventually.ts'

t.test('the log file has one JSON object per line', async t => {
  const file = join(t.testdir(), 'server.log')
  const log = openLog('info', file)

  log.info({ req: { headers: { cookie: 'session=x' } } }, 'hello')
  log.debug('below the log level')

  await eventually('a line is in the file', async () => (await readFile(file)).length > 0)
  const line = JSON.parse(await readFile(file, 'utf8'))
  t.match(line, { msg: 'hello', req: { headers: { cookie: '[Redacted]' } } })
})

t.test('S-46 a line break in a value cannot forge a log line', async t => {
  const file = join(t.testdir(), 'server.log')
  openLog('info', file).info({ error: 'first\r\n{"level":60}\u2028' }, 'a\n{"level":60}')

  await eventually('a line is in the file', async () => (await readFile(file)).length > 0)
  const text = await readFile(file, 'utf8')
  t.equal(text.split('\n').length, 2, 'one line and its end')
  t.equal(JSON.parse(text).level, 30)
})

t.test('S-12 S-46 secrets in a log line are redacted at any depth', async t => {
  const file = join(t.testdir(), 'server.log')
  const log = openLog('info', file)
  const secret = 'never-in-the-log'
  const answer = { access_token: secret, refresh_token: secret, token_type: 'bearer' }
  log.info(
    {
      token: secret,
      password: secret,
      clientSecret: secret,
      req: {
        headers: { cookie: secret, Authorization: `Bearer ${secret}` },
        query: { code: secret, state: secret },
      },
      res: { headers: { 'set-cookie': [`a=]${secret}`, `b="${secret}"`] } },
      a: { b: { c: [{ d: { answer, refreshToken: secret, code_verifier: secret } }] } },
      body: { code: secret },
      err: new Error(`Atzr|${secret} was refused`, { cause: new Error(`Atza%7C${secret}`) }),
    },
    `came back to /dashboard/ads/callback?code=${secret}&state=${secret}`,
  )
  log.info({
    err: Object.assign(new Error('connection reset'), { code: 'ECONNRESET' }),
    state: 'read',
    output: '"token":"shown"',
  })

  const [line = '', secondLine = ''] = (await readFile(file, 'utf8')).trim().split('\n')
  t.notMatch(line, secret)
  t.match(JSON.parse(line), {
    token: '[Redacted]',
    a: { b: { c: [{ d: { answer: { access_token: '[Redacted]', token_type: 'bearer' } } }] } },
    res: { headers: { 'set-cookie': '[Redacted]' } },
    msg: 'came back to /dashboard/ads/callback?code=[Redacted]&state=[Redacted]',
  })
  t.match(JSON.parse(secondLine), { err: { code: 'ECONNRESET' }, state: 'read', output: '"token":"shown"' })
})

t.test('S-54 a log file that cannot be opened stops startup with a one-sentence error', async t => {
  const folder = t.testdir()
  try {
    openLog('info', folder)
    t.fail('the file was opened')
  } catch (error) {
    t.equal(
      startupErrorMessage(error),
      `${folder} is a folder but must be a file. Move the folder away and start again.`,
    )
  }
})

const skip = existsSync('/dev/full') ? false : 'this system has no /dev/full'
t.test('a full disk for the log file does not stop the process', { skip }, async t => {
  const log = openLog('info', '/dev/full')

  log.info('hello')
  await sleep(100)
  log.info('hello again')
  await sleep(100)

  t.pass('the process is running')
})
