import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Verdict } from '../../../src/commands/doctor/check.ts'
import { startProductCommand } from '../../support/product/product-command.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { addressMisconfigurations } from './misconfigurations/addresses.ts'
import { amazonMisconfigurations } from './misconfigurations/amazon.ts'
import { serverMisconfigurations } from './misconfigurations/servers.ts'
import { startScene } from './scene.ts'

const scene = await startScene(t)

/** Runs the doctor. @returns the checks with an unexpected result, and their texts. */
async function findDifferences(overrides: Readonly<Record<string, string>> = {}, timeout?: number) {
  const results = await scene.doctor(overrides, timeout)
  const differing = results.filter(
    ({ name, finding }) => finding.verdict !== (expectedVerdicts[name] ?? 'passed'),
  )
  return {
    verdicts: Object.fromEntries(differing.map(({ name, finding }) => [name, finding.verdict])),
    messages: differing.map(({ finding }) => finding.message).join('\n'),
    fixes: differing.map(({ finding }) => ('fix' in finding ? finding.fix : '')).join('\n'),
    count: results.length,
  }
}

/** The scene uses the sandbox, and Amazon never confirms a callback URL. */
const expectedVerdicts: Readonly<Record<string, Verdict>> = {
  settings: 'warning',
  'callback address': 'could not be checked',
}

t.test('S-54 the doctor reports no failure when everything is right', async t => {
  const { verdicts, count } = await findDifferences()

  t.strictSame(verdicts, {})
  t.equal(count, 13)
})

const misconfigurations = [
  ...amazonMisconfigurations(scene),
  ...addressMisconfigurations(scene),
  ...serverMisconfigurations(scene),
]

for (const { problem, apply, verdicts, message, fix } of misconfigurations) {
  t.test(`S-54 the doctor reports ${problem}`, async t => {
    const undoOrOverrides = await apply(t)
    const found = await findDifferences(typeof undoOrOverrides === 'function' ? {} : undoOrOverrides)
    if (typeof undoOrOverrides === 'function') await undoOrOverrides()

    t.strictSame(found.verdicts, verdicts)
    t.match(found.messages, message)
    if (fix) t.match(found.fixes, fix)
  })
}

t.test('S-54 the doctor distinguishes an empty database from an unreachable one', async t => {
  const empty = await cloneDatabase('template0')
  t.teardown(() => empty.drop())
  const inconclusive = 'could not be checked'

  t.match((await findDifferences({ DATABASE_URL: empty.url })).verdicts, {
    migrations: 'failed',
    'token keys': inconclusive,
  })
  const unreachable = await findDifferences({ DATABASE_URL: 'postgres://ads:hunter22@127.0.0.1:9/ads' })
  t.match(unreachable.messages, /^The database can’t be used: connection refused\.$/m)
  t.strictSame(
    Object.entries(unreachable.verdicts)
      .filter(([, verdict]) => verdict !== inconclusive)
      .map(([name]) => name),
    ['database'],
    'the outage is reported once',
  )
})

t.test('S-54 a hanging check ends at its timeout and does not delay the others', async t => {
  const silentServer = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silentServer, 'listening')
  t.teardown(() => void silentServer.close())
  const { port } = silentServer.address() as { port: number }

  const found = await findDifferences({ SMTP_URL: `smtp://127.0.0.1:${port}` }, 4000)
  t.strictSame(found.verdicts, { email: 'failed' })
  t.equal(found.messages, 'No response within 4 seconds.')
})

t.test('S-54 the doctor exits with 0 when no check failed and prints a line for each check', async t => {
  const file = join(t.testdir({ 'authority.pem': scene.authority.pem }), 'authority.pem')
  const environment = { ...scene.environment, NODE_EXTRA_CA_CERTS: file }
  const [healthy, broken] = await Promise.all([
    startProductCommand('doctor', environment).ended,
    startProductCommand('doctor', { ...environment, LWA_CLIENT_SECRET: 'another-secret' }, '--json').ended,
  ])

  t.match(healthy, { code: 0, err: '' })
  t.match(
    healthy.out,
    /^passed +public address: https:\/\/localhost:\d+ responds, and its metrics are private\.$/m,
  )
  t.match(healthy.out, /\n11 passed, 1 warning, 0 failed, 1 could not be checked\.\n$/)
  t.match(broken, { code: 1, err: '' })
  const results = broken.out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.equal(results.length, 13)
  t.strictSame(
    results.filter(({ verdict }) => verdict === 'failed').map(({ check, see }) => [check, see]),
    [['LwA client', 'docs/incidents.md#client-refused']],
  )
  for (const [name, value] of Object.entries(environment))
    if (/KEYS|SECRET|SMTP_URL|DATABASE_URL/.test(name))
      for (const secret of value.split(','))
        t.notOk(`${healthy.out}${broken.out}`.includes(secret), `${name} is not printed`)
})

t.test('S-54 the doctor exits with 2 when it cannot check and names every wrong setting', async t => {
  const { code, out, err } = await startProductCommand('doctor', {
    ...scene.environment,
    PUBLIC_URL: 'http://ads.example.test',
    PORT: 'x',
  }).ended

  t.strictSame({ code, out }, { code: 2, out: '' })
  t.match(err, /^Invalid settings:\n {2}- PORT must be a whole number .*\n {2}- PUBLIC_URL is not https\n/s)
})
