import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { findImage } from '../../integration/servers/image.ts'
import { logServer } from '../../integration/servers/log-server.ts'

const run = promisify(execFile)
const project = join(import.meta.dirname, '../../..')
const parts = join(project, 'test/integration/composition')

/** A separate name, so that an installation on this machine keeps its containers and volumes. */
const name = '1smart-ads-proof'

export interface Composition {
  /** Runs `docker compose`. @returns its output. @throws {Error} with its output. */
  (...args: readonly string[]): Promise<string>
  readonly isOnStandIns: boolean
  readonly options: readonly string[]
}

/** The development composition, on the official images if available, otherwise on the stand-ins. */
export async function composition(): Promise<Composition> {
  const { postgres, mongo } = { postgres: await findImage('postgres'), mongo: await findImage('mongo') }
  if (!postgres.image || !mongo.image) throw new Error(`${JSON.stringify({ postgres, mongo })}`)
  const isOnStandIns = postgres.isStandIn || mongo.isStandIn
  logServer('The composition', isOnStandIns ? 'the stand-ins' : 'the official images')
  const composeArgs = [
    'compose',
    '--project-name',
    name,
    '--profile',
    'development',
    '--file',
    'docker-compose.yml',
  ]
  if (isOnStandIns) composeArgs.push('--file', join(parts, 'stand-ins.yml'))
  composeArgs.push('--env-file', 'deploy/development.env')
  if (isOnStandIns) composeArgs.push('--env-file', join(parts, 'stand-ins.env'))
  return Object.assign((...more: readonly string[]) => docker(...composeArgs, ...more), {
    isOnStandIns,
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

/** Built without compose, which can't pass a certificate authority to a build behind a proxy. */
export async function buildImages({ isOnStandIns }: Composition): Promise<void> {
  const authorities = process.env['NODE_EXTRA_CA_CERTS']
  const build = (...args: readonly string[]) =>
    docker(
      ...['build', '--quiet', '--network', 'host'],
      ...(authorities ? ['--secret', `id=authorities,src=${authorities}`] : []),
      ...args,
    )
  const node = isOnStandIns ? ['--build-arg', 'NODE_IMAGE=stand-in/node'] : []
  const caddy = isOnStandIns ? ['--build-arg', 'CADDY_IMAGE=stand-in/caddy'] : []
  const product = ['--file', 'deploy/Dockerfile', ...node]
  await build(...product, '--tag', '1smart-ads', '.')
  await build(...product, '--target', 'sandbox', '--tag', '1smart-ads-sandbox', '.')
  await build(...caddy, '--tag', '1smart-ads-proxy', 'deploy/proxy')
  if (isOnStandIns) await build('--tag', 'stand-in/mail', join(parts, 'mail'))
}

/** Waits until it is healthy; removed with its volumes when the test ends. */
export async function startComposition(t: Test, compose: Composition): Promise<void> {
  await run('deploy/make-secrets.sh', ['--development'], { cwd: project })
  await buildImages(compose)
  t.teardown(() => compose('down', '--volumes', '--timeout', '30'))
  await compose('up', '--detach', '--no-build', '--wait')
}
