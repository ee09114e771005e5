import t from 'tap'
import { failed } from '../../../src/commands/doctor/check.ts'
import { checklist } from '../../../src/commands/doctor/checklist.ts'
import { checkServer } from '../../../src/commands/doctor/database.ts'
import { findInstallation, secretsOf } from '../../../src/commands/doctor/installation.ts'
import { runChecks } from '../../../src/commands/doctor/report.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey, readSettings } from '../../../src/settings/settings.ts'

t.test('S-54 the doctor rejects a PostgreSQL version that is too old', async t => {
  t.equal(checkServer({ majorVersion: 16, version: '16.4', isEncrypted: true }).verdict, 'failed')
  t.equal(checkServer({ majorVersion: 17, version: '17.0', isEncrypted: true }).verdict, 'passed')
})

t.test('S-54 a password in an address counts as a secret, as written and decoded', async t => {
  const installation = await findInstallation(
    readSettings({ DATA_DIRECTORY: t.testdir(), SMTP_URL: 'smtp://ads:hunter%3222@mail.example.test' }),
  )
  const secrets = secretsOf(installation).map(secret => secret.reveal())

  t.ok(secrets.includes('hunter%3222'))
  t.ok(secrets.includes('hunter222'))
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
