import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './errors.ts'

const execute = promisify(execFile)

export async function processMarker(cluster: string): Promise<string> {
  const { dev, ino } = await stat(cluster)
  return `embedded-${dev}-${ino}.`
}

/** Pids of the postmaster, or of backends that outlived it. */
export async function findServerProcesses(cluster: string): Promise<number[]> {
  const marker = await processMarker(cluster).catch(() => undefined)
  if (!marker) return []
  const all = process.platform === 'linux' ? await listFromProc() : await listFromPs()
  return all.filter(({ title }) => title.includes(marker)).map(({ pid }) => pid)
}

/** Escalates to SIGKILL within 30 s. No effect without a server. */
export async function stopServerProcesses(cluster: string): Promise<void> {
  const postmaster = (await readPidFile(cluster))?.pid
  const isRunning = postmaster !== undefined && (await findServerProcesses(cluster)).includes(postmaster)
  // SIGINT requests a fast shutdown.
  const interrupt = isRunning ? () => sendSignal(postmaster, 'SIGINT') : () => undefined

  if (await hasStoppedAfter(interrupt, cluster, isRunning ? 20 : 5)) return
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const pids = await findServerProcesses(cluster)
    const signalAll = () => {
      for (const pid of pids) sendSignal(pid, signal)
    }
    if (await hasStoppedAfter(signalAll, cluster, 4)) return
  }
  const message = `The database in ${cluster} is still in use by processes that can’t be stopped: restart the machine, then start again.`
  throw new EmbeddedPostgresError('failed', message, await findServerProcesses(cluster))
}

export async function readPidFile(cluster: string): Promise<{ pid: number; isReady: boolean } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  // No pid while the file is being written: signalling pid 0 would end our process group.
  return pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined
}

/** Call only when no server runs: the pid may belong to an unrelated process. */
export async function removeStalePidFile(cluster: string): Promise<void> {
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function hasStoppedAfter(act: () => void, cluster: string, seconds: number): Promise<boolean> {
  act()
  const end = Date.now() + seconds * 1000
  while ((await findServerProcesses(cluster)).length > 0) {
    if (Date.now() > end) return false
    await pause(15)
  }
  return true
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // The process has already exited.
  }
}

interface Process {
  readonly pid: number
  readonly title: string
}

async function listFromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).map(Number).filter(pid => pid > 0)
  const read = async (pid: number) => {
    const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return { pid, title }
  }
  return Promise.all(pids.map(read))
}

async function listFromPs(): Promise<Process[]> {
  const { stdout } = await execute('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 2 ** 24 })
  return stdout.split('\n').map(line => ({ pid: Number.parseInt(line, 10), title: line }))
}
