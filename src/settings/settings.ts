import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import type { AmazonSettings } from '../adapters/amazon/settings.ts'
import type { PollInterval } from '../domain/ingestion/report.ts'
import { Secret } from '../domain/secret.ts'
import { type Environment, EnvironmentSettings } from './environment.ts'

export type { Environment } from './environment.ts'
export { settingNames } from './settings-schema.ts'

export type Process = 'web' | 'worker' | 'all'

export type AmazonSetting = { readonly kind: 'sandbox' } | ({ readonly kind: 'named' } & ConfiguredAmazon)

/** The callback address follows from `PUBLIC_URL`. */
export type ConfiguredAmazon = Omit<AmazonSettings, 'callbackUrl'>

export interface Settings {
  readonly process: Process
  readonly web: {
    readonly publicUrl: URL
    readonly host: string
    readonly port: number
    /** In the format of Fastify's `trustProxy`. */
    readonly trustedProxies: readonly string[]
  }
  readonly database:
    | {
        readonly kind: 'named'
        readonly url: Secret
        /** As the owner; the same when there is only one role. */
        readonly migrationUrl: Secret
      }
    | { readonly kind: 'embedded' }
  /** Null: jobs are stored in the main database. */
  readonly jobsUrl: Secret | null
  /** Null: generated once and stored in the data directory. */
  readonly sessionKeys: readonly Secret[] | null
  readonly tokenKeys: readonly Secret[] | null
  /** Null: no webhook. */
  readonly subscriptionWebhookSecrets: readonly Secret[] | null
  readonly amazon: AmazonSetting
  readonly support: { readonly email: string }
  /** Without a URL, emails are only logged; without `from`, the support address sends them. */
  readonly email: { readonly smtpUrl: Secret | null; readonly from: string | null }
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
  const env = new EnvironmentSettings(environment)
  const databaseUrl = env.secret('DATABASE_URL')
  const migrationUrl = env.secret('MIGRATION_DATABASE_URL')
  const tracesUrl = env.optional('OTEL_EXPORTER_OTLP_ENDPOINT')
  const port = env.number('PORT')
  const settings: Settings = {
    process: env.text('PROCESS') as Process,
    web: {
      publicUrl: new URL(env.optional('PUBLIC_URL') ?? `http://localhost:${port}`),
      host: env.text('HOST'),
      port,
      trustedProxies: env.list('TRUSTED_PROXIES') ?? [],
    },
    database: databaseUrl
      ? { kind: 'named', url: databaseUrl, migrationUrl: migrationUrl ?? databaseUrl }
      : { kind: 'embedded' },
    jobsUrl: env.secret('JOBS_URL'),
    sessionKeys: env.secrets('SESSION_KEYS'),
    tokenKeys: env.secrets('TOKEN_KEYS'),
    subscriptionWebhookSecrets: env.secrets('SUBSCRIPTION_WEBHOOK_SECRETS'),
    amazon: readAmazon(env),
    support: { email: env.text('SUPPORT_EMAIL') },
    email: { smtpUrl: env.secret('SMTP_URL'), from: env.optional('MAIL_FROM') },
    statusPollSeconds: env.number('STATUS_POLL_SECONDS'),
    reportPoll: readPoll(env),
    consentDays: env.number('LWA_CONSENT_DAYS'),
    logLevel: env.text('LOG_LEVEL'),
    operations: {
      port: Number(env.optional('OPERATIONS_PORT')) || null,
      tracesUrl: tracesUrl ? new URL(tracesUrl) : null,
    },
    dataDirectory: env.text('DATA_DIRECTORY'),
    clockShiftFile: env.optional('CLOCK_SHIFT_FILE'),
    demoSellers: env.number('DEMO_SELLERS'),
    isProduction: env.optional('NODE_ENV') === 'production',
  }
  const problems = [
    ...env.problems,
    ...problemsOfProcess(settings),
    ...(settings.isProduction ? problemsInProduction(settings) : []),
  ]
  if (problems.length > 0) throw new InvalidSettings(problems)
  return Object.freeze(settings)
}

/** `15-300`: shortest and longest wait in seconds. */
function readPoll(env: EnvironmentSettings): PollInterval {
  const [firstSeconds = 0, maxSeconds = 0] = env.text('REPORT_POLL_SECONDS').split('-').map(Number)
  if (firstSeconds <= 0 || maxSeconds < firstSeconds)
    env.problems.push('REPORT_POLL_SECONDS must be a pair of seconds such as 15-300')
  return { firstSeconds, maxSeconds }
}

