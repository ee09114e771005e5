import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { type ServerAccount, spawnOptions } from './server-account.ts'
import { processMarker, readPidFile, removeStalePidFile, stopServerProcesses } from './server-processes.ts'

export interface ServerPlan {
  readonly cluster: string
  readonly logFile: string
  readonly port: number
  readonly durable: boolean
  readonly account: ServerAccount
  readonly binaries: Binaries
}

export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart'
}

// Milliseconds: crash recovery may read several gigabytes.
const timeout = 180_000
const maxLog = 5_000_000

/** Resolves when the server accepts connections. */
export async function startServer(plan: ServerPlan): Promise<ChildProcess> {
  await stopServerProcesses(plan.cluster)
  await removeStalePidFile(plan.cluster)

  const size = await stat(plan.logFile).then(
    found => found.size,
    () => 0,
  )
  if (size > maxLog) await rename(plan.logFile, `${plan.logFile}.old`)
  const log = await open(plan.logFile, 'a', 0o600)
  const begin = (await log.stat()).size
  try {
    const text = ['-D', plan.cluster, ...(await settings(plan))]
    const around = spawnOptions(plan.account)
    const server = spawn(plan.binaries.postgres, text, {
      ...around,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    server.unref()
    await isReady(server, plan.cluster).catch(async error => {
      throw new ServerDidNotStart(`${error.message}\n${await saidSince(begin, plan.logFile)}`)
    })
    return server
  } finally {
    await log.close()
  }
}

async function isReady(server: ChildProcess, cluster: string): Promise<void> {
  let failure: Error | undefined
  server.once('error', error => {
    failure = error
  })
  const end = Date.now() + timeout
  while (Date.now() < end) {
    const ended = server.exitCode ?? server.signalCode
    if (failure) throw failure
    if (ended !== null) throw new Error(`the server exited with ${ended}`)
    const file = await readPidFile(cluster)
    if (file?.pid === server.pid && file?.isReady) return
    await pause(10)
  }
  await stopServerProcesses(cluster)
  throw new Error(`the server was not ready after ${timeout / 1000} seconds`)
}

async function settings({ cluster, port, durable }: ServerPlan): Promise<string[]> {
  const chosen = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: await processMarker(cluster),
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements contain user data: log only the error.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? largeCacheSettings() : nonDurableSettings),
  }
  return Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The manual advises a quarter of a dedicated machine ("Resource Consumption"); this one is shared, so an eighth. */
function largeCacheSettings() {
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
  const share = Math.min(1024, Math.max(128, Math.floor(memory / 8 / 2 ** 20)))
  return { shared_buffers: `${share}MB`, random_page_cost: 1.1 }
}

const nonDurableSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 500,
}

async function saidSince(begin: number, logFile: string): Promise<string> {
  const text = await readFile(logFile)
  return text.subarray(begin).toString('utf8').trim().split('\n').slice(-10).join('\n')
}
