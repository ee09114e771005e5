import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { tellServer } from './tell-server.ts'

export interface TestMongo {
  /** With a database of its own. */
  readonly url: string
  /** Gone, as with a power cut; null for a server that is not ours to end. */
  readonly kill: (() => Promise<void>) | null
}

const standIn = join(import.meta.dirname, 'mongo-stand-in')

/** The MongoDB that `MONGO_URL` names; without one, the stand-in, which is ended with the test. */
export async function startMongo(t: Test): Promise<TestMongo> {
  const named = process.env['MONGO_URL']
  const database = `test_${randomUUID().slice(0, 8)}`
  if (named) {
    const url = new URL(named)
    url.pathname = `/${database}`
    tellServer('MongoDB', `the one at ${url.host}`)
    return { url: url.href, kill: null }
  }

  await install()
  const child = spawn(process.execPath, [join(standIn, 'server.ts')], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.teardown(kill)
  const [port] = await once(createInterface(child.stdout), 'line')
  // It breaks off the driver's streaming heartbeat, and is no replica set.
  const options = 'serverMonitoringMode=poll&directConnection=true'
  const url = `mongodb://127.0.0.1:${port}/${database}?${options}`
  tellServer('MongoDB', 'a stand-in that speaks its protocol, since MONGO_URL names none')
  return { url, kill }
}

async function install(): Promise<void> {
  if (existsSync(join(standIn, 'node_modules/.package-lock.json'))) return
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const [code] = await once(
    spawn('npm', words, { cwd: standIn, stdio: ['ignore', 'ignore', 'inherit'] }),
    'exit',
  )
  if (code !== 0) throw new Error(`npm ci in ${standIn} ended with ${code}`)
}
