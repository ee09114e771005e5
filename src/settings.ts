import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AmazonSettings } from './adapters/amazon/addresses.ts'
import type { PollPlan } from './domain/ingestion/report.ts'
import { type Region, regions } from './domain/profile/region.ts'
import { Secret } from './domain/secret.ts'
import { type Environment, SettingReader } from './setting-reader.ts'

export type { Environment } from './setting-reader.ts'

export type Process = 'web' | 'worker' | 'all'

/** Where the rows are: a PostgreSQL that is named, or the embedded one. */
export type DatabaseSetting = { readonly kind: 'named'; readonly url: Secret } | { readonly kind: 'embedded' }

/** Which Amazon: the one that the settings name, or the sandbox. */
export type AmazonSetting = { readonly kind: 'sandbox' } | ({ readonly kind: 'named' } & NamedAmazon)

/** Amazon as the settings name it; where it sends people back to follows from `PUBLIC_URL`. */
export type NamedAmazon = Omit<AmazonSettings, 'callbackUrl'>

/** Without an address mail is told in the log; without a sender it comes from support's address. */
export interface MailSetting {
  readonly smtpUrl: Secret | null
  readonly from: string | null
}

export interface Settings {
  readonly process: Process
  readonly web: { readonly publicUrl: URL; readonly host: string; readonly port: number }
  readonly database: DatabaseSetting
  /** Null: jobs are kept where the rows are. */
  readonly jobsUrl: Secret | null
  /** Null: made once and kept in the data directory. */
  readonly sessionKeys: readonly Secret[] | null
  readonly tokenKeys: readonly Secret[] | null
  /** Null: the billing system is not listened to. */
  readonly subscriptionWebhookSecrets: readonly Secret[] | null
  readonly amazon: AmazonSetting
  readonly support: { readonly email: string }
  readonly mail: MailSetting
  readonly statusPollSeconds: number
  readonly reportPoll: PollPlan
  /** For how many days Amazon keeps a consent. */
  readonly consentDays: number
  readonly logLevel: string
  readonly operations: {
    /** Null: no port for machines that watch, beside that of the web server. */
    readonly port: number | null
    /** Where traces go, by OTLP over HTTP; null: there are none. */
    readonly tracesTo: URL | null
  }
  readonly dataDirectory: string
  readonly clockShiftFile: string | null
  /** How many sellers the embedded run begins with, each with a story; 0 for none. */
  readonly demoSellers: number
  readonly isProduction: boolean
}

