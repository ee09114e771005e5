import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { findImage } from '../../integration/servers/image.ts'
import { logServer } from '../../integration/servers/log-server.ts'

const run = promisify(execFile)
const project = join(import.meta.dirname, '../../..')
const standInFolder = join(project, 'test/integration/composition')

/** A separate project name, so that an installation on this machine keeps its containers and volumes. */
const projectName = '1smart-ads-proof'

export interface Composition {
  /** Runs `docker compose`. @returns its output. @throws {Error} with its output. */
  (...args: readonly string[]): Promise<string>
  readonly usesStandIns: boolean
  readonly options: readonly string[]
}

/** Returns the development composition, on the official images if available, otherwise on the stand-ins. */
export async function prepareComposition(): Promise<Composition> {
  const { postgres, mongo } = { postgres: await findImage('postgres'), mongo: await findImage('mongo') }
  if (!postgres.image || !mongo.image) throw new Error(`${JSON.stringify({ postgres, mongo })}`)
  const usesStandIns = postgres.isStandIn || mongo.isStandIn
  logServer('The composition', usesStandIns ? 'the stand-ins' : 'the official images')
  const composeArgs = [
    'compose',
    '--project-name',
    projectName,
    '--profile',
    'development',
    '--file',
    'docker-compose.yml',
  ]
  if (usesStandIns) composeArgs.push('--file', join(standInFolder, 'stand-ins.yml'))
  composeArgs.push('--env-file', 'deploy/development.env')
  if (usesStandIns) composeArgs.push('--env-file', join(standInFolder, 'stand-ins.env'))
  return Object.assign((...more: readonly string[]) => docker(...composeArgs, ...more), {
    usesStandIns,
    options: composeArgs.slice(1),
  })
}

/** @throws {Error} with its output. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: project, maxBuffer: 64 * 1024 * 1024 }).catch(error => {
    throw new Error(
      `docker ${args.slice(-4).join(' ')}: ${String(error.stderr || error.message).slice(-2000)}`,
    )
  })
  return stdout
}

/** Builds the images without compose, which can't pass a certificate authority to a build behind a proxy. */
export async function buildImages({ usesStandIns }: Composition): Promise<void> {
  const authorities = process.env['NODE_EXTRA_CA_CERTS']
  const build = (...args: readonly string[]) =>
    docker(
      ...['build', '--quiet', '--network', 'host'],
      ...(authorities ? ['--secret', `id=authorities,src=${authorities}`] : []),
      ...args,
    )
  const node = usesStandIns ? ['--build-arg', 'NODE_IMAGE=stand-in/node'] : []
  const caddy = usesStandIns ? ['--build-arg', 'CADDY_IMAGE=stand-in/caddy'] : []
  const product = ['--file', 'deploy/Dockerfile', ...node]
  await build(...product, '--tag', '1smart-ads', '.')
  await build(...product, '--target', 'sandbox', '--tag', '1smart-ads-sandbox', '.')
  await build(...caddy, '--tag', '1smart-ads-proxy', 'deploy/proxy')
  if (usesStandIns) await build('--tag', 'stand-in/mail', join(standInFolder, 'mail'))
}

/** Builds and starts the composition, and waits until it is healthy. The test's end removes it with its volumes. */
export async function startComposition(t: Test, compose: Composition): Promise<void> {
  await run('deploy/make-secrets.sh', ['--development'], { cwd: project })
  await buildImages(compose)
  t.teardown(() => compose('down', '--volumes', '--timeout', '30'))
  await compose('up', '--detach', '--no-build', '--wait')
}
