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

// These survive a reboot.
const fallbackDirectories = ['/var/lib', '/srv', '/var/tmp']
const fallbackDirectoryName = '1smart-ads-connect'

/** The server's user must be able to pass through; the files inside have their own permissions. */
export async function createDataDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true })
  if (made) await chmod(path, 0o755)
}

/** @returns undefined on the first start. */
export async function findDataLocation(dataDirectory: string): Promise<DataLocation | undefined> {
  const defaultPath = join(dataDirectory, 'postgres')
  const entry = await lstat(defaultPath).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
  if (!entry) return undefined
  if (!entry.isSymbolicLink()) return { directory: defaultPath, notices: [] }

  const fallbackPath = await readlink(defaultPath)
  if (await belongsTo(fallbackPath, dataDirectory)) {
    return { directory: await ensureFolder(fallbackPath, 0o711), notices: [fallbackNotice(fallbackPath)] }
  }
  await rm(defaultPath) // a copied data directory: the original keeps the database
  return undefined
}

export async function createDataLocation(
  dataDirectory: string,
  account: ServerAccount,
): Promise<DataLocation> {
  const defaultPath = join(dataDirectory, 'postgres')
  if (!account.runAs.uid) return { directory: await ensureFolder(defaultPath, 0o700), notices: [] }
  if (await canAccess(account, dataDirectory))
    return { directory: await ensureFolder(defaultPath, 0o711), notices: [] }
  return createFallbackLocation(defaultPath, dataDirectory, account)
}

async function createFallbackLocation(
  defaultPath: string,
  dataDirectory: string,
  account: ServerAccount,
): Promise<DataLocation> {
  for (const base of fallbackDirectories) {
    const fallbackParent = await ensureFolder(join(base, fallbackDirectoryName), 0o711).catch(() => undefined)
    if (
      !fallbackParent ||
      !(await isOwnedExclusively(fallbackParent)) ||
      !(await canAccess(account, fallbackParent))
    )
      continue

    const fallbackPath = join(fallbackParent, await fallbackNameFor(dataDirectory))
    const notices = [fallbackNotice(fallbackPath), ...(await moveAside(fallbackPath))]
    await symlink(fallbackPath, defaultPath)
    await ensureFolder(fallbackPath, 0o711)
    await writeFile(join(fallbackPath, 'belongs-to'), dataDirectory)
    return { directory: fallbackPath, notices }
  }
  const message = `PostgreSQL can’t run as root, and its own user can’t access ${dataDirectory} or ${fallbackDirectories.join(', ')}: start as an ordinary user, or move the project to a folder that others can access.`
  throw new EmbeddedPostgresError('not-writable', message)
}

async function ensureFolder(path: string, mode: number): Promise<string> {
  await mkdir(path, { recursive: true, mode })
  await chmod(path, mode)
  return path
}

/** False for a folder that another user created or can write to. */
async function isOwnedExclusively(path: string): Promise<boolean> {
  const { uid, mode } = await lstat(path)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}

async function fallbackNameFor(dataDirectory: string): Promise<string> {
  const path = await realpath(dataDirectory)
  const pathHash = createHash('sha256').update(path).digest('hex').slice(0, 12)
  return `${basename(dirname(path)).replace(/[^\w.-]/g, '_')}-${pathHash}`
}

async function moveAside(fallbackPath: string): Promise<string[]> {
  const old = await lstat(fallbackPath).catch(() => undefined)
  if (!old) return []
  await stopServerProcesses(join(fallbackPath, 'cluster'))
  const asidePath = `${fallbackPath}.before-${new Date().toISOString().replace(/[:.]/g, '-')}`
  await rename(fallbackPath, asidePath)
  return [`An older database of this folder is saved in ${asidePath}.`]
}

async function belongsTo(fallbackPath: string, dataDirectory: string): Promise<boolean> {
  const note = join(fallbackPath, 'belongs-to')
  const owner = await readFile(note, 'utf8').catch(() => dataDirectory)
  if (owner === dataDirectory) return true
  const target = await readlink(join(owner, 'postgres')).catch(() => undefined)
  if (target === fallbackPath) return false
  await writeFile(note, dataDirectory)
  return true
}

function fallbackNotice(fallbackPath: string): string {
  return `Database folder: ${fallbackPath}, because PostgreSQL’s user can’t access this project’s folder.`
}
