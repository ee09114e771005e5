import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedPostgresError } from './errors.ts'

export interface OwnerLock {
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  /** Distinguishes processes with the same pid. */
  readonly life: string
  /** Device and inode: a copied lock doesn't count. */
  readonly folder: string
}

const lockName = 'postgres.owner'

/**
 * Takes over a dead process's lock.
 * @throws {EmbeddedPostgresError} when a live process holds it.
 */
export async function acquireOwnerLock(dataDirectory: string): Promise<OwnerLock> {
  const path = join(dataDirectory, lockName)
  const ours = `${path}.${randomUUID()}`
  const owner = {
    pid: process.pid,
    life: await lifeOf(process.pid),
    folder: await folderIdentity(dataDirectory),
  }
  const text = JSON.stringify(owner)
  try {
    await writeFile(ours, text, { mode: 0o600 })
    while (!(await tryToLink(ours, path))) await removeStaleLock(path, dataDirectory)
    // The slower of two starts may have removed the faster one's new lock.
    if ((await readFile(path, 'utf8').catch(() => '')) !== text) throw inUse(dataDirectory)
  } finally {
    await rm(ours, { force: true })
  }
  return { release: () => rm(path, { force: true }) }
}

/** @returns the live owner's pid, or undefined. */
export async function ownerOf(dataDirectory: string): Promise<number | undefined> {
  const owner = parseOwner(await readFile(join(dataDirectory, lockName), 'utf8').catch(() => ''))
  return owner && (await holdsLock(owner, dataDirectory)) ? owner.pid : undefined
}

async function tryToLink(ours: string, path: string): Promise<boolean> {
  return link(ours, path).then(
    () => true,
    error => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
}

async function removeStaleLock(path: string, dataDirectory: string): Promise<void> {
  // An unreadable lock may belong to another user's live process: keep it.
  const found = await readFile(path, 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
  if (found === undefined) return
  const owner = parseOwner(found)
  if (owner && (await holdsLock(owner, dataDirectory))) throw inUse(dataDirectory, owner.pid)

  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  const taken = await readFile(aside, 'utf8').catch(() => found)
  // Another start's new lock: put it back.
  if (taken !== found) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
  await pause(20)
}

function inUse(dataDirectory: string, pid?: number): EmbeddedPostgresError {
  const who = pid ? `Another process (pid ${pid})` : 'Another process'
  const message = `${who} is already using the embedded database in ${dataDirectory}: stop it first.`
  return new EmbeddedPostgresError('in-use', message)
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, life, folder } = JSON.parse(text)
    return { pid: Number(pid), life: String(life), folder: String(folder) }
  } catch {
    return undefined // truncated by a power cut
  }
}

async function holdsLock({ pid, life, folder }: Owner, dataDirectory: string): Promise<boolean> {
  return (await lifeOf(pid)) === life && (await folderIdentity(dataDirectory)) === folder
}

async function folderIdentity(dataDirectory: string): Promise<string> {
  const { dev, ino } = await stat(dataDirectory)
  return `${dev}/${ino}`
}

async function lifeOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return isAlive(pid) ? 'alive' : undefined

  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startedAt] = [fields[0], fields[19]]
  if (!startedAt || state === 'Z' || state === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${boot.trim()}/${startedAt}`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
