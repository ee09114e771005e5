import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AmazonSettings } from '../adapters/amazon/settings.ts'
import type { PollInterval } from '../domain/ingestion/report.ts'
import type { Region } from '../domain/profile/region.ts'
import { Secret } from '../domain/secret.ts'
import { type Environment, EnvironmentSettings } from './environment.ts'
import type { SettingName } from './settings-schema.ts'

export type { Environment } from './environment.ts'
export { settingNames } from './settings-schema.ts'

export type Process = 'web' | 'worker' | 'all'

export type DatabaseSetting = { readonly kind: 'named'; readonly url: Secret } | { readonly kind: 'embedded' }

export type AmazonSetting = { readonly kind: 'sandbox' } | ({ readonly kind: 'named' } & ConfiguredAmazon)

/** The callback address follows from `PUBLIC_URL`. */
export type ConfiguredAmazon = Omit<AmazonSettings, 'callbackUrl'>

/** Without a URL, emails are only logged; without `from`, the support address sends them. */
export interface EmailSetting {
  readonly smtpUrl: Secret | null
  readonly from: string | null
}

export interface Settings {
  readonly process: Process
  readonly web: {
    readonly publicUrl: URL
    readonly host: string
    readonly port: number
    /** In the format of Fastify's `trustProxy`. */
    readonly trustedProxies: readonly string[]
  }
  readonly database: DatabaseSetting
  /** Null: jobs are stored in the main database. */
  readonly jobsUrl: Secret | null
  /** Null: generated once and stored in the data directory. */
  readonly sessionKeys: readonly Secret[] | null
  readonly tokenKeys: readonly Secret[] | null
  /** Null: no webhook. */
  readonly subscriptionWebhookSecrets: readonly Secret[] | null
  readonly amazon: AmazonSetting
  readonly support: { readonly email: string }
  readonly email: EmailSetting
  readonly statusPollSeconds: number
  readonly reportPoll: PollInterval
  readonly consentDays: number
  readonly logLevel: string
  readonly operations: {
    /** Null: no separate port for monitoring. */
    readonly port: number | null
    /** Null turns tracing off. */
    readonly tracesUrl: URL | null
  }
  readonly dataDirectory: string
  readonly clockShiftFile: string | null
  /** 0 for none. */
  readonly demoSellers: number
  readonly isProduction: boolean
}

/** S-54: all problems by name, without values. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Invalid settings:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** `.env` doesn't override existing variables. */
export function loadEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** @throws {InvalidSettings} */
export function readSettings(environment: Environment): Settings {
  const environmentSettings = new EnvironmentSettings(environment)
  const port = environmentSettings.number('PORT')
  const settings: Settings = {
    process: environmentSettings.text('PROCESS') as Process,
    web: {
      publicUrl: new URL(environmentSettings.optional('PUBLIC_URL') ?? `http://localhost:${port}`),
      host: environmentSettings.text('HOST'),
      port,
      trustedProxies: environmentSettings.list('TRUSTED_PROXIES') ?? [],
    },
    database: readDatabase(environmentSettings),
    jobsUrl: readSecret(environmentSettings, 'JOBS_URL'),
    sessionKeys: readSecrets(environmentSettings, 'SESSION_KEYS'),
    tokenKeys: readSecrets(environmentSettings, 'TOKEN_KEYS'),
    subscriptionWebhookSecrets: readSecrets(environmentSettings, 'SUBSCRIPTION_WEBHOOK_SECRETS'),
    amazon: readAmazon(environmentSettings),
    support: { email: environmentSettings.text('SUPPORT_EMAIL') },
    email: {
      smtpUrl: readSecret(environmentSettings, 'SMTP_URL'),
      from: environmentSettings.optional('MAIL_FROM'),
    },
    statusPollSeconds: environmentSettings.number('STATUS_POLL_SECONDS'),
    reportPoll: readPoll(environmentSettings),
    consentDays: environmentSettings.number('LWA_CONSENT_DAYS'),
    logLevel: environmentSettings.text('LOG_LEVEL'),
    operations: readOperations(environmentSettings, port),
    dataDirectory: environmentSettings.text('DATA_DIRECTORY'),
    clockShiftFile: environmentSettings.optional('CLOCK_SHIFT_FILE'),
    demoSellers: environmentSettings.number('DEMO_SELLERS'),
    isProduction: environmentSettings.optional('NODE_ENV') === 'production',
  }
  checkProcessSettings(environmentSettings, settings)
  if (settings.isProduction) checkProductionSettings(environmentSettings, settings)
  if (environmentSettings.problems.length > 0) throw new InvalidSettings(environmentSettings.problems)
  return Object.freeze(settings)
}