function readAmazon(env: EnvironmentSettings): AmazonSetting {
  const clientId = env.optional('LWA_CLIENT_ID')
  const clientSecret = env.secret('LWA_CLIENT_SECRET')
  if (clientId === null && clientSecret === null) return { kind: 'sandbox' }
  if (clientId === null) env.problems.push('LWA_CLIENT_ID is missing: LWA_CLIENT_SECRET is set')
  if (clientSecret === null) env.problems.push('LWA_CLIENT_SECRET is missing: LWA_CLIENT_ID is set')
  const byRegion = (
    name: 'AMAZON_AUTHORIZE_URL' | 'AMAZON_TOKEN_URL' | 'AMAZON_USER_PROFILE_URL' | 'AMAZON_ADS_URL',
  ) => ({
    na: env.text(`${name}_NA`),
    eu: env.text(`${name}_EU`),
    fe: env.text(`${name}_FE`),
  })
  const userProfileUrl = env.optional('AMAZON_USER_PROFILE_URL')
  return {
    kind: 'named',
    clientId: clientId ?? '',
    clientSecret: clientSecret ?? new Secret(''),
    pkce: env.text('LWA_PKCE') as 'S256' | 'off',
    authorizeUrls: byRegion('AMAZON_AUTHORIZE_URL'),
    tokenUrls: byRegion('AMAZON_TOKEN_URL'),
    userProfileUrls: userProfileUrl
      ? { na: userProfileUrl, eu: userProfileUrl, fe: userProfileUrl }
      : byRegion('AMAZON_USER_PROFILE_URL'),
    adsHeaders: env.text('AMAZON_ADS_HEADERS') as 'advertising-api' | 'ads',
    adsV1: env.text('AMAZON_ADS_V1') as 'off' | 'on',
    adsUrls: byRegion('AMAZON_ADS_URL'),
    downloadHosts: env.list('AMAZON_DOWNLOAD_HOSTS') ?? [],
  }
}

const foundProblems = (problems: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(problems).filter(problem => problems[problem])

/** The embedded database and the sandbox end with their process. */
const problemsOfProcess = ({ process, database, amazon, operations, web }: Settings): string[] =>
  foundProblems({
    'OPERATIONS_PORT must differ from PORT': operations.port === web.port,
    [`DATABASE_URL is missing: PROCESS=${process} does not start a database`]:
      process !== 'all' && database.kind === 'embedded',
    [`LWA_CLIENT_ID is missing: PROCESS=${process} does not start the sandbox`]:
      process !== 'all' && amazon.kind === 'sandbox',
  })

/** A secret generated at this start would be lost at the next. */
function problemsInProduction(settings: Settings): string[] {
  const { web, database, amazon, sessionKeys, tokenKeys, clockShiftFile } = settings
  const amazonUrls =
    amazon.kind === 'sandbox'
      ? []
      : [amazon.authorizeUrls, amazon.tokenUrls, amazon.adsUrls, amazon.userProfileUrls].flatMap(urls =>
          Object.values(urls),
        )
  return foundProblems({
    'DATABASE_URL is missing: production does not use the embedded database': database.kind === 'embedded',
    'SESSION_KEYS is missing': !sessionKeys,
    'TOKEN_KEYS is missing': !tokenKeys,
    'LWA_CLIENT_ID is missing: production does not use the sandbox': amazon.kind === 'sandbox',
    'LWA_CLIENT_SECRET is missing: production does not use the sandbox': amazon.kind === 'sandbox',
    'an AMAZON_… address is not https': amazonUrls.some(url => !url.startsWith('https:')),
    'PUBLIC_URL is not https': web.publicUrl.protocol !== 'https:',
    'CLOCK_SHIFT_FILE is not allowed in production': Boolean(clockShiftFile),
  })
}

/** A host name of this machine: as in a URL, or as an address. */
export const isLoopback = (host: string): boolean =>
  ['localhost', '::1', '[::1]'].includes(host) || (isIPv4(host) && host.startsWith('127.'))

/** Must be registered at Amazon in exactly this form. */
export const callbackUrlOf = (publicUrl: URL): string => new URL('/dashboard/ads/callback', publicUrl).href

/** For `SESSION_KEYS` or `TOKEN_KEYS`. */
export const generateKey = (): Secret => new Secret(randomBytes(32).toString('base64'))
