import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { type ServerAccount, spawnOptions } from './server-account.ts'

const execute = promisify(execFile)

const megabyte = 2 ** 20
/** 41 MB for a new cluster, and 16 MB for its second WAL file. */
const clusterBytes = 64 * megabyte

/** @throws {EmbeddedPostgresError} */
export async function clusterExists(cluster: string, { major }: Binaries): Promise<boolean> {
  const entries = await readdir(cluster).catch(error => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (entries.length === 0) return false

  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  const control = await lstat(join(cluster, 'global', 'pg_control')).catch(() => undefined)
  const missing = version === undefined ? 'PG_VERSION' : control ? undefined : 'global/pg_control'
  if (missing) {
    const message = `The database in ${cluster} is broken (${missing} is missing). Nothing in it was changed: restore the folder from a backup, or move it away to start with an empty database.`
    throw new EmbeddedPostgresError('broken', message)
  }
  if (version?.trim() !== major) {
    const message = `The database in ${cluster} was created by PostgreSQL ${version?.trim()}, but this installation has ${major}: use the version of this program that created it, or move the folder away to start with an empty database.`
    throw new EmbeddedPostgresError('broken', message)
  }
  return true
}

/** Atomic: a crash leaves no partial cluster. */
export async function createCluster(
  home: string,
  { binaries, account, password, durable }: ClusterOptions,
): Promise<void> {
  await clearUnfinished(home)
  await requireFreeSpace(home)
  const temporaryFolder = join(home, `making-${randomUUID()}`)
  const cluster = join(temporaryFolder, 'cluster')
  const passwordFile = join(temporaryFolder, 'password')

  // Sorts the same on every system; libc and ICU change with their versions.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const speed = durable ? [] : ['--no-sync', '--no-data-checksums']
  try {
    await mkdir(temporaryFolder, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account.runAs.uid)
      for (const path of [passwordFile, temporaryFolder]) await chown(path, account.uid, account.gid)
    await execute(binaries.initdb, ['-D', cluster, ...locale, ...access, ...speed], spawnOptions(account))
    await rm(join(home, 'cluster'), { recursive: true, force: true })
    await rename(cluster, join(home, 'cluster'))
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true })
  }
}

async function requireFreeSpace(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home)
  const free = bavail * bsize
  if (free >= clusterBytes) return
  const [needed, left] = [clusterBytes, free].map(bytes => `${Math.floor(bytes / megabyte)} MB`)
  const message = `The embedded database needs ${needed}, but the disk of ${home} has ${left} left: free some space and start again.`
  throw new EmbeddedPostgresError('no-space', message)
}

export interface ClusterOptions {
  readonly binaries: Binaries
  readonly account: ServerAccount
  readonly password: string
  readonly durable: boolean
}

/** PostgreSQL requires its own user and mode 0700; a cluster copied by root belongs to root. */
export async function chownTo(account: ServerAccount, cluster: string): Promise<void> {
  const { uid, mode } = await lstat(cluster)
  if (account.runAs.uid && uid === 0) {
    await execute('chown', ['-R', `${account.uid}:${account.gid}`, cluster])
  }
  if ((mode & 0o077) !== 0) await chmod(cluster, 0o700)
}

async function clearUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('making-'))
      await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 })
  }
}
