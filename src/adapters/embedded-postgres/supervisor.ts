import type { ChildProcess } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { diskFullPattern } from './errors.ts'
import { choosePort } from './port.ts'
import { ServerDidNotStart, type ServerOptions, startServer } from './server.ts'
import { stopServerProcesses } from './server-processes.ts'

export interface SupervisedServer {
  readonly port: number
  stop(): Promise<void>
}

type SupervisorOptions = Omit<ServerOptions, 'port' | 'logFile'> & { readonly home: string }

const maxStartAttempts = 10
const maxRestartsPerMinute = 5
/** Bytes: the server exits when it can't allocate its next 16 MB WAL file. */
const minFreeBytes = 32 * 1024 * 1024

export interface SupervisorEvents {
  readonly log: (message: string) => void
  /** Not called after `stop`. */
  readonly onLost: (message: string) => unknown
}

export async function supervise(
  options: SupervisorOptions,
  { log, onLost }: SupervisorEvents,
): Promise<SupervisedServer> {
  const logFile = join(options.home, 'server.log')
  const { port, server } = await startOnFreePort({ ...options, logFile })
  let isStopping = false
  let restarting = Promise.resolve()
  let restarts: number[] = []

  const watch = (child: ChildProcess) => {
    const onExit = () => {
      if (!isStopping) restarting = restart()
    }
    const hasExited = child.exitCode !== null || child.signalCode !== null
    if (hasExited) onExit()
    else child.once('exit', onExit)
  }
  const waitForFreeSpace = async () => {
    if (await hasFreeSpace(options.home)) return
    log('The database’s disk is full. The server restarts when there is free space.')
    while (!isStopping && !(await hasFreeSpace(options.home))) await pause(500)
  }
  const restart = async () => {
    await waitForFreeSpace()
    if (isStopping) return
    restarts = [...restarts.filter(at => at > Date.now() - 60_000), Date.now()]
    if (restarts.length > maxRestartsPerMinute) {
      return reportLost(
        `stopped more than ${maxRestartsPerMinute} times within a minute and won’t be restarted`,
      )
    }
    log('The database server stopped unexpectedly. Restarting it.')
    try {
      watch(await startServer({ ...options, logFile, port }))
    } catch (error) {
      if (!isTemporary(error)) return reportLost('stopped and can’t be restarted')
      if (isDiskFull(error)) restarts.pop()
      await pause(500)
      if (!isStopping) await restart()
    }
  }
  const reportLost = (how: string) => {
    if (!isStopping) onLost(`The embedded database ${how}. See ${logFile}`)
  }

  watch(server)
  const stop = async () => {
    isStopping = true
    await restarting
    await stopServerProcesses(options.cluster)
  }
  return { port, stop }
}

/** True for temporary errors: a full disk, a taken port, or a killed server still shutting down. */
const isTemporary = (error: unknown): boolean =>
  isDiskFull(error) ||
  (error instanceof ServerDidNotStart && /in use|already exists|exited with SIGKILL/i.test(error.message))

const isDiskFull = (error: unknown): boolean =>
  error instanceof ServerDidNotStart && diskFullPattern.test(error.message)

async function hasFreeSpace(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize >= minFreeBytes
}

async function startOnFreePort(options: Omit<ServerOptions, 'port'> & { readonly home: string }) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.home)
    try {
      return { port, server: await startServer({ ...options, port }) }
    } catch (error) {
      if (!isTemporary(error) || isDiskFull(error) || attempt === maxStartAttempts) throw error
      await pause(500)
    }
  }
}