const readSecret = (environment: EnvironmentSettings, name: SettingName): Secret | null => {
  const value = environment.optional(name)
  return value === null ? null : new Secret(value)
}

const readSecrets = (environment: EnvironmentSettings, name: SettingName): readonly Secret[] | null =>
  environment.list(name)?.map(value => new Secret(value)) ?? null

function readDatabase(environment: EnvironmentSettings): DatabaseSetting {
  const url = readSecret(environment, 'DATABASE_URL')
  return url ? { kind: 'named', url } : { kind: 'embedded' }
}

function readOperations(environment: EnvironmentSettings, webPort: number): Settings['operations'] {
  const port = Number(environment.optional('OPERATIONS_PORT')) || null
  if (port === webPort) environment.problems.push('OPERATIONS_PORT must differ from PORT')
  const address = environment.optional('OTEL_EXPORTER_OTLP_ENDPOINT')
  return { port, tracesUrl: address ? new URL(address) : null }
}

/** `5-300`: shortest and longest wait in seconds. */
function readPoll(environment: EnvironmentSettings): PollInterval {
  const [firstSeconds = 0, maxSeconds = 0] = environment.text('REPORT_POLL_SECONDS').split('-').map(Number)
  if (firstSeconds <= 0 || maxSeconds < firstSeconds)
    environment.problems.push('REPORT_POLL_SECONDS must be a pair of seconds such as 5-300')
  return { firstSeconds, maxSeconds }
}

function readAmazon(environment: EnvironmentSettings): AmazonSetting {
  const clientId = environment.optional('LWA_CLIENT_ID')
  const clientSecret = readSecret(environment, 'LWA_CLIENT_SECRET')
  if (clientId === null && clientSecret === null) return { kind: 'sandbox' }
  if (clientId === null) environment.problems.push('LWA_CLIENT_ID is missing: LWA_CLIENT_SECRET is set')
  if (clientSecret === null) environment.problems.push('LWA_CLIENT_SECRET is missing: LWA_CLIENT_ID is set')
  return {
    kind: 'named',
    clientId: clientId ?? '',
    clientSecret: clientSecret ?? new Secret(''),
    pkce: environment.text('LWA_PKCE') as 'S256' | 'off',
    authorizeUrls: byRegion(environment, 'AMAZON_AUTHORIZE_URL'),
    tokenUrls: byRegion(environment, 'AMAZON_TOKEN_URL'),
    userProfileUrl: environment.text('AMAZON_USER_PROFILE_URL'),
    adsUrls: byRegion(environment, 'AMAZON_ADS_URL'),
    downloadHosts: environment.list('AMAZON_DOWNLOAD_HOSTS') ?? [],
  }
}

const byRegion = (
  environment: EnvironmentSettings,
  name: 'AMAZON_AUTHORIZE_URL' | 'AMAZON_TOKEN_URL' | 'AMAZON_ADS_URL',
): Readonly<Record<Region, string>> => ({
  na: environment.text(`${name}_NA`),
  eu: environment.text(`${name}_EU`),
  fe: environment.text(`${name}_FE`),
})

/** The embedded database and the sandbox end with their process. */
function checkProcessSettings(
  { problems }: EnvironmentSettings,
  { process, database, amazon }: Settings,
): void {
  if (process === 'all') return
  if (database.kind === 'embedded')
    problems.push(`DATABASE_URL is missing: PROCESS=${process} does not start a database`)
  if (amazon.kind === 'sandbox')
    problems.push(`LWA_CLIENT_ID is missing: PROCESS=${process} does not start the sandbox`)
}

/** A secret generated at this start would be lost at the next. */
function checkProductionSettings({ problems }: EnvironmentSettings, settings: Settings): void {
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
      problems.push('an AMAZON_… address is not https')
    }
  }
  if (web.publicUrl.protocol !== 'https:') problems.push('PUBLIC_URL is not https')
  if (clockShiftFile) problems.push('CLOCK_SHIFT_FILE is not allowed in production')
}

/** Must be registered at Amazon in exactly this form. */
export const callbackUrlOf = (publicUrl: URL): string => new URL('/dashboard/ads/callback', publicUrl).href

/** For `SESSION_KEYS` or `TOKEN_KEYS`. */
export const generateKey = (): Secret => new Secret(randomBytes(32).toString('base64'))
