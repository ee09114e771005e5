import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { choosePort } from './port.ts'
import { type ServerAccount, spawnOptions } from './server-account.ts'
import { processMarker, readPidFile, removeStalePidFile, stopServerProcesses } from './server-processes.ts'

export interface ServerOptions {
  readonly home: string
  readonly cluster: string
  readonly durable: boolean
  readonly account: ServerAccount
  readonly binaries: Binaries
}

type ListeningOptions = ServerOptions & { readonly logFile: string; readonly port: number }

const maxStartAttempts = 10
// Milliseconds: generous, because crash recovery may read several gigabytes.
const startTimeout = 180_000
const maxLogBytes = 5_000_000

/** Resolves when the server accepts connections. @param onLost not called after `stop`. */
export async function runServer(
  options: ServerOptions,
  onLost: (message: string) => unknown,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const logFile = join(options.home, 'server.log')
  const { port, server } = await startOnFreePort({ ...options, logFile })
  let isStopping = false
  const onExit = () => {
    if (!isStopping) onLost(`The embedded database stopped. Start again. See ${logFile}`)
  }
  if (server.exitCode !== null || server.signalCode !== null) onExit()
  else server.once('exit', onExit)
  const stop = () => {
    isStopping = true
    return stopServerProcesses(options.cluster)
  }
  return { port, stop }
}

async function startOnFreePort(options: Omit<ListeningOptions, 'port'>) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.home)
    try {
      return { port, server: await startServer({ ...options, port }) }
    } catch (error) {
      const isPortTaken = error instanceof Error && /in use/i.test(error.message)
      if (!isPortTaken || attempt === maxStartAttempts) throw error
      await pause(500)
    }
  }
}

async function startServer(options: ListeningOptions): Promise<ChildProcess> {
  await stopServerProcesses(options.cluster)
  await removeStalePidFile(options.cluster)

  const size = await stat(options.logFile).then(
    found => found.size,
    () => 0,
  )
  if (size > maxLogBytes) await rename(options.logFile, `${options.logFile}.old`)
  const log = await open(options.logFile, 'a', 0o600)
  const logStart = (await log.stat()).size
  try {
    const args = ['-D', options.cluster, ...(await settings(options))]
    const server = spawn(options.binaries.postgres, args, {
      ...spawnOptions(options.account),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    server.unref()
    await waitUntilReady(server, options.cluster).catch(async error => {
      throw new Error(`${error.message}\n${await lastLogLinesSince(logStart, options.logFile)}`)
    })
    return server
  } finally {
    await log.close()
  }
}

async function waitUntilReady(server: ChildProcess, cluster: string): Promise<void> {
  let failure: Error | undefined
  server.once('error', error => {
    failure = error
  })
  const deadline = Date.now() + startTimeout
  while (Date.now() < deadline) {
    const exit = server.exitCode ?? server.signalCode
    if (failure) throw failure
    if (exit !== null) throw new Error(`the server exited with ${exit}`)
    const file = await readPidFile(cluster)
    if (file?.pid === server.pid && file?.isReady) return
    await pause(10)
  }
  await stopServerProcesses(cluster)
  throw new Error(`the server was not ready after ${startTimeout / 1000} seconds`)
}

async function settings({ cluster, port, durable }: ListeningOptions): Promise<string[]> {
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
    ...(durable ? durableSettings() : nonDurableSettings),
  }
  return Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** An eighth of memory: the manual's quarter ("Resource Consumption") is for a dedicated machine. */
function durableSettings() {
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
  const megabytes = Math.min(1024, Math.max(128, Math.floor(memory / 8 / 2 ** 20)))
  return { shared_buffers: `${megabytes}MB`, random_page_cost: 1.1 }
}

const nonDurableSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 500,
}

async function lastLogLinesSince(logStart: number, logFile: string): Promise<string> {
  const text = await readFile(logFile)
  return text.subarray(logStart).toString('utf8').trim().split('\n').slice(-10).join('\n')
}
