import { createHash } from 'node:crypto'
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './errors.ts'
import { canAccess, type ServerAccount } from './server-account.ts'
import { stopServerProcesses } from './server-processes.ts'

export interface DataLocation {
  readonly directory: string
  readonly notices: readonly string[]
}

// Survive a reboot.
const fallbackDirectories = ['/var/lib', '/srv', '/var/tmp']
const fallbackDirectoryName = '1smart-ads-connect'

/** Passable for the server's user; the files inside have their own permissions. */
export async function createDataDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true })
  if (made) await chmod(path, 0o755)
}

/** @returns undefined on the first start. */
export async function existingDataLocation(dataDirectory: string): Promise<DataLocation | undefined> {
  const near = join(dataDirectory, 'postgres')
  const entry = await lstat(near).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
  if (!entry) return undefined
  if (!entry.isSymbolicLink()) return { directory: near, notices: [] }

  const away = await readlink(near)
  if (await belongsTo(away, dataDirectory)) {
    return { directory: await folder(away, 0o711), notices: [livesAway(away)] }
  }
  await rm(near) // this data directory is a copy; the original keeps the database
  return undefined
}

export async function createDataLocation(
  dataDirectory: string,
  account: ServerAccount,
): Promise<DataLocation> {
  const near = join(dataDirectory, 'postgres')
  if (!account.as.uid) return { directory: await folder(near, 0o700), notices: [] }
  if (await canAccess(account, dataDirectory)) return { directory: await folder(near, 0o711), notices: [] }
  return awayHome(near, dataDirectory, account)
}

async function awayHome(near: string, dataDirectory: string, account: ServerAccount): Promise<DataLocation> {
  for (const base of fallbackDirectories) {
    const ours = await folder(join(base, fallbackDirectoryName), 0o711).catch(() => undefined)
    if (!ours || !(await isOwnedExclusively(ours)) || !(await canAccess(account, ours))) continue

    const away = join(ours, await nameFor(dataDirectory))
    const notices = [livesAway(away), ...(await setAside(away))]
    await symlink(away, near)
    await folder(away, 0o711)
    await writeFile(join(away, 'belongs-to'), dataDirectory)
    return { directory: away, notices }
  }
  const sentence = `PostgreSQL can’t run as root, and its own user can’t access ${dataDirectory} or ${fallbackDirectories.join(', ')}: start as an ordinary user, or move the project to a folder that others can access.`
  throw new EmbeddedPostgresError('not-writable', sentence)
}

async function folder(path: string, mode: number): Promise<string> {
  await mkdir(path, { recursive: true, mode })
  await chmod(path, mode)
  return path
}

/** Another user could have created the folder. */
async function isOwnedExclusively(path: string): Promise<boolean> {
  const { uid, mode } = await lstat(path)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}

async function nameFor(dataDirectory: string): Promise<string> {
  const path = await realpath(dataDirectory)
  const summary = createHash('sha256').update(path).digest('hex').slice(0, 12)
  return `${basename(dirname(path)).replace(/[^\w.-]/g, '_')}-${summary}`
}

async function setAside(away: string): Promise<string[]> {
  const old = await lstat(away).catch(() => undefined)
  if (!old) return []
  await stopServerProcesses(join(away, 'cluster'))
  const aside = `${away}.before-${new Date().toISOString().replace(/[:.]/g, '-')}`
  await rename(away, aside)
  return [`An older database of this folder is saved in ${aside}.`]
}

async function belongsTo(away: string, dataDirectory: string): Promise<boolean> {
  const note = join(away, 'belongs-to')
  const owner = await readFile(note, 'utf8').catch(() => dataDirectory)
  if (owner === dataDirectory) return true
  const target = await readlink(join(owner, 'postgres')).catch(() => undefined)
  if (target === away) return false
  await writeFile(note, dataDirectory)
  return true
}

function livesAway(away: string): string {
  return `Database folder: ${away}, because PostgreSQL’s user can’t access this project’s folder.`
}
