import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { chooseServerAccount, spawnOptions } from '../../../src/adapters/embedded-postgres/server-account.ts'
import { waitForExit } from '../product/child-process.ts'
import type { Owner } from '../product/test-product.ts'
import { reservePort } from './ports.ts'

const execute = promisify(execFile)

export const debianPrograms = '/usr/lib/postgresql/17/bin'

/** A test's `skip` reason; false when Debian's PostgreSQL is installed. */
export const whyNoDebianPostgres: string | false = existsSync(join(debianPrograms, 'initdb'))
  ? false
  : "Debian's postgresql-17 is not installed"

export interface DebianPostgres {
  /** @returns the new database's URL. */
  newDatabase(name: string, template?: string): Promise<string>
}

/** Starts a new cluster, which is removed when the test ends. */
export async function startDebianPostgres(
  t: Owner,
  env: Readonly<Record<string, string>> = {},
): Promise<DebianPostgres> {
  const account = await chooseServerAccount(undefined)
  const folder = await mkdtemp(join(tmpdir(), '1smart-debian-'))
  await chown(folder, account.uid, account.gid)
  await chmod(folder, 0o700)
  const cluster = join(folder, 'cluster')
  const serverOptions = spawnOptions(account)
  const initdbOptions = [
    '--username=postgres',
    '--auth=trust',
    '--no-sync',
    '--locale=C.UTF-8',
    '--encoding=UTF8',
  ]
  await execute(join(debianPrograms, 'initdb'), ['-D', cluster, ...initdbOptions], serverOptions)
  const port = await reservePort()
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 200,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(debianPrograms, 'postgres'), ['-D', cluster, ...args], {
    ...serverOptions,
    env: { ...serverOptions.env, ...env },
    stdio: 'ignore',
  })
  t.teardown(async () => {
    server.kill('SIGQUIT')
    await waitForExit(server)
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  })
  const urlOf = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: urlOf('postgres') })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  for (let tries = 0; ; tries += 1) {
    const isUp = await administer('select 1').then(
      () => true,
      () => false,
    )
    if (isUp) break
    if (server.exitCode !== null || tries > 600) throw new Error("Debian's PostgreSQL does not start")
    await sleep(50)
  }
  return {
    async newDatabase(name, template = 'template0') {
      await administer(`create database ${name} template ${template} strategy file_copy`)
      return urlOf(name)
    },
  }
}
