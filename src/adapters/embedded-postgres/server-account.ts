import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './errors.ts'

const execute = promisify(execFile)

/** PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number
  readonly gid: number
  readonly runAs: { readonly uid?: number; readonly gid?: number }
}

// Our own PGDATA, PGPORT or LANG would change how the server behaves.
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

export function spawnOptions(account: ServerAccount, directory = '/') {
  return { ...account.runAs, cwd: directory, env: environment }
}

/** The current user. For root: an existing cluster's owner, otherwise `postgres`, created if missing. */
export async function chooseServerAccount(clusterDirectory: string | undefined): Promise<ServerAccount> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, runAs: {} }

  const owner = clusterDirectory && (await lstat(clusterDirectory).catch(() => undefined))
  if (owner && owner.uid !== 0) return otherAccount(owner.uid, owner.gid)
  return (await findPostgresUser()) ?? (await createPostgresUser())
}

/** Also checks all parent folders. */
export async function canAccess(account: ServerAccount, directory: string): Promise<boolean> {
  const entered = execute('test', ['-x', directory], spawnOptions(account))
  return entered.then(
    () => true,
    () => false,
  )
}

function otherAccount(uid: number, gid: number): ServerAccount {
  return { uid, gid, runAs: { uid, gid } }
}

async function findPostgresUser(): Promise<ServerAccount | undefined> {
  const ids = [execute('id', ['-u', 'postgres']), execute('id', ['-g', 'postgres'])]
  const found = await Promise.all(ids).catch(() => [])
  const [uid, gid] = found.map(({ stdout }) => Number(stdout))
  return uid && gid ? otherAccount(uid, gid) : undefined
}

async function createPostgresUser(): Promise<ServerAccount> {
  const settings = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  let cause: unknown
  await execute('useradd', [...settings, 'postgres'], { env: environment }).catch(error => {
    cause = error
  })
  const account = await findPostgresUser()
  if (account) return account

  const message =
    'PostgreSQL can’t run as root, and the user "postgres" couldn’t be created: run `useradd --system postgres`, or start as an ordinary user.'
  throw new EmbeddedPostgresError('unsupported', message, cause)
}
