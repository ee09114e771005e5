import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.ts'
import { migrate, pendingMigrations } from './adapters/postgres/database.ts'
import { Secret } from './domain/secret.ts'
import { openLog, startProduct } from './product.ts'
import { type AmazonSetting, type Environment, loadEnvironment, readSettings } from './settings.ts'
import { makeDemoPeople } from './start/demo-people.ts'
import { greeting } from './start/greeting.ts'
import { keptKey } from './start/keys.ts'
import { StartRefused, sentenceOf } from './start/refusals.ts'
import { startSandboxProcess } from './start/sandbox-process.ts'

/** S-51; a container is killed soon after. */
const stopMilliseconds = 18_000

const closers: (() => Promise<unknown>)[] = []
let stopping: Promise<void> | null = null

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))

try {
  await start()
} catch (error) {
  process.stderr.write(`\n${sentenceOf(error)}\n`)
  await stop(1)
}

async function start(): Promise<void> {
  const environment = loadEnvironment()
  const asked = readSettings(environment)
  const dataDirectory = resolve(asked.dataDirectory)
  const notices: string[] = []
  if (asked.database.kind === 'embedded' || !asked.tokenKeys || !asked.sessionKeys) {
    await mkdir(dataDirectory, { recursive: true })
  }

  let databaseUrl: Secret
  if (asked.database.kind === 'embedded') {
    const postgres = await startEmbeddedPostgres({ dataDirectory })
    closers.push(() => postgres.stop())
    notices.push(...postgres.notices)
    databaseUrl = new Secret(postgres.url)
    await migrate(databaseUrl)
  } else {
    databaseUrl = asked.database.url
    const pending = await pendingMigrations(databaseUrl)
    if (pending > 0)
      throw new StartRefused('The database is older than this program. Run "npm run migrate" first.')
  }

  const { settings, amazon, sandboxUrl } = await withAmazon(environment, asked.amazon, dataDirectory)
  const logFile = asked.database.kind === 'embedded' ? join(dataDirectory, 'server.log') : null
  const log = openLog(settings.logLevel, logFile)
  const product = await startProduct({
    settings,
    databaseUrl,
    amazon,
    sessionKeys: settings.sessionKeys ?? [await keptKey(dataDirectory, 'session')],
    tokenKeys: settings.tokenKeys ?? [await keptKey(dataDirectory, 'token')],
    log,
  })
  closers.push(() => product.stop())
  if (settings.database.kind === 'embedded') await makeDemoPeople(product.database.em)

  const { host, port, publicUrl } = settings.web
  await product.app?.listen({ host, port })
  const address = publicUrl.href
  if (logFile) process.stdout.write(greeting({ address, sandboxUrl, dataDirectory, logFile, notices }))
  else log.info({ process: settings.process, address }, 'started')
}

/** Where no Amazon is named, the sandbox is started and named. */
async function withAmazon(environment: Environment, asked: AmazonSetting, dataDirectory: string) {
  if (asked.kind === 'named') return { settings: readSettings(environment), amazon: asked, sandboxUrl: null }

  const sandbox = await startSandboxProcess(environment, join(dataDirectory, 'sandbox.json'))
  closers.push(() => sandbox.stop())
  const settings = readSettings({ ...environment, ...sandbox.settings })
  if (settings.amazon.kind !== 'named') throw new Error('the sandbox did not name itself')
  return { settings, amazon: settings.amazon, sandboxUrl: sandbox.url }
}

function stop(code: number): Promise<void> {
  // What has not closed by then is somebody else's slowness; leases hand over whatever was in hand.
  setTimeout(() => process.exit(code), stopMilliseconds).unref()
  stopping ??= closeAll().then(() => process.exit(code))
  return stopping
}

/** In the reverse of the order of opening; one that fails does not keep the others open. */
async function closeAll(): Promise<void> {
  for (const close of closers.reverse()) await close().catch(() => undefined)
}
