import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { waitForExit } from '../../support/product/child-process.ts'

const run = promisify(execFile)

/**
 * Images built only from Debian packages and npm, for machines without an image registry. They replace the official
 * images in the tests and in `docker compose`, but can't show how the official images behave (docs/testing.md).
 */
export const standIns = ['debian', 'postgres', 'node', 'mongo', 'caddy'] as const

export type StandIn = (typeof standIns)[number]

export const standInImage = (name: StandIn): string => `stand-in/${name}`

/** Debian packages in the base layer that all images share. */
const packages = ['postgresql-17', 'caddy', 'wget', 'libstdc++6', 'ca-certificates']
const suite = 'trixie'
/** Files that no container needs: package archives, documentation, translations, PostgreSQL's JIT compiler. */
const unneeded = [
  'var/cache/apt',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/i18n',
  'usr/lib/postgresql/17/lib/llvmjit.so',
  'usr/lib/postgresql/17/lib/bitcode',
  'usr/lib/*/libLLVM*',
]

const folderOf = (name: StandIn): string => join(import.meta.dirname, name)
/** Label with the hash of the image's recipe. */
const recipeLabel = 'recipe'

/** Returns why images can't be built here; null when they can. */
export async function findMissingBuildTool(): Promise<string | null> {
  const engine = await run('docker', ['version', '--format', '{{.Server.Version}}']).catch(() => null)
  if (!engine) return 'No container engine is running: install docker.io and docker-cli, and start dockerd.'
  const tool = await run('sh', ['-c', 'command -v debootstrap']).catch(() => null)
  return tool ? null : 'debootstrap is missing: install it from Debian.'
}

/** Builds images that are missing or whose recipe changed, and the images based on them. */
export async function buildStandIns(log: (line: string) => void): Promise<void> {
  let recipe = ''
  for (const name of standIns) {
    recipe = await recipeOf(name, recipe)
    const image = standInImage(name)
    if ((await labelOf(image)) === recipe) {
      log(`${image}: up to date`)
      continue
    }
    const began = Date.now()
    await builders[name](image, `${recipeLabel}=${recipe}`)
    log(`${image}: built in ${Math.round((Date.now() - began) / 1000)} s`)
  }
}

const builders: Readonly<Record<StandIn, (image: string, label: string) => Promise<void>>> = {
  debian: importDebian,
  postgres: (image, label) => build('postgres', image, label),
  node: async (image, label) =>
    build('node', image, label, { program: dirname(process.execPath), npm: await npmFolder() }),
  mongo: async (image, label) =>
    build('mongo', image, label, { packages: join(await installStandInPackages(), 'node_modules') }),
  caddy: (image, label) => build('caddy', image, label),
}

/** @param contexts additional folders to copy from. */
async function build(
  name: StandIn,
  image: string,
  label: string,
  contexts: Readonly<Record<string, string>> = {},
): Promise<void> {
  const contextArguments = Object.entries(contexts).flatMap(([context, folder]) => [
    '--build-context',
    `${context}=${folder}`,
  ])
  await runCommand('docker', [
    'build',
    '--quiet',
    '--tag',
    image,
    '--label',
    label,
    ...contextArguments,
    folderOf(name),
  ])
}

async function importDebian(image: string, label: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'stand-in-'))
  try {
    const commandArguments = ['--variant=minbase', `--include=${packages.join(',')}`, suite, root]
    await runCommand('debootstrap', commandArguments)
    for await (const path of glob(unneeded, { cwd: root })) await rm(join(root, path), { recursive: true })
    const pack = `tar -C "$1" -c . | docker import --change "LABEL $3" - "$2"`
    await runCommand('bash', ['-euo', 'pipefail', '-c', pack, 'pack', root, image, label])
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/**
 * Installs the stand-in's own packages, which are not in the project's lock file. Proofs that run at the same time share
 * one installation. @returns its folder.
 */
export async function installStandInPackages(): Promise<string> {
  const folder = folderOf('mongo')
  const install =
    'test -e node_modules/.package-lock.json || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error'
  await runCommand('flock', ['package.json', '--command', install], folder)
  return folder
}

async function npmFolder(): Promise<string> {
  const { stdout } = await run('npm', ['root', '--global'])
  return join(stdout.trim(), 'npm')
}

/** Runs a command. @throws {Error} with the command's output when it fails. */
async function runCommand(command: string, commandArguments: readonly string[], cwd?: string): Promise<void> {
  const child = spawn(command, commandArguments, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => (output = `${output}${chunk}`.slice(-4000)))
  const code = await waitForExit(child, { seconds: 1200, readOutput: () => output })
  if (code !== 0) throw new Error(`${command} exited with ${code}:\n${output}`)
}

/** Hashes the image's files, its base image and the programs copied into it. */
async function recipeOf(name: StandIn, baseRecipe: string): Promise<string> {
  const hash = createHash('sha256').update(baseRecipe)
  if (name === 'debian') hash.update(JSON.stringify([suite, packages, unneeded]))
  else {
    for (const file of (await readdir(folderOf(name))).sort()) {
      if (file !== 'node_modules') hash.update(file).update(await readFile(join(folderOf(name), file)))
    }
  }
  if (name === 'node') hash.update(process.version)
  return hash.digest('hex').slice(0, 16)
}

async function labelOf(image: string): Promise<string | null> {
  const format = `{{index .Config.Labels "${recipeLabel}"}}`
  const { stdout } = await run('docker', ['image', 'inspect', '--format', format, image]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim() || null
}
