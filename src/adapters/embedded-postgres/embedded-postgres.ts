import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findBinaries } from './binaries.ts'
import { chownTo, clusterExists, createCluster } from './cluster.ts'
import { createDataDirectory, createDataLocation, findDataLocation } from './data-location.ts'
import { EmbeddedPostgresError, toEmbeddedPostgresError } from './errors.ts'
import { acquireOwnerLock, ownerOf } from './owner-lock.ts'
import { loadOrCreatePassword, readPassword } from './password.ts'
import { readPort } from './port.ts'
import { runServer } from './server.ts'
import { canAccess, chooseServerAccount } from './server-account.ts'
import { removeStalePidFile, stopServerProcesses } from './server-processes.ts'

export { EmbeddedPostgresError } from './errors.ts'

/** Reachable from this machine only. */
export interface EmbeddedPostgres {
  /** As the owner. Contains the password: never print it. */
  readonly url: string
  readonly directory: string
  readonly port: number
  readonly notices: readonly string[]
  /** Safe to call twice. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  readonly dataDirectory: string
  readonly log?: (message: string) => void
  /** Called once, when the server stops on its own. The next start has all confirmed data. */
  readonly onLost?: (message: string) => unknown
  /** False only for a throwaway database. */
  readonly durable?: boolean
}

/** @throws {EmbeddedPostgresError} */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDirectory = resolve(options.dataDirectory)
  try {
    await createDataDirectory(dataDirectory)
    const lock = await acquireOwnerLock(dataDirectory)
    const started = await start({ ...noListeners, durable: true, ...options, dataDirectory }).catch(
      async error => {
        await lock.release()
        throw error
      },
    )
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= started.stop().finally(() => lock.release())
      return stopped
    }
    return { ...started, stop }
  } catch (error) {
    throw toEmbeddedPostgresError(error, dataDirectory)
  }
}

/** @returns the URL of the server that another live process runs, if there is one. */
export async function findRunningEmbeddedPostgresUrl(dataDirectory: string): Promise<string | undefined> {
  const path = resolve(dataDirectory)
  if (!(await ownerOf(path))) return undefined
  const home = join(path, 'postgres')
  const [password, port] = [await readPassword(home), await readPort(home)]
  return password && port ? urlOf(password, port) : undefined
}

/** @throws {EmbeddedPostgresError} while another process runs the server. */
export async function discardEmbeddedPostgres(dataDirectory: string): Promise<void> {
  const path = resolve(dataDirectory)
  await acquireOwnerLock(path)
  const location = await findDataLocation(path)
  if (location) {
    await stopServerProcesses(join(location.directory, 'cluster'))
    await rm(location.directory, { recursive: true, force: true })
  }
  await rm(path, { recursive: true, force: true })
}

const noListeners = { log: () => undefined, onLost: () => undefined }

async function start(options: Required<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
  const { durable, log, onLost } = options
  const { home, account } = await locateCluster(options.dataDirectory)
  const { directory, notices } = home
  const cluster = join(directory, 'cluster')
  const binaries = await findBinaries(directory, account)
  const password = await loadOrCreatePassword(directory)

  if (await clusterExists(cluster, binaries)) {
    await chownTo(account, cluster)
    await stopServerProcesses(cluster)
    await removeStalePidFile(cluster)
  } else {
    log('Creating the embedded database. This happens only once.')
    await createCluster(directory, { binaries, account, password, durable })
  }

  const { port, stop } = await runServer({ home: directory, cluster, account, binaries, durable }, onLost)
  return { url: urlOf(password, port), directory, port, notices, stop }
}

async function locateCluster(dataDirectory: string) {
  const found = await findDataLocation(dataDirectory)
  const account = await chooseServerAccount(found && join(found.directory, 'cluster'))
  if (!found) return { home: await createDataLocation(dataDirectory, account), account }
  if (await canAccess(account, found.directory)) return { home: found, account }

  const message = `PostgreSQL’s user can’t access the database in ${found.directory}: open the parent folders (chmod o+x), or move the project back.`
  throw new EmbeddedPostgresError('not-writable', message)
}

/** The server's other role has no privileges until they are granted. Both roles have the same password. */
export function runtimeUrlOf(url: string): string {
  const address = new URL(url)
  address.username = 'ads_runtime'
  return address.href
}

function urlOf(password: string, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
}
