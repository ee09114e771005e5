import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  generateKey,
  InvalidSettings,
  isLoopback,
  readSettings,
  settingNames,
} from '../../src/settings/settings.ts'
import { settingsDocument } from '../../src/settings/settings-schema.ts'

const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')

t.test('.env.example lists every setting exactly once', async t => {
  const listed = [...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name)

  t.strictSame([...listed].sort(), [...settingNames].sort())
})

t.test('the example’s values are the defaults', async t => {
  const values = Object.fromEntries(
    [...example.matchAll(/^#\s?([A-Z][A-Z0-9_]+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  )
  const extra = { DATABASE_URL: 'postgres://localhost/x', LWA_CLIENT_ID: 'id', LWA_CLIENT_SECRET: 'secret' }

  t.same(readSettings({ ...values, ...extra }), readSettings(extra))
})

t.test('S-54 docs/settings.schema.json matches the program’s settings', async t => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../docs/settings.schema.json'), 'utf8'),
  )

  t.strictSame(schema, JSON.parse(JSON.stringify(settingsDocument())), '`npm run docs:settings` generates it')
  for (const name of ['DATABASE_URL', 'JOBS_URL', 'SMTP_URL', 'TOKEN_KEYS', 'LWA_CLIENT_SECRET'])
    t.equal(schema.properties[name].writeOnly, true, `${name} is write-only`)
})

t.test('S-54 a value can come from a separate file, as containers provide secrets', async t => {
  const folder = t.testdir({ url: 'postgres://app:word@db/ads\n', empty: '\n', key: 'no key' })
  const read = (environment: Record<string, string>) => () => readSettings(environment)

  const { database } = read({ DATABASE_URL_FILE: join(folder, 'url') })()
  t.equal(database.kind === 'named' && database.url.reveal(), 'postgres://app:word@db/ads')
  t.equal(
    read({ SMTP_URL_FILE: join(folder, 'empty') })().email.smtpUrl,
    null,
    'an empty file counts as no value',
  )
  t.equal(read({ SMTP_URL_FILE: '' })().email.smtpUrl, null, 'an empty file name counts as no value')
  t.throws(read({ TOKEN_KEYS_FILE: join(folder, 'key') }), /TOKEN_KEYS has a key that is not 32 bytes/)
  t.throws(
    read({ TOKEN_KEYS_FILE: join(folder, 'gone') }),
    /- TOKEN_KEYS_FILE names a file that can’t be read/,
  )
  t.throws(read({ PORT: '3000', PORT_FILE: join(folder, 'key') }), /- PORT and PORT_FILE are both set/)
})

const secretOf = (length: number) => `whsec_${Buffer.alloc(length, 7).toString('base64')}`

const values: Readonly<
  Record<string, { readonly valid: readonly string[]; readonly invalid: readonly string[] }>
> = {
  // Production alone lacks other settings.
  NODE_ENV: { valid: ['development', 'test'], invalid: ['Production', 'prod'] },
  PORT: { valid: ['1', '65535'], invalid: ['0', '65536', '-1', '80a'] },
  TRUSTED_PROXIES: {
    valid: ['10.0.0.0/8, uniquelocal,::1'],
    invalid: ['anyone', '10.0.0.0/33', '10.0.0', '::1/129', '10.0.0.1,', '10.0.0.1/8/8'],
  },
  DATABASE_URL: { valid: ['postgres://app@db/ads'], invalid: ['postgres://ads:100%@db.example/ads'] },
  MIGRATION_DATABASE_URL: { valid: ['postgres://owner@db/ads'], invalid: ['mysql://owner@db/ads'] },
  JOBS_URL: {
    valid: [
      'postgres://jobs@db/agenda',
      'mongodb://localhost:27017/agenda',
      'mongodb://user:word@one:27017,two:27018,three/agenda?replicaSet=rs0',
      'mongodb+srv://cluster.example/agenda',
    ],
    invalid: ['redis://localhost', 'mongo://localhost', 'mongodb://a b/agenda'],
  },
  SMTP_URL: {
    valid: ['smtp://mail.example', 'smtps://user:word@mail.example:465'],
    invalid: [
      'nonsense',
      'mail.example:25',
      'http://mail.example',
      'smtp:mail.example',
      'smtp://',
      'smtp://a:100%@b',
    ],
  },
  SUPPORT_EMAIL: {
    valid: ['help@example.test', 'підтримка@приклад.укр'],
    invalid: ['not mail', 'a@b@c', '@b', 'a@', 'a b@c', 'a@b\u0007c', 'Help <a@b>', 'a@b\r\nBcc: c@d'],
  },
  MAIL_FROM: {
    valid: ['ads@example.test', '1smart.link <ads@example.test>', '"Smart, Inc." <ads+1@example.test>'],
    invalid: ['nobody', 'Help <a@b', 'Help <a b@c>', 'Help a@b', 'He\nlp <a@b>', '<a@b> x', 'a@b, c@d'],
  },
  // 24 to 64 bytes in base64.
  SUBSCRIPTION_WEBHOOK_SECRETS: {
    valid: [`${secretOf(24)}, ${secretOf(64)}`],
    invalid: [
      'nonsense',
      secretOf(23),
      secretOf(65),
      secretOf(32).slice(6),
      `${secretOf(32)},`,
      `${secretOf(32)},whsec_`,
      'whsec_***',
    ],
  },
}
for (const [name, { valid, invalid }] of Object.entries(values))
  t.test(`S-54 ${name} is checked, and a wrong value is named without being printed`, async t => {
    // Numbered, because a secret must not be printed.
    for (const [index, value] of valid.entries())
      t.doesNotThrow(() => readSettings({ [name]: value }), `valid value ${index}`)
    for (const [index, value] of invalid.entries())
      try {
        readSettings({ [name]: value, LOG_LEVEL: 'loud' })
        t.fail(`invalid value ${index} was accepted`)
      } catch (error) {
        const { message } = error as Error
        t.match(message, new RegExp(`- ${name} (must be|has a secret that is not) .*\n.*- LOG_LEVEL must`))
        // A shorter value may be part of the sentence.
        t.notOk(value.length > 8 && message.includes(value), `invalid value ${index} is not printed`)
      }
  })

t.test('lists are split at commas, and addresses are kept as written', async t => {
  const url = 'mongodb://user:word@one:27017,two:27018/agenda?replicaSet=rs0'
  const settings = readSettings({
    JOBS_URL: url,
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    SUBSCRIPTION_WEBHOOK_SECRETS: `${secretOf(24)}, ${secretOf(64)}`,
  })

  t.equal(settings.jobsUrl?.reveal(), url)
  t.strictSame(settings.web.trustedProxies, ['10.0.0.0/8', '::1'])
  t.strictSame(
    settings.subscriptionWebhookSecrets?.map(each => each.reveal()),
    [secretOf(24), secretOf(64)],
  )
})

t.test('S-54 a web address with a password is rejected without repeating the password', async t => {
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'PUBLIC_URL', 'AMAZON_ADS_URL_EU'] as const)
    for (const credentials of ['tempo:hunter22', 'hunter22', 'tempo:hunter22@x'])
      t.throws(
        () => readSettings({ [name]: `https://${credentials}@tempo.example.test/otlp` }),
        new RegExp(`- ${name} must be a URL starting with http((?!hunter22)[^])*$`),
      )
  const { tracesUrl } = readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://tempo.test/@otlp' }).operations
  t.equal(tracesUrl?.href, 'https://tempo.test/@otlp')
})

