import { isIP } from 'node:net'
import { type TSchema, Type } from 'typebox'
import { Format } from 'typebox/format'

interface Annotations {
  readonly description: string
  readonly default?: string | number
  readonly problem?: string
  /** JSON schema's keyword for values that must not be shown. */
  readonly writeOnly?: true
}

interface Shape {
  readonly type: 'string' | 'integer'
  readonly pattern?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

export type SettingSchema = TSchema & Annotations & Shape

/** MongoDB URLs of a replica set name several hosts, which `URL` can't parse, so only the first is checked. */
const hostList = /^(mongodb:\/\/[^/,]+)(?:,[^/,]+)+/
Format.Set('address', text => {
  const parsable = text.replace(hostList, '$1')
  return /^[^:/]+:\/\/./.test(parsable) && URL.canParse(parsable) && isDecodable(parsable)
})
/** A bare % in a password would fail later, when connecting. */
const isDecodable = (text: string): boolean => {
  try {
    return Boolean(decodeURIComponent(text))
  } catch {
    return false
  }
}

/** The format of Fastify's `trustProxy`. */
Format.Set('proxies', text => text.split(',').every(part => isProxy(part.trim())))
const isProxy = (text: string): boolean => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [ip = '', length = '0', ...more] = text.split('/')
  return (
    more.length === 0 &&
    /^\d{1,3}$/.test(length) &&
    isIP(ip) > 0 &&
    Number(length) <= (isIP(ip) === 4 ? 32 : 128)
  )
}

/** One @, and nothing that could start another address or header line. */
const mailbox = String.raw`[^\s\p{Cc}@<>,]+@[^\s\p{Cc}@<>,]+`
const listOf = (one: string): string => String.raw`^${one}(?:\s*,\s*${one})*$`
const secretly = { writeOnly: true } as const

const schema = (its: Annotations & Shape): SettingSchema => Object.assign(Type.Unsafe<string>(its), its)
const text = (its: Annotations) => schema({ type: 'string', ...its })
const shaped = (pattern: string, its: Annotations) => schema({ type: 'string', pattern, ...its })
const oneOf = (values: readonly string[], its: Annotations) =>
  schema({ type: 'string', enum: values, problem: `must be one of ${values.join(', ')}`, ...its })
const wholeNumber = (minimum: number, maximum: number, its: Annotations) =>
  schema({
    type: 'integer',
    minimum,
    maximum,
    problem: `must be a whole number from ${minimum} to ${maximum}`,
    ...its,
  })
const address = (protocols: readonly string[], its: Annotations) =>
  schema({
    type: 'string',
    format: 'address',
    pattern: `^(${protocols.map(protocol => protocol.replace('+', '\\+')).join('|')})://`,
    problem: `must be an address starting with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`,
    ...its,
  })
/**
 * Without user and password: these URLs appear in logs and pages, and `fetch` puts a URL with a password into its
 * error.
 */
const webAddress = (protocols: readonly ('http' | 'https')[], its: Annotations) =>
  schema({
    ...address(protocols, its),
    pattern: `^(${protocols.join('|')})://(?![^/?#]*@)`,
    problem: `must be an address starting with ${protocols.map(protocol => `${protocol}://`).join(' or ')}, without user name or password`,
  })
/** An invalid key beside a valid one would fail late. */
const keys = (its: Annotations) =>
  shaped(listOf('[A-Za-z0-9+/]{43}=?'), {
    problem: 'has a key that is not 32 bytes in base64',
    ...secretly,
    ...its,
  })
const ofAmazon = (what: string, its: string) =>
  webAddress(['https', 'http'], { description: what, default: its })

