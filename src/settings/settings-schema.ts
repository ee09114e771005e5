import { isIP } from 'node:net'
import { Format } from 'typebox/format'

interface Annotations {
  readonly description: string
  readonly default?: string | number
  readonly problem?: string
  /** From JSON Schema: not to be shown. */
  readonly writeOnly?: true
}

export interface SettingSchema extends Annotations {
  readonly type: 'string' | 'integer'
  readonly pattern?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** MongoDB URLs may name several hosts, which `URL` can't parse: only the first is checked. */
const hostList = /^(mongodb:\/\/[^/,]+)(?:,[^/,]+)+/
Format.Set('address', text => {
  const parsable = text.replace(hostList, '$1')
  return /^[^:/]+:\/\/./.test(parsable) && URL.canParse(parsable) && isDecodable(parsable)
})
/** A bare % in a password would fail when connecting. */
const isDecodable = (text: string): boolean => {
  try {
    return Boolean(decodeURIComponent(text))
  } catch {
    return false
  }
}

/** In the format of Fastify's `trustProxy`. */
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

/** One @, and nothing that starts another address or header line. */
const mailbox = String.raw`[^\s\p{Cc}@<>,]+@[^\s\p{Cc}@<>,]+`
const listOf = (one: string): string => String.raw`^${one}(?:\s*,\s*${one})*$`
const secret = { writeOnly: true } as const

const text = (annotations: Annotations): SettingSchema => ({ type: 'string', ...annotations })
const textMatching = (pattern: string, annotations: Annotations): SettingSchema => ({
  type: 'string',
  pattern,
  ...annotations,
})
const oneOf = (values: readonly string[], annotations: Annotations): SettingSchema => ({
  type: 'string',
  enum: values,
  problem: `must be one of ${values.join(', ')}`,
  ...annotations,
})
const wholeNumber = (minimum: number, maximum: number, annotations: Annotations): SettingSchema => ({
  type: 'integer',
  minimum,
  maximum,
  problem: `must be a whole number from ${minimum} to ${maximum}`,
  ...annotations,
})
const address = (protocols: readonly string[], annotations: Annotations): SettingSchema => ({
  type: 'string',
  format: 'address',
  pattern: `^(${protocols.map(protocol => protocol.replace('+', '\\+')).join('|')})://`,
  problem: `must be a URL starting with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`,
  ...annotations,
})
/** No user or password: these URLs appear in logs, pages and `fetch` errors. */
const webAddress = (annotations: Annotations): SettingSchema => {
  const { pattern, problem, ...rest } = address(['http', 'https'], annotations)
  return {
    ...rest,
    pattern: `${pattern}(?![^/?#]*@)`,
    problem: `${problem}, without user name or password`,
  }
}
/** Checks all keys: an invalid one would fail late. */
const keys = (annotations: Annotations) =>
  textMatching(listOf('[A-Za-z0-9+/]{43}=?'), {
    problem: 'has a key that is not 32 bytes in base64',
    ...secret,
    ...annotations,
  })
const amazonUrl = (what: string, defaultUrl: string) => webAddress({ description: what, default: defaultUrl })

/** S-54. `npm run docs:settings` writes `docs/settings.schema.json` from it. */
export const settings = {
  NODE_ENV: oneOf(['development', 'test', 'production'], {
    description:
      'production rejects the embedded database, the sandbox, generated keys, demo users and plain HTTP.',
  }),
  PUBLIC_URL: webAddress({
    description: 'Public address of the product. Absent: http://localhost and the port.',
  }),
  HOST: text({ description: 'Address to listen on.', default: '127.0.0.1' }),
  PORT: wholeNumber(1, 65_535, { description: 'Port to listen on.', default: 3000 }),
  TRUSTED_PROXIES: {
    type: 'string',
    format: 'proxies',
    description:
      'Proxies whose X-Forwarded-For is trusted: addresses, ranges (10.0.0.0/8), loopback, linklocal or uniquelocal; comma-separated.',
    default: 'loopback',
    problem: 'must be a list of addresses, ranges, loopback, linklocal or uniquelocal',
  },
  PROCESS: oneOf(['web', 'worker', 'all'], { description: 'Role of this process.', default: 'all' }),
  DATABASE_URL: address(['postgres', 'postgresql'], {
    description: 'PostgreSQL. Absent: the embedded database in the data directory.',
    ...secret,
  }),
  MIGRATION_DATABASE_URL: address(['postgres', 'postgresql'], {
    description:
      'The same database as its owner, for npm run migrate (docs/running.md). Absent: DATABASE_URL.',
    ...secret,
  }),
  JOBS_URL: address(['postgres', 'postgresql', 'mongodb', 'mongodb+srv'], {
    description: 'Agenda’s job store. Absent: DATABASE_URL.',
    ...secret,
  }),
  SESSION_KEYS: keys({ description: 'Keys that encrypt session cookies; comma-separated, newest first.' }),
  TOKEN_KEYS: keys({
    description: 'Keys that encrypt stored Amazon tokens; comma-separated, newest first (docs/keys.md).',
  }),
  SUBSCRIPTION_WEBHOOK_SECRETS: textMatching(listOf('whsec_[A-Za-z0-9+/]{32,86}={0,2}'), {
    description:
      'Secrets with which the billing system signs subscription events; comma-separated, newest first (docs/subscriptions.md). Absent: no webhook.',
    // 24 to 64 bytes in base64, as Standard Webhooks requires.
    problem: 'has a secret that is not whsec_ followed by 24 to 64 bytes in base64',
    ...secret,
  }),
  LWA_CLIENT_ID: text({ description: 'Client id at Login with Amazon. Absent: the sandbox.' }),
  LWA_CLIENT_SECRET: text({ description: 'Client secret at Login with Amazon.', ...secret }),
  AMAZON_AUTHORIZE_URL_NA: amazonUrl('Consent page URL, North America.', 'https://www.amazon.com/ap/oa'),
  AMAZON_AUTHORIZE_URL_EU: amazonUrl('Consent page URL, Europe.', 'https://eu.account.amazon.com/ap/oa'),
  AMAZON_AUTHORIZE_URL_FE: amazonUrl('Consent page URL, Far East.', 'https://apac.account.amazon.com/ap/oa'),
  AMAZON_TOKEN_URL_NA: amazonUrl('Token endpoint, North America.', 'https://api.amazon.com/auth/o2/token'),
  AMAZON_TOKEN_URL_EU: amazonUrl('Token endpoint, Europe.', 'https://api.amazon.co.uk/auth/o2/token'),
  AMAZON_TOKEN_URL_FE: amazonUrl('Token endpoint, Far East.', 'https://api.amazon.co.jp/auth/o2/token'),
  AMAZON_USER_PROFILE_URL_NA: amazonUrl(
    'User profile, North America.',
    'https://api.amazon.com/user/profile',
  ),
  AMAZON_USER_PROFILE_URL_EU: amazonUrl('User profile, Europe.', 'https://api.amazon.co.uk/user/profile'),
  AMAZON_USER_PROFILE_URL_FE: amazonUrl('User profile, Far East.', 'https://api.amazon.co.jp/user/profile'),
  AMAZON_USER_PROFILE_URL: webAddress({ description: 'User profile, all regions. Absent: one for each.' }),
  LWA_PKCE: oneOf(['S256', 'off'], {
    description: 'PKCE method at Amazon’s consent page.',
    default: 'S256',
  }),
  LWA_CONSENT_DAYS: wholeNumber(1, 3650, {
    description: 'Days after which a consent given on or after 30 July 2026 expires at Amazon.',
    default: 365,
  }),
  AMAZON_DOWNLOAD_HOSTS: text({
    description:
      'Allowed download hosts: comma-separated patterns; HTTPS on port 443 only, except for loopback hosts.',
    // Whole names: anyone can create an S3 bucket with Amazon's prefix.
    default: [
      'offline-report-storage-us-east-1-prod.s3.amazonaws.com',
      'offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com',
      'offline-report-storage-us-west-2-prod.s3.us-west-2.amazonaws.com',
    ].join(),
  }),
  AMAZON_ADS_HEADERS: oneOf(['advertising-api', 'ads'], {
    description: 'Header names at the Ads API: Amazon-Advertising-API-… or the announced Amazon-Ads-….',
    default: 'advertising-api',
  }),
  AMAZON_ADS_V1: oneOf(['off', 'on'], {
    description:
      'Whether the unified Ads API v1 is used where it can replace the older APIs (docs/product/amazon.md).',
    default: 'off',
  }),
  AMAZON_ADS_URL_NA: amazonUrl('Ads API URL, North America.', 'https://advertising-api.amazon.com'),
  AMAZON_ADS_URL_EU: amazonUrl('Ads API URL, Europe.', 'https://advertising-api-eu.amazon.com'),
  AMAZON_ADS_URL_FE: amazonUrl('Ads API URL, Far East.', 'https://advertising-api-fe.amazon.com'),
  SMTP_URL: address(['smtp', 'smtps'], {
    description:
      'SMTP server for outgoing email (docs/email.md). Absent: emails are logged and stay in the table email_message.',
    ...secret,
  }),
  SUPPORT_EMAIL: textMatching(`^${mailbox}$`, {
    description:
      'Support’s email address: shown to sellers, receives a notification of each support request, and is the reply address of answers.',
    default: 'support@1smart.link',
    problem: 'must be an email address such as ads@example.com',
  }),
  MAIL_FROM: textMatching(String.raw`^(?:${mailbox}|[^\p{Cc}<>]*<${mailbox}>)$`, {
    description: 'Sender of emails, with or without a name. Absent: SUPPORT_EMAIL.',
    problem: 'must be a sender such as ads@example.com or Ads <ads@example.com>',
  }),
  STATUS_POLL_SECONDS: wholeNumber(1, 3600, {
    description: 'Seconds between two polls by the waiting screen.',
    default: 30,
  }),
  REPORT_POLL_SECONDS: textMatching(String.raw`^\d+(?:\.\d+)?-\d+(?:\.\d+)?$`, {
    description: 'Shortest and longest seconds between two polls of a report; the first waits longer.',
    default: '15-300',
    problem: 'must be a pair of seconds such as 15-300',
  }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    description: 'Lowest level that is logged.',
    default: 'info',
  }),
  OPERATIONS_PORT: wholeNumber(1, 65_535, {
    description:
      'Port at HOST for monitoring: /healthz, /readyz and /metrics (docs/observability.md). Absent: none. A web server also serves them at PORT.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress({
    description: 'OpenTelemetry collector for traces, OTLP over HTTP. Absent: no traces.',
  }),
  DATA_DIRECTORY: text({
    description: 'Folder for the embedded database, its keys, the sandbox and the log.',
    default: '.data',
  }),
  CLOCK_SHIFT_FILE: text({
    description:
      'File with the seconds by which to shift the product’s clock, for tests. Production rejects it.',
  }),
  DEMO_SELLERS: wholeNumber(0, 500, {
    description:
      'Number of demo sellers created at the first start with the embedded database, the sandbox and loopback addresses; 0 creates none.',
    default: 100,
  }),
} satisfies Readonly<Record<string, SettingSchema>>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as readonly SettingName[]

/** `NAME_FILE` names a file with the value, as for container secrets. */
export const fileSuffix = '_FILE'

export const settingsDocument = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Settings of 1smart.link Ads',
  description: 'Environment variables. NAME_FILE names a file with the value of NAME.',
  type: 'object',
  properties: settings,
})