/** S-54: every wrong setting in one message, by name; no value is printed. */
export class SettingsWrong extends Error {
  override readonly name = 'SettingsWrong'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings need mending:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** The process's environment, with a `.env` beside the project for what it does not name. */
export function loadEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** Amazon's own addresses (Amazon Ads API documentation, API overview and authorisation grants). */
const amazonDefaults = {
  authorize: {
    na: 'https://www.amazon.com/ap/oa',
    eu: 'https://eu.account.amazon.com/ap/oa',
    fe: 'https://apac.account.amazon.com/ap/oa',
  },
  token: {
    na: 'https://api.amazon.com/auth/o2/token',
    eu: 'https://api.amazon.co.uk/auth/o2/token',
    fe: 'https://api.amazon.co.jp/auth/o2/token',
  },
  ads: {
    na: 'https://advertising-api.amazon.com',
    eu: 'https://advertising-api-eu.amazon.com',
    fe: 'https://advertising-api-fe.amazon.com',
  },
  userProfile: 'https://api.amazon.com/user/profile',
  downloadHosts: 'offline-report-storage-*.amazonaws.com',
} as const

/** Every name that is read; `.env.example` has the same list. */
export const settingNames = [
  'NODE_ENV',
  'PUBLIC_URL',
  'HOST',
  'PORT',
  'PROCESS',
  'DATABASE_URL',
  'JOBS_URL',
  'SESSION_KEYS',
  'TOKEN_KEYS',
  'SUBSCRIPTION_WEBHOOK_SECRETS',
  'LWA_CLIENT_ID',
  'LWA_CLIENT_SECRET',
  ...regions.map(region => `AMAZON_AUTHORIZE_URL_${region.toUpperCase()}`),
  ...regions.map(region => `AMAZON_TOKEN_URL_${region.toUpperCase()}`),
  'AMAZON_USER_PROFILE_URL',
  'LWA_PKCE',
  'LWA_CONSENT_DAYS',
  'AMAZON_DOWNLOAD_HOSTS',
  ...regions.map(region => `AMAZON_ADS_URL_${region.toUpperCase()}`),
  'SMTP_URL',
  'SUPPORT_EMAIL',
  'MAIL_FROM',
  'STATUS_POLL_SECONDS',
  'REPORT_POLL_SECONDS',
  'LOG_LEVEL',
  'OPERATIONS_PORT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'DATA_DIRECTORY',
  'CLOCK_SHIFT_FILE',
  'DEMO_SELLERS',
] as const

/** @throws {SettingsWrong} */
export function readSettings(environment: Environment): Settings {
  const reader = new SettingReader(environment)
  const isProduction = environment['NODE_ENV'] === 'production'
  const port = reader.integer('PORT', 3000, 1, 65_535)

  const settings: Settings = {
    process: reader.oneOf('PROCESS', ['web', 'worker', 'all'], 'all'),
    web: {
      publicUrl: new URL(reader.url('PUBLIC_URL', `http://localhost:${port}`, ['http:', 'https:'])),
      host: reader.text('HOST', '127.0.0.1'),
      port,
    },
    database: readDatabase(reader),
    jobsUrl: readJobsUrl(reader),
    sessionKeys: reader.keys('SESSION_KEYS'),
    tokenKeys: reader.keys('TOKEN_KEYS'),
    subscriptionWebhookSecrets: reader.webhookSecrets('SUBSCRIPTION_WEBHOOK_SECRETS'),
    amazon: readAmazon(reader),
    support: { email: reader.mailAddress('SUPPORT_EMAIL', 'support@1smart.link') },
    mail: readMail(reader),
    statusPollSeconds: reader.integer('STATUS_POLL_SECONDS', 30, 1, 3600),
    reportPoll: reader.poll('REPORT_POLL_SECONDS', '5-300'),
    consentDays: reader.integer('LWA_CONSENT_DAYS', 365, 1, 3650),
    logLevel: reader.oneOf(
      'LOG_LEVEL',
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'info',
    ),
    operations: readOperations(reader, port),
    dataDirectory: reader.text('DATA_DIRECTORY', '.data'),
    clockShiftFile: reader.optional('CLOCK_SHIFT_FILE'),
    demoSellers: reader.integer('DEMO_SELLERS', 200, 0, 500),
    isProduction,
  }
  demandForProcess(reader, settings)
  if (isProduction) demandForProduction(reader, settings)
  if (reader.problems.length > 0) throw new SettingsWrong(reader.problems)
  return Object.freeze(settings)
}

function readDatabase(reader: SettingReader): DatabaseSetting {
  const url = reader.optionalUrl('DATABASE_URL', ['postgres:', 'postgresql:'])
  return url ? { kind: 'named', url: new Secret(url) } : { kind: 'embedded' }
}

function readJobsUrl(reader: SettingReader): Secret | null {
  const url = reader.optionalUrl('JOBS_URL', ['postgres:', 'postgresql:', 'mongodb:', 'mongodb+srv:'])
  return url ? new Secret(url) : null
}

function readOperations(reader: SettingReader, webPort: number): Settings['operations'] {
  const port = reader.integer('OPERATIONS_PORT', 0, 1, 65_535) || null
  if (port === webPort) reader.problems.push('OPERATIONS_PORT is PORT: each needs one of its own')
  const address = reader.optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'])
  return { port, tracesTo: address ? new URL(address) : null }
}

function readMail(reader: SettingReader): MailSetting {
  const url = reader.optionalUrl('SMTP_URL', ['smtp:', 'smtps:'])
  return { smtpUrl: url ? new Secret(url) : null, from: reader.optionalSender('MAIL_FROM') }
}

function readAmazon(reader: SettingReader): AmazonSetting {
  const clientId = reader.optional('LWA_CLIENT_ID')
  const secret = reader.optional('LWA_CLIENT_SECRET')
  const byRegion = (prefix: string, defaults: Readonly<Record<Region, string>>) => ({
    na: reader.url(`${prefix}_NA`, defaults.na, ['https:', 'http:']),
    eu: reader.url(`${prefix}_EU`, defaults.eu, ['https:', 'http:']),
    fe: reader.url(`${prefix}_FE`, defaults.fe, ['https:', 'http:']),
  })
  const named = {
    pkce: reader.oneOf('LWA_PKCE', ['S256', 'off'], 'S256'),
    authorizeUrls: byRegion('AMAZON_AUTHORIZE_URL', amazonDefaults.authorize),
    tokenUrls: byRegion('AMAZON_TOKEN_URL', amazonDefaults.token),
    userProfileUrl: reader.url('AMAZON_USER_PROFILE_URL', amazonDefaults.userProfile, ['https:', 'http:']),
    adsUrls: byRegion('AMAZON_ADS_URL', amazonDefaults.ads),
    downloadHosts: reader
      .text('AMAZON_DOWNLOAD_HOSTS', amazonDefaults.downloadHosts)
      .split(',')
      .map(host => host.trim()),
  }
  if (clientId === null && secret === null) return { kind: 'sandbox' }
  if (clientId === null) reader.problems.push('LWA_CLIENT_ID is missing beside LWA_CLIENT_SECRET')
  if (secret === null) reader.problems.push('LWA_CLIENT_SECRET is missing beside LWA_CLIENT_ID')
  return { kind: 'named', clientId: clientId ?? '', clientSecret: new Secret(secret ?? ''), ...named }
}

/** The embedded database and the sandbox end with the process that started them: nobody else can lean on them. */
function demandForProcess({ problems }: SettingReader, { process, database, amazon }: Settings): void {
  if (process === 'all') return
  if (database.kind === 'embedded')
    problems.push(`DATABASE_URL is missing: PROCESS=${process} does not start a database`)
  if (amazon.kind === 'sandbox')
    problems.push(`LWA_CLIENT_ID is missing: PROCESS=${process} does not start the sandbox`)
}

/** In production nothing is made up: a secret that was invented at the start would be lost at the next. */
function demandForProduction({ problems }: SettingReader, settings: Settings): void {
  const { web, database, amazon, sessionKeys, tokenKeys, clockShiftFile } = settings
  if (database.kind === 'embedded')
    problems.push('DATABASE_URL is missing: production does not use the embedded database')
  if (!sessionKeys) problems.push('SESSION_KEYS is missing')
  if (!tokenKeys) problems.push('TOKEN_KEYS is missing')
  if (amazon.kind === 'sandbox') {
    problems.push('LWA_CLIENT_ID is missing: production does not use the sandbox')
    problems.push('LWA_CLIENT_SECRET is missing: production does not use the sandbox')
  }
  if (amazon.kind === 'named') {
    const addresses = [amazon.authorizeUrls, amazon.tokenUrls, amazon.adsUrls].flatMap(urls =>
      Object.values(urls),
    )
    if ([...addresses, amazon.userProfileUrl].some(address => !address.startsWith('https:'))) {
      problems.push('an address of AMAZON_… is not https')
    }
  }
  if (web.publicUrl.protocol !== 'https:') problems.push('PUBLIC_URL is not https')
  if (clockShiftFile) problems.push('CLOCK_SHIFT_FILE is not for production')
}

/** A fresh key for `SESSION_KEYS` or `TOKEN_KEYS`. */
export const newKey = (): Secret => new Secret(randomBytes(32).toString('base64'))
