import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runtimeUrlOf, startEmbeddedPostgres } from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { hasDemoUsers } from '../../adapters/postgres/access/demo-users.ts'
import { countPendingMigrations, migrate } from '../../adapters/postgres/migrations/migrate.ts'
import { Totp } from '../../adapters/security/totp.ts'
import { SecondFactors } from '../../application/access/ports.ts'
import { Clock } from '../../application/ports.ts'
import { openLog } from '../../composition/log.ts'
import { startProduct } from '../../composition/product.ts'
import { Secret } from '../../domain/secret.ts'
import {
  type AmazonSetting,
  type Environment,
  loadEnvironment,
  readSettings,
  type Settings,
} from '../../settings/settings.ts'
import { DemoHistory, isDemoHistoryDue } from './demo-history.ts'
import { allowsDemoUsers, createDemoUsers } from './demo-users.ts'
import { keyFileIn, loadOrCreateKey } from './keys.ts'
import { startSandboxProcess } from './sandbox-process.ts'
import { startupBanner } from './startup-banner.ts'
import { StartupError } from './startup-errors.ts'

export interface StartContext {
  /** In order of opening; also filled when the start fails. */
  readonly closers: (() => Promise<unknown>)[]
  /** When aborted, no further step starts. */
  readonly shutdownSignal: AbortSignal
  readonly onDatabaseLost: (message: string) => unknown
}

/** Resolves when all servers listen. */
export async function start({ closers, shutdownSignal, onDatabaseLost }: StartContext): Promise<void> {
  shutdownSignal.throwIfAborted()
  const environment = loadEnvironment()
  const initialSettings = readSettings(environment)
  const dataDirectory = resolve(initialSettings.dataDirectory)
  const notices: string[] = []
  if (
    initialSettings.database.kind === 'embedded' ||
    !initialSettings.tokenKeys ||
    !initialSettings.sessionKeys
  ) {
    await mkdir(dataDirectory, { recursive: true })
  }

  let databaseUrl: Secret
  let migrationUrl: Secret
  if (initialSettings.database.kind === 'embedded') {
    const postgres = await startEmbeddedPostgres({ dataDirectory, onLost: onDatabaseLost })
    closers.push(() => postgres.stop())
    shutdownSignal.throwIfAborted()
    notices.push(...postgres.notices)
    migrationUrl = new Secret(postgres.url)
    databaseUrl = new Secret(runtimeUrlOf(postgres.url))
    await migrate(migrationUrl, { runtimeUrl: databaseUrl })
  } else {
    databaseUrl = initialSettings.database.url
    migrationUrl = initialSettings.database.migrationUrl
    const pending = await countPendingMigrations(databaseUrl)
    if (pending > 0)
      throw new StartupError('The database has pending migrations. Run "npm run migrate" first.')
  }
  const isDemoAllowed = allowsDemoUsers(initialSettings)
  if (!isDemoAllowed && (await hasDemoUsers(databaseUrl))) throw demoUsersFound(initialSettings)
  shutdownSignal.throwIfAborted()

  const resolved = await resolveAmazon(environment, initialSettings.amazon, dataDirectory, closers)
  const { settings, amazon, sandboxUrl } = resolved
  shutdownSignal.throwIfAborted()
  const tokenKeys = settings.tokenKeys ?? [await loadOrCreateKey(dataDirectory, 'token')]
  const canCreateDemo = settings.database.kind === 'embedded' && isDemoAllowed
  const demoHistory = new DemoHistory(
    canCreateDemo && (await isDemoHistoryDue(settings, migrationUrl, dataDirectory)),
  )
  const logFile = initialSettings.database.kind === 'embedded' ? join(dataDirectory, 'server.log') : null
  const log = openLog(settings.logLevel, logFile)
  const product = await startProduct({
    settings,
    databaseUrl,
    amazon,
    sessionKeys: settings.sessionKeys ?? [await loadOrCreateKey(dataDirectory, 'session')],
    tokenKeys,
    log,
    demoProgress: () => demoHistory.percent,
  })
  closers.push(() => product.stop(isBehindProxy(settings) ? drainMilliseconds : 0))
  shutdownSignal.throwIfAborted()

  const now = product.container.get(Clock).now()
  const staffKey = canCreateDemo ? await loadOrCreateKey(dataDirectory, 'demo-staff') : null
  if (staffKey)
    await createDemoUsers(product.database.em, product.container.get(SecondFactors), staffKey, now)
  const { host, port, publicUrl } = settings.web
  const { port: operationsPort } = settings.operations
  if (operationsPort !== null) await product.operations?.listen({ host, port: operationsPort })
  await product.app?.listen({ host, port })
  shutdownSignal.throwIfAborted()
  const address = publicUrl.href
  if (!logFile) return log.info({ process: settings.process, address }, 'started')
  const demoStaff = staffKey && {
    key: staffKey,
    keyFile: keyFileIn(dataDirectory, 'demo-staff'),
    code: new Totp().codeAt(staffKey, now),
  }
  process.stdout.write(startupBanner({ address, sandboxUrl, dataDirectory, logFile, notices, demoStaff }))
  closers.push(() => demoHistory.stop())
  demoHistory.begin({
    settings,
    environment: resolved.environment,
    databaseUrl: migrationUrl,
    tokenKeys,
    dataDirectory,
    log: line => void process.stdout.write(line),
  })
}

/** Only a running product has the embedded database, so no command could remove its demo users. */
const demoUsersFound = ({ database }: Settings): StartupError =>
  new StartupError(
    `The database has demo users, whose password is public. ${
      database.kind === 'named'
        ? 'To remove them, run "npm run people -- remove-demo".'
        : 'Choose another folder: DATA_DIRECTORY=… npm start'
    }`,
  )

/** Milliseconds: twice the proxy's keep-alive (deploy/proxy), so that it has closed every idle connection. */
const drainMilliseconds = 8000

const isBehindProxy = ({ process, isProduction }: Settings): boolean => isProduction || process === 'web'

async function resolveAmazon(
  environment: Environment,
  amazon: AmazonSetting,
  dataDirectory: string,
  closers: StartContext['closers'],
) {
  if (amazon.kind === 'named')
    return { environment, settings: readSettings(environment), amazon: amazon, sandboxUrl: null }

  const sandbox = await startSandboxProcess(environment, join(dataDirectory, 'sandbox.json'))
  closers.push(() => sandbox.stop())
  // The sandbox generates a report in seconds, Amazon in minutes.
  const sandboxEnvironment = { REPORT_POLL_SECONDS: '1-300', ...environment, ...sandbox.settings }
  const settings = readSettings(sandboxEnvironment)
  if (settings.amazon.kind !== 'named') throw new Error('the sandbox did not report its address')
  return { environment: sandboxEnvironment, settings, amazon: settings.amazon, sandboxUrl: sandbox.url }
}
