import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { generateKey, InvalidSettings, readSettings, settingNames } from '../../src/settings/settings.ts'
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

t.test('S-54 an address that cannot be parsed is rejected by setting name, without its value', async t => {
  const addresses = {
    SMTP_URL: 'smtp://ads:100%@mail.example',
    DATABASE_URL: 'postgres://ads:100%@db.example/ads',
  }
  for (const [name, value] of Object.entries(addresses)) {
    const read = () => readSettings({ [name]: value })
    t.throws(read, { message: new RegExp(`- ${name} must be a URL starting with(?!.*100%)`, 's') })
  }
})

t.test('S-54 trusted proxies are a list of addresses and ranges', async t => {
  const read = (TRUSTED_PROXIES: string) => () => readSettings({ TRUSTED_PROXIES })

  t.strictSame(readSettings({}).web.trustedProxies, ['loopback'])
  t.strictSame(read('10.0.0.0/8, uniquelocal,::1')().web.trustedProxies, ['10.0.0.0/8', 'uniquelocal', '::1'])
  for (const invalid of ['anyone', '10.0.0.0/33', '10.0.0', '::1/129', '10.0.0.1,', '10.0.0.1/8/8'])
    t.throws(read(invalid), /- TRUSTED_PROXIES must be a list/, invalid)
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

t.test('without settings, everything is embedded', async t => {
  const settings = readSettings({})

  t.match(settings, { process: 'all', database: { kind: 'embedded' }, amazon: { kind: 'sandbox' } })
  t.equal(settings.web.publicUrl.href, 'http://localhost:3000/')
  t.equal(settings.statusPollSeconds, 30)
  t.strictSame(settings.reportPoll, { firstSeconds: 5, maxSeconds: 300 })
})

t.test('an empty setting counts as absent', async t => {
  t.equal(readSettings({ PORT: '', PROCESS: ' ' }).web.port, 3000)
})

t.test('Agenda stores its jobs in JOBS_URL, in PostgreSQL, one MongoDB or a replica set', async t => {
  for (const url of [
    'postgres://jobs@db/agenda',
    'mongodb://localhost:27017/agenda',
    'mongodb://user:word@one:27017,two:27018,three/agenda?replicaSet=rs0',
    'mongodb+srv://cluster.example/agenda',
  ]) {
    t.equal(readSettings({ JOBS_URL: url }).jobsUrl?.reveal(), url)
  }
  for (const url of ['redis://localhost', 'mongo://localhost', 'mongodb://a b/agenda']) {
    t.throws(() => readSettings({ JOBS_URL: url }), /JOBS_URL must be a URL/, url)
  }
})

t.test('S-54 a port must be a number from 1 to 65535', async t => {
  for (const port of ['0', '65536', '-1', '80a']) {
    t.throws(() => readSettings({ PORT: port }), /- PORT must be /, port)
  }
  t.equal(readSettings({ PORT: '1' }).web.port, 1)
})

t.test('S-54 email settings are checked even while no email is sent', async t => {
  const invalid = {
    SMTP_URL: ['nonsense', 'mail.example:25', 'http://mail.example', 'smtp:mail.example', 'smtp://'],
    SUPPORT_EMAIL: ['not mail', 'a@b@c', '@b', 'a@', 'a b@c', 'a@b\u0007c', 'Help <a@b>', 'a@b\r\nBcc: c@d'],
    MAIL_FROM: ['nobody', 'Help <a@b', 'Help <a b@c>', 'Help a@b', 'He\nlp <a@b>', '<a@b> x', 'a@b, c@d'],
  }
  for (const [name, values] of Object.entries(invalid)) {
    for (const value of values) {
      t.throws(() => readSettings({ [name]: value }), new RegExp(`- ${name} must be `), `${name}=${value}`)
    }
  }
  const valid = {
    SMTP_URL: ['smtp://mail.example', 'smtps://user:word@mail.example:465'],
    SUPPORT_EMAIL: ['help@example.test', 'підтримка@приклад.укр'],
    MAIL_FROM: ['ads@example.test', '1smart.link <ads@example.test>', '"Smart, Inc." <ads+1@example.test>'],
  }
  for (const [name, values] of Object.entries(valid)) {
    for (const value of values) t.doesNotThrow(() => readSettings({ [name]: value }), `${name}=${value}`)
  }
})

t.test('S-54 a key of the wrong length next to a valid one is rejected', async t => {
  const keys = `${generateKey().reveal()},${Buffer.alloc(16).toString('base64')}`

  t.throws(() => readSettings({ TOKEN_KEYS: keys }), InvalidSettings)
  t.equal(
    readSettings({ TOKEN_KEYS: `${generateKey().reveal()},${generateKey().reveal()}` }).tokenKeys?.length,
    2,
  )
})

t.test('S-54 a webhook secret is whsec_ and 24 to 64 bytes in base64', async t => {
  const secret = (length: number) => `whsec_${Buffer.alloc(length, 7).toString('base64')}`
  const name = 'SUBSCRIPTION_WEBHOOK_SECRETS'
  const invalid = [
    'nonsense',
    secret(23),
    secret(65),
    secret(32).slice(6),
    `${secret(32)},`,
    `${secret(32)},whsec_`,
    'whsec_***',
  ]
  // Numbered, because a secret must not be printed.
  for (const [index, value] of invalid.entries())
    t.throws(
      () => readSettings({ [name]: value }),
      new RegExp(`- ${name} has a secret that is not`),
      `value ${index}`,
    )
  t.throws(
    () => readSettings({ [name]: 'nonsense', PORT: '0' }),
    /- PORT .*\n.*- SUBSCRIPTION_WEBHOOK/s,
    'one message names both settings',
  )

  t.equal(readSettings({}).subscriptionWebhookSecrets, null)
  const two = readSettings({ [name]: `${secret(24)}, ${secret(64)}` }).subscriptionWebhookSecrets
  t.strictSame(
    two?.map(each => each.reveal()),
    [secret(24), secret(64)],
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
    downloadHosts: ['offline-report-storage-*.amazonaws.com'],
  })
  t.notMatch(JSON.stringify(settings), 'secret"', 'no secret is printed')
})
