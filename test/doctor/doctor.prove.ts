import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Verdict } from '../../src/doctor/check.ts'
import { cloneDatabase } from '../support/cluster.ts'
import { runDoctor } from '../support/doctor-command.ts'
import { breaksOfAddresses } from './misconfigurations/addresses.ts'
import { breaksOfAmazon } from './misconfigurations/amazon.ts'
import { breaksOfProcesses } from './misconfigurations/processes.ts'
import { breaksOfStores } from './misconfigurations/stores.ts'
import { startScene } from './scene.ts'

const scene = await startScene(t)

/** The checks whose result differs from {@link right}, and their texts. */
async function findDifferences(its: Readonly<Record<string, string>> = {}, timeout?: number) {
  const all = await scene.doctor(its, timeout)
  const differing = all.filter(({ name, finding }) => finding.verdict !== (right[name] ?? 'passed'))
  return {
    names: Object.fromEntries(differing.map(({ name, finding }) => [name, finding.verdict])),
    messages: differing.map(({ finding }) => finding.message).join('\n'),
    fix: differing.map(({ finding }) => ('fix' in finding ? finding.fix : '')).join('\n'),
    count: all.length,
  }
}

/** The sandbox isn't Amazon, our port says nothing about port 80, and Amazon never confirms a callback URL. */
const right: Readonly<Record<string, Verdict>> = {
  settings: 'warning',
  'redirect to https': 'could not be checked',
  'callback address': 'could not be checked',
}

t.test('S-54 the doctor reports no failure when everything is right', async t => {
  const { names, count } = await findDifferences()

  t.strictSame(names, {})
  t.equal(count, 27)
})

const breaks = [breaksOfAmazon, breaksOfAddresses, breaksOfStores, breaksOfProcesses].flatMap(of => of(scene))

for (const { what, by, lines, message, fix } of breaks) {
  t.test(`S-54 the doctor names ${what}`, async t => {
    const broken = await by(t)
    const found = await findDifferences(typeof broken === 'function' ? {} : broken)
    if (typeof broken === 'function') await broken()

    t.strictSame(found.names, lines)
    t.match(found.messages, message)
    if (fix) t.match(found.fix, fix)
  })
}

t.test('S-54 the doctor distinguishes an empty database from an unreachable one', async t => {
  const empty = await cloneDatabase('template0')
  t.teardown(() => empty.drop())
  const nothing = 'could not be checked'

  t.match((await findDifferences({ DATABASE_URL: empty.url })).names, {
    migrations: 'failed',
    indexes: nothing,
    'token keys': nothing,
    worker: 'failed',
    users: nothing,
  })
  const away = await findDifferences({ DATABASE_URL: 'postgres://ads:hunter22@127.0.0.1:9/ads' })
  t.match(away.messages, /^The database can’t be used: connection refused\.$/m)
  t.strictSame(
    Object.entries(away.names)
      .filter(([, verdict]) => verdict !== nothing)
      .map(([name]) => name),
    ['database'],
    'the outage is reported once',
  )
})

t.test('S-54 a hanging check ends at its timeout and does not delay the others', async t => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => void silent.close())
  const { port } = silent.address() as { port: number }

  const found = await findDifferences(
    { SMTP_URL: `smtp://127.0.0.1:${port}`, JOBS_URL: 'mongodb://ads:hunter22@127.0.0.1:9/jobs' },
    4000,
  )
  t.strictSame(found.names, { email: 'failed', jobs: 'failed' })
  t.match(found.messages, /^No response within 4 seconds\.\nNo response within 4 seconds\.$/)
})

t.test('S-54 the doctor exits with 0 when no check failed and prints a line for each check', async t => {
  const file = join(t.testdir({ 'authority.pem': scene.authority.pem }), 'authority.pem')
  const its = { ...scene.environment, NODE_EXTRA_CA_CERTS: file }
  const [well, broken] = await Promise.all([
    runDoctor(its),
    runDoctor({ ...its, LWA_CLIENT_SECRET: 'another-secret' }, ['--json']),
  ])

  t.match(well, { code: 0, err: '' })
  t.match(well.out, /^passed +certificate: Trusted, valid until \d{4}-\d\d-\d\d \(90 days\)\.$/m)
  t.match(well.out, /\n24 passed, 1 warning, 0 failed, 2 could not be checked\.\n$/)
  t.match(broken, { code: 1, err: '' })
  const lines = broken.out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.equal(lines.length, 27)
  t.strictSame(
    lines.filter(({ verdict }) => verdict === 'failed').map(({ check, see }) => [check, see]),
    [['LwA client', 'docs/incidents.md#client-refused']],
  )
  for (const [name, value] of Object.entries(its))
    if (/KEYS|SECRET|SMTP_URL|DATABASE_URL/.test(name))
      for (const secret of value.split(','))
        t.notOk(`${well.out}${broken.out}`.includes(secret), `${name} is not printed`)
})

t.test('S-54 the doctor exits with 2 when it cannot check and names every wrong setting', async t => {
  const { code, out, err } = await runDoctor({
    ...scene.environment,
    PUBLIC_URL: 'http://ads.example.test',
    PORT: 'x',
  })

  t.strictSame({ code, out }, { code: 2, out: '' })
  t.match(err, /^Invalid settings:\n {2}- PORT must be a whole number .*\n {2}- PUBLIC_URL is not https\n/s)
})
