import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresRefused } from './refused.ts'

const execute = promisify(execFile)

/** A mark that every process of a cluster's server shows in its title, whoever started it. */
export async function markOf(cluster: string): Promise<string> {
  const { dev, ino } = await stat(cluster)
  return `embedded-${dev}-${ino}.`
}

/** The living processes of a cluster's server: the postmaster, or backends that outlived it. */
export async function occupants(cluster: string): Promise<number[]> {
  const mark = await markOf(cluster).catch(() => undefined)
  if (!mark) return []
  const all = process.platform === 'linux' ? await fromProc() : await fromPs()
  return all.filter(({ title }) => title.includes(mark)).map(({ pid }) => pid)
}

/** Ends whatever serves the cluster, gently first; does nothing when nothing does. Within half a minute. */
export async function vacate(cluster: string): Promise<void> {
  const postmaster = (await readPidFile(cluster))?.pid
  const isServed = postmaster !== undefined && (await occupants(cluster)).includes(postmaster)
  // Backends whose postmaster was killed notice it within moments. SIGINT asks a postmaster for a fast shutdown.
  const gently = isServed ? () => send(postmaster, 'SIGINT') : () => undefined

  if (await isEmptyAfter(gently, cluster, isServed ? 20 : 5)) return
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const there = await occupants(cluster)
    const ended = () => {
      for (const pid of there) send(pid, signal)
    }
    if (await isEmptyAfter(ended, cluster, 4)) return
  }
  const sentence = `The database in ${cluster} is still in use by processes that cannot be ended: restart the machine, then start again.`
  throw new EmbeddedPostgresRefused('failed', sentence, await occupants(cluster))
}

/** What the server says of itself in its folder. */
export async function readPidFile(cluster: string): Promise<{ pid: number; isReady: boolean } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  // A file that is being written has no number yet; to signal 0 would end ourselves.
  return pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined
}

/** Removed only when nobody is there: its number may by now be that of an unrelated process. */
export async function forgetDeadServer(cluster: string): Promise<void> {
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function isEmptyAfter(act: () => void, cluster: string, seconds: number): Promise<boolean> {
  act()
  const end = Date.now() + seconds * 1000
  while ((await occupants(cluster)).length > 0) {
    if (Date.now() > end) return false
    await pause(15)
  }
  return true
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It left in the meantime.
  }
}

interface Process {
  readonly pid: number
  readonly title: string
}

async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).map(Number).filter(pid => pid > 0)
  const read = async (pid: number) => {
    const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return { pid, title }
  }
  return Promise.all(pids.map(read))
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await execute('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 2 ** 24 })
  return stdout.split('\n').map(line => ({ pid: Number.parseInt(line, 10), title: line }))
}