t.test('S-54 only this machine’s own addresses count as loopback', async t => {
  const loopback = ['localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]']
  const others = ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.test', '127.example', 'localhost.example']

  t.strictSame([...loopback, ...others].filter(isLoopback), loopback)
})

t.test('without settings, everything is embedded', async t => {
  const settings = readSettings({})

  t.match(settings, { process: 'all', database: { kind: 'embedded' }, amazon: { kind: 'sandbox' } })
  t.equal(settings.web.publicUrl.href, 'http://localhost:3000/')
  t.equal(settings.statusPollSeconds, 30)
  t.strictSame(settings.reportPoll, { firstSeconds: 15, maxSeconds: 300 })
})

t.test('an empty setting counts as absent', async t => {
  t.equal(readSettings({ PORT: '', PROCESS: ' ' }).web.port, 3000)
})

t.test('S-54 a key of the wrong length next to a valid one is rejected', async t => {
  const keys = `${generateKey().reveal()},${Buffer.alloc(16).toString('base64')}`

  t.throws(() => readSettings({ TOKEN_KEYS: keys }), InvalidSettings)
  t.equal(
    readSettings({ TOKEN_KEYS: `${generateKey().reveal()},${generateKey().reveal()}` }).tokenKeys?.length,
    2,
  )
})

t.test('S-54 a separate web server or worker needs a shared database and a shared Amazon', async t => {
  try {
    readSettings({ PROCESS: 'worker' })
    t.fail('the settings were accepted')
  } catch (error) {
    t.ok(error instanceof InvalidSettings)
    t.match((error as InvalidSettings).problems, [/^DATABASE_URL /, /^LWA_CLIENT_ID /])
  }
})

t.test('S-43 the database’s owner migrates the database of DATABASE_URL', async t => {
  const MIGRATION_DATABASE_URL = 'postgres://owner@db/ads'
  const { database } = readSettings({ DATABASE_URL: 'postgres://app@db/ads', MIGRATION_DATABASE_URL })

  t.equal(database.kind === 'named' && database.migrationUrl.reveal(), MIGRATION_DATABASE_URL)
})

t.test('S-50 the same program runs against a real PostgreSQL and Amazon by configuration alone', async t => {
  const settings = readSettings({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://app.1smart.link',
    DATABASE_URL: 'postgres://app@db/ads',
    SESSION_KEYS: generateKey().reveal(),
    TOKEN_KEYS: generateKey().reveal(),
    LWA_CLIENT_ID: 'amzn1.application-oa2-client.x',
    LWA_CLIENT_SECRET: 'secret',
  })

  t.match(settings.amazon, {
    kind: 'named',
    authorizeUrls: {
      na: 'https://www.amazon.com/ap/oa',
      eu: 'https://eu.account.amazon.com/ap/oa',
      fe: 'https://apac.account.amazon.com/ap/oa',
    },
    adsUrls: { fe: 'https://advertising-api-fe.amazon.com' },
    downloadHosts: [
      'offline-report-storage-us-east-1-prod.s3.amazonaws.com',
      'offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com',
      'offline-report-storage-us-west-2-prod.s3.us-west-2.amazonaws.com',
    ],
  })
  t.notMatch(JSON.stringify(settings), 'secret"', 'no secret is printed')
})

t.test('one user profile address replaces those of the regions', async t => {
  const url = 'https://amazon.example.test/user/profile'
  const client = { LWA_CLIENT_ID: 'x', LWA_CLIENT_SECRET: 'y' }
  t.match(readSettings({ ...client, AMAZON_USER_PROFILE_URL: url }).amazon, {
    userProfileUrls: { na: url, eu: url, fe: url },
  })
  t.match(readSettings({ ...client, AMAZON_USER_PROFILE_URL_EU: url }).amazon, {
    userProfileUrls: { na: 'https://api.amazon.com/user/profile', eu: url },
  })
})
