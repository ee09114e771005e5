import type { ChildProcess } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { diskFullPattern } from './errors.ts'
import { choosePort } from './port.ts'
import { ServerDidNotStart, type ServerPlan, startServer } from './server.ts'
import { stopServerProcesses } from './server-processes.ts'

export interface SupervisedServer {
  readonly port: number
  stop(): Promise<void>
}

type Plan = Omit<ServerPlan, 'port' | 'logFile'> & { readonly home: string }

const attempts = 10
const revivalsPerMinute = 5
/** Bytes: the server exits when it can't allocate its next 16 MB WAL file. */
const minRoom = 32 * 1024 * 1024

export interface SupervisorEvents {
  readonly log: (sentence: string) => void
  /** Not called after `stop`. */
  readonly onLost: (sentence: string) => unknown
}

export async function supervise(plan: Plan, { log, onLost }: SupervisorEvents): Promise<SupervisedServer> {
  const logFile = join(plan.home, 'server.log')
  const { port, server } = await startOnFreePort({ ...plan, logFile })
  let isStopping = false
  let reviving = Promise.resolve()
  let revivals: number[] = []

  const watch = (traced: ChildProcess) => {
    const ended = () => {
      if (!isStopping) reviving = revive()
    }
    const isGone = traced.exitCode !== null || traced.signalCode !== null
    if (isGone) ended()
    else traced.once('exit', ended)
  }
  const waitForRoom = async () => {
    if (await hasRoom(plan.home)) return
    log('The database’s disk is full. The server restarts when there is free space.')
    while (!isStopping && !(await hasRoom(plan.home))) await pause(500)
  }
  const revive = async () => {
    await waitForRoom()
    if (isStopping) return
    revivals = [...revivals.filter(at => at > Date.now() - 60_000), Date.now()]
    if (revivals.length > revivalsPerMinute) {
      return lose(`stopped more than ${revivalsPerMinute} times within a minute and won’t be restarted`)
    }
    log('The database server stopped unexpectedly. Restarting it.')
    try {
      watch(await startServer({ ...plan, logFile, port }))
    } catch (error) {
      if (!isPassing(error)) return lose('stopped and can’t be restarted')
      if (isOfDisk(error)) revivals.pop()
      await pause(500)
      if (!isStopping) await revive()
    }
  }
  const lose = (how: string) => {
    if (!isStopping) onLost(`The embedded database ${how}. See ${logFile}`)
  }

  watch(server)
  const stop = async () => {
    isStopping = true
    await reviving
    await stopServerProcesses(plan.cluster)
  }
  return { port, stop }
}

/** True for temporary errors: a full disk, a taken port, or a killed server still shutting down. */
const isPassing = (error: unknown): boolean =>
  isOfDisk(error) ||
  (error instanceof ServerDidNotStart && /in use|already exists|exited with SIGKILL/i.test(error.message))

const isOfDisk = (error: unknown): boolean =>
  error instanceof ServerDidNotStart && diskFullPattern.test(error.message)

async function hasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize >= minRoom
}

async function startOnFreePort(plan: Omit<ServerPlan, 'port'> & { readonly home: string }) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(plan.home)
    try {
      return { port, server: await startServer({ ...plan, port }) }
    } catch (error) {
      if (!isPassing(error) || isOfDisk(error) || attempt === attempts) throw error
      await pause(500)
    }
  }
}
