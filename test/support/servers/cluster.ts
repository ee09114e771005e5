import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  discardEmbeddedPostgres,
  runtimeUrlOf,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'

/** A temporary server for a whole test run, or temporary databases on the server of `DATABASE_URL`. */
export interface TestCluster {
  /** For test files: the administrator's URL and the template database to clone. */
  readonly environment: Readonly<Record<'TEST_DATABASE_URL' | 'TEST_TEMPLATE' | 'TEST_CLUSTER', string>>
  stop(): Promise<void>
}

export interface TestDatabase {
  /** As the owner. */
  readonly url: string
  /** As the running product. */
  readonly runtimeUrl: string
  drop(): Promise<void>
}

const prefix = '1smart-test-cluster-'
const memoryFolder = '/dev/shm'
const minFreeMemoryBytes = 2 * 2 ** 30

/** Returns a folder in memory if there is space: on disk each new database costs ten times the processor time. */
async function chooseServerFolder(): Promise<string> {
  const { bavail, bsize } = await statfs(memoryFolder).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize > minFreeMemoryBytes ? memoryFolder : tmpdir()
}

/** @param prepare fills the template at this URL and closes what it opened. */
export async function startTestCluster(prepare: (url: string) => Promise<void>): Promise<TestCluster> {
  const configuredUrl = process.env['DATABASE_URL']
  return configuredUrl ? useExistingServer(configuredUrl, prepare) : startServer(prepare)
}

async function startServer(prepare: (url: string) => Promise<void>): Promise<TestCluster> {
  await clearLeftovers()
  const folder = await mkdtemp(join(await chooseServerFolder(), prefix))
  await chmod(folder, 0o711) // the server's own OS user needs to pass through
  const server = await startEmbeddedPostgres({ dataDirectory: join(folder, 'data'), durable: false })

  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  const template = 'template_connect'
  try {
    await createTemplate(server.url, template, prepare)
  } catch (error) {
    await stop()
    throw error
  }
  // The folder's name marks all processes of this run, in case they outlive it.
  const environment = { TEST_DATABASE_URL: server.url, TEST_TEMPLATE: template, TEST_CLUSTER: folder }
  return { environment, stop }
}

async function useExistingServer(url: string, prepare: (url: string) => Promise<void>): Promise<TestCluster> {
  const run = `test_${randomUUID().slice(0, 8)}`
  const template = `${run}_template`
  const stop = async () => {
    const rows = await administer(url, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      run,
    ])
    for (const { datname } of rows) await administer(url, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
  }
  try {
    await createTemplate(url, template, prepare)
  } catch (cause) {
    await stop().catch(() => undefined)
    throw new Error('The tests could not create databases on the server that DATABASE_URL names.', { cause })
  }
  return { environment: { TEST_DATABASE_URL: url, TEST_TEMPLATE: template, TEST_CLUSTER: run }, stop }
}

async function createTemplate(
  url: string,
  template: string,
  prepare: (url: string) => Promise<void>,
): Promise<void> {
  await administer(url, `CREATE DATABASE ${template}`)
  await prepare(withDatabase(url, template))
  // A template with open connections cannot be cloned.
  await administer(url, `ALTER DATABASE ${template} ALLOW_CONNECTIONS false`)
  await administer(url, endSessions, [template])
}

/** Clones the migrated template in about ten milliseconds; `template0` gives an empty database. */
export async function cloneDatabase(
  source: string | undefined = process.env['TEST_TEMPLATE'],
): Promise<TestDatabase> {
  const url = process.env['TEST_DATABASE_URL']
  if (!url || !source) {
    throw new Error('There is no test database here: run this file through `npm test -- <file>`.')
  }
  const run = process.env['TEST_TEMPLATE']?.replace(/template(_connect)?$/, '') || 'test_'
  const name = `${run}${randomUUID().replaceAll('-', '')}`
  await administer(url, `CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`)
  const databaseUrl = withDatabase(url, name)
  return { url: databaseUrl, runtimeUrl: runtimeUrlOf(databaseUrl), drop: () => dropDatabase(url, name) }
}

/** Waits for the server to end the connections of closed pools, then drops the database. */
async function dropDatabase(url: string, name: string): Promise<void> {
  for (let tries = 0; tries < 25; tries += 1) {
    const sessions = await administer(url, 'SELECT pid FROM pg_stat_activity WHERE datname = $1', [name])
    if (sessions.length === 0) break
    await sleep(20)
  }
  await administer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}

const endSessions = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1'

const administrators = new Map<string, pg.Pool>()

/**
 * Keeps the administrator's connections open, since connecting costs more than most statements. They don't keep the
 * process alive.
 */
async function administer(
  url: string,
  statement: string,
  values: string[] = [],
): Promise<Record<string, string>[]> {
  let pool = administrators.get(url)
  if (!pool) {
    pool = new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
    // The server may stop first.
    pool.on('error', () => undefined)
    administrators.set(url, pool)
  }
  return (await pool.query(statement, values)).rows
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

/** Removes what killed test runs left behind: servers, files and running tests. */
async function clearLeftovers(): Promise<void> {
  const found = await Promise.all(
    [memoryFolder, tmpdir()].map(async place =>
      (await readdir(place).catch(() => [])).map(name => ({ name, folder: join(place, name) })),
    ),
  )
  for (const { name, folder } of found.flat()) {
    if (!name.startsWith(prefix)) continue
    const discarded = discardEmbeddedPostgres(join(folder, 'data'))
    // Fails while the other run is alive. Without a data folder, the other run may just be starting.
    const isAbandoned = await discarded.then(
      () => true,
      error => error.code === 'ENOENT' && isOld(folder),
    )
    if (!isAbandoned) continue
    await endProcessesOf(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Ends hanging test files, which outlive a killed runner. */
async function endProcessesOf(folder: string): Promise<void> {
  const processes = await readdir('/proc').catch(() => [])
  for (const pid of processes.map(Number).filter(Boolean)) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (environment.split('\0').includes(`TEST_CLUSTER=${folder}`)) process.kill(pid, 'SIGKILL')
  }
}

async function isOld(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > 60_000
}
