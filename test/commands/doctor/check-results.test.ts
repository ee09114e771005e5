import t from 'tap'
import { failed } from '../../../src/commands/doctor/check.ts'
import { checklist } from '../../../src/commands/doctor/checklist.ts'
import {
  checkAutovacuum,
  checkConnections,
  checkTls,
  checkVersion,
  isJobServer,
} from '../../../src/commands/doctor/database.ts'
import { findInstallation, secretsOf } from '../../../src/commands/doctor/installation.ts'
import { redirectCheck } from '../../../src/commands/doctor/public-address.ts'
import { runChecks } from '../../../src/commands/doctor/run-checks.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey, readSettings } from '../../../src/settings/settings.ts'
import { respondWith, startTestServer } from '../../support/answering-server.ts'

t.test('S-54 the doctor rejects a PostgreSQL version that is too old', async t => {
  t.equal(checkVersion({ majorVersion: 16, version: '16.4' }).verdict, 'failed')
  t.equal(checkVersion({ majorVersion: 17, version: '17.0' }).verdict, 'passed')
})

t.test('S-54 the doctor warns of unencrypted remote database connections in production', async t => {
  const verdictOf = (address: string | null, isEncrypted: boolean, isProduction = true) =>
    checkTls({ address, isEncrypted }, isProduction).verdict

  t.equal(verdictOf('10.0.0.5', false), 'warning')
  t.equal(verdictOf('10.0.0.5', false, false), 'passed')
  t.equal(verdictOf('10.0.0.5', true), 'passed')
  for (const localAddress of ['127.0.0.1', '::1', null]) t.equal(verdictOf(localAddress, false), 'passed')
})

t.test('S-54 the autovacuum check fails on a server without autovacuum', async t => {
  t.equal(checkAutovacuum({ isAutovacuumOn: false, tablesWithoutAutovacuum: [] }).verdict, 'failed')
})

t.test('S-54 production needs database connections for two processes of each kind', async t => {
  t.equal(checkConnections({ maxConnections: 97 }, 5, true).verdict, 'warning')
  t.equal(checkConnections({ maxConnections: 97 }, 5, false).verdict, 'passed')
  t.equal(checkConnections({ maxConnections: 97 }, 0, true).verdict, 'passed', 'jobs are on another server')
})

t.test('S-54 jobs count against the database server’s connections only if stored there', async t => {
  const usesDatabaseServer = (database: string, jobs: string | null) =>
    isJobServer({
      databaseUrl: new Secret(database),
      settings: { jobsUrl: jobs === null ? null : new Secret(jobs) },
    })

  t.ok(usesDatabaseServer('postgres://ads@db/ads', null))
  t.ok(usesDatabaseServer('postgres://ads@db/ads', 'postgresql://jobs@db:5432/agenda'))
  t.notOk(usesDatabaseServer('postgres://ads@db/ads', 'postgres://ads@other/ads'))
  t.notOk(usesDatabaseServer('postgres://ads@db/ads', 'postgres://ads@db:5433/ads'))
  t.notOk(usesDatabaseServer('postgres://ads@db/ads', 'mongodb://db:5432/agenda'))
})

t.test('S-54 a password in the collector’s address counts as a secret', async t => {
  const settings = readSettings({ DATA_DIRECTORY: t.testdir() })
  const tracesUrl = new URL('https://tempo:hunter%3222@tempo.example.test')
  const installation = await findInstallation({
    ...settings,
    operations: { ...settings.operations, tracesUrl },
  })

  t.ok(secretsOf(installation).some(secret => secret.reveal() === 'hunter222'))
})

t.test('S-54 the settings check passes with valid production settings', async t => {
  const installation = await findInstallation(
    readSettings({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://ads.example.test',
      DATABASE_URL: 'postgres://ads@127.0.0.1:9/ads',
      SESSION_KEYS: generateKey().reveal(),
      TOKEN_KEYS: generateKey().reveal(),
      LWA_CLIENT_ID: 'amzn1.application-oa2-client.x',
      LWA_CLIENT_SECRET: 'a-secret',
    }),
  )
  const [first] = checklist(installation)

  t.match(await first?.run(new AbortController().signal), { verdict: 'passed' })
})

t.test('S-54 the doctor warns when plain HTTP does not redirect to HTTPS', async t => {
  const checkRedirect = async (answer: Parameters<typeof startTestServer>[1]) => {
    const { port, hostname } = new URL(await startTestServer(t, answer))
    return redirectCheck(new URL(`https://${hostname}`), Number(port)).run(new AbortController().signal)
  }

  t.match(await checkRedirect(respondWith(308, '', { location: 'https://127.0.0.1/' })), {
    verdict: 'passed',
  })
  t.match(await checkRedirect(respondWith(200, 'hello')), {
    verdict: 'warning',
    message: /returned 200 over plain http/,
  })
  t.match(await checkRedirect(respondWith(302, '', { location: '/login' })), { verdict: 'warning' })
})

t.test('S-54 secrets are removed from the error text of a finding', async t => {
  const secret = new Secret('hunter22')
  const errorText = 'cannot connect to postgres://ads:hunter22@db/ads'
  const [thrown, found] = await runChecks(
    [
      {
        name: 'one',
        see: 'docs/running.md#3-start-the-product',
        run: () => Promise.reject(new Error(errorText)),
      },
      {
        name: 'other',
        see: 'docs/running.md#3-start-the-product',
        run: async () => failed(errorText, errorText),
      },
    ],
    { secrets: [secret], report: () => undefined },
  )

  t.match(thrown?.finding, { verdict: 'could not be checked', message: /postgres:\/\/ads:\[secret\]@db/ })
  t.strictSame(
    found?.finding,
    failed(errorText.replace('hunter22', '[secret]'), errorText.replace('hunter22', '[secret]')),
  )
})