/** JSON schema of every setting (S-54). `npm run docs:settings` writes `docs/settings.schema.json` from it. */
export const settings = {
  NODE_ENV: text({
    description: 'production refuses the embedded database, the sandbox, made-up keys and plain http.',
  }),
  PUBLIC_URL: webAddress(['http', 'https'], {
    description: 'Where people reach the product. Without it: http://localhost and the port.',
  }),
  HOST: text({ description: 'Where it listens.', default: '127.0.0.1' }),
  PORT: wholeNumber(1, 65_535, { description: 'On which port.', default: 3000 }),
  TRUSTED_PROXIES: schema({
    type: 'string',
    format: 'proxies',
    description:
      'Who may say for whom they ask (X-Forwarded-For): addresses, ranges (10.0.0.0/8), loopback, linklocal or uniquelocal, separated by commas.',
    default: 'loopback',
    problem: 'must be a list of addresses, ranges, loopback, linklocal or uniquelocal',
  }),
  PROCESS: oneOf(['web', 'worker', 'all'], { description: 'What this process does.', default: 'all' }),
  DATABASE_URL: address(['postgres', 'postgresql'], {
    description: 'PostgreSQL. Absent: the embedded one in the data directory.',
    ...secretly,
  }),
  JOBS_URL: address(['postgres', 'postgresql', 'mongodb', 'mongodb+srv'], {
    description: 'Where Agenda keeps its jobs. Absent: beside the rows.',
    ...secretly,
  }),
  SESSION_KEYS: keys({ description: 'Seal the cookies of sessions; newest first.' }),
  TOKEN_KEYS: keys({ description: 'Seal what is stored of Amazon’s tokens; newest first (docs/keys.md).' }),
  SUBSCRIPTION_WEBHOOK_SECRETS: schema({
    type: 'string',
    description:
      'How the billing system signs what it tells of subscriptions (docs/subscriptions.md); newest first.',
    // 24 to 64 bytes in base64, as Standard Webhooks requires.
    pattern: listOf('whsec_[A-Za-z0-9+/]{32,86}={0,2}'),
    problem: 'has a secret that is not whsec_ followed by 24 to 64 bytes in base64',
    ...secretly,
  }),
  LWA_CLIENT_ID: text({ description: 'The security profile at Login with Amazon. Absent: the sandbox.' }),
  LWA_CLIENT_SECRET: text({ description: 'Its secret.', ...secretly }),
  AMAZON_AUTHORIZE_URL_NA: ofAmazon('Amazon’s consent page, North America.', 'https://www.amazon.com/ap/oa'),
  AMAZON_AUTHORIZE_URL_EU: ofAmazon('The same, Europe.', 'https://eu.account.amazon.com/ap/oa'),
  AMAZON_AUTHORIZE_URL_FE: ofAmazon('The same, Far East.', 'https://apac.account.amazon.com/ap/oa'),
  AMAZON_TOKEN_URL_NA: ofAmazon(
    'Where tokens are had, North America.',
    'https://api.amazon.com/auth/o2/token',
  ),
  AMAZON_TOKEN_URL_EU: ofAmazon('The same, Europe.', 'https://api.amazon.co.uk/auth/o2/token'),
  AMAZON_TOKEN_URL_FE: ofAmazon('The same, Far East.', 'https://api.amazon.co.jp/auth/o2/token'),
  AMAZON_USER_PROFILE_URL: ofAmazon('Who it is that consented.', 'https://api.amazon.com/user/profile'),
  LWA_PKCE: oneOf(['S256', 'off'], {
    description: 'Whether codes are bound to the browser that asked.',
    default: 'S256',
  }),
  LWA_CONSENT_DAYS: wholeNumber(1, 3650, {
    description: 'For how many days Amazon keeps a consent that was given since 30 July 2026.',
    default: 365,
  }),
  AMAZON_DOWNLOAD_HOSTS: text({
    description: 'From where reports may be downloaded: patterns; https only, but for a loopback host.',
    default: 'offline-report-storage-*.amazonaws.com',
  }),
  AMAZON_ADS_URL_NA: ofAmazon('The Ads API, North America.', 'https://advertising-api.amazon.com'),
  AMAZON_ADS_URL_EU: ofAmazon('The same, Europe.', 'https://advertising-api-eu.amazon.com'),
  AMAZON_ADS_URL_FE: ofAmazon('The same, Far East.', 'https://advertising-api-fe.amazon.com'),
  SMTP_URL: address(['smtp', 'smtps'], {
    description:
      'Outgoing mail (docs/email.md). Absent: mail is told in the log, and kept in the outbox table.',
    ...secretly,
  }),
  SUPPORT_EMAIL: schema({
    type: 'string',
    description: 'What sellers are shown for writing to support.',
    default: 'support@1smart.link',
    pattern: `^${mailbox}$`,
    problem: 'must be an email address such as ads@example.com',
  }),
  MAIL_FROM: schema({
    type: 'string',
    description: 'The sender of mails. Absent: SUPPORT_EMAIL.',
    pattern: String.raw`^(?:${mailbox}|[^\p{Cc}<>]*<${mailbox}>)$`,
    problem: 'must be a sender such as ads@example.com or Ads <ads@example.com>',
  }),
  STATUS_POLL_SECONDS: wholeNumber(1, 3600, {
    description: 'How often the waiting screen asks.',
    default: 30,
  }),
  REPORT_POLL_SECONDS: shaped(String.raw`^\d+(?:\.\d+)?-\d+(?:\.\d+)?$`, {
    description: 'Shortest and longest wait between two questions to Amazon about a report.',
    default: '5-300',
    problem: 'must be a pair of seconds such as 5-300',
  }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    description: 'From which level on is logged.',
    default: 'info',
  }),
  OPERATIONS_PORT: wholeNumber(1, 65_535, {
    description:
      'On which port, at HOST, machines that watch are answered (docs/observability.md). Absent: at PORT alone.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress(['http', 'https'], {
    description: 'An OpenTelemetry collector that takes OTLP over HTTP. Absent: there are no traces.',
  }),
  DATA_DIRECTORY: text({
    description: 'Where the embedded database, its keys, the sandbox and the log are kept.',
    default: '.data',
  }),
  CLOCK_SHIFT_FILE: text({
    description: 'A file that holds seconds: the clock is moved by as many. Production refuses it.',
  }),
  DEMO_SELLERS: wholeNumber(0, 500, {
    description: 'How many demo sellers the embedded run makes after its first start.',
    default: 100,
  }),
} satisfies Readonly<Record<string, SettingSchema>>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as readonly SettingName[]

/** `NAME_FILE`: the value is in that file, as for container secrets. */
export const fileSuffix = '_FILE'

/** Returns the schema of a whole environment. All settings are optional: by default everything is embedded. */
export const settingsDocument = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The settings of 1smart.link Ads',
  description: 'As environment variables. NAME_FILE, for any of them, names a file that holds the value.',
  type: 'object',
  properties: settings,
})
