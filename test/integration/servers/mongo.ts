import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { MongoDBContainer } from '@testcontainers/mongodb'
import type { Test } from 'tap'
import { GenericContainer, Wait } from 'testcontainers'
import { waitForExit } from '../../support/product/child-process.ts'
import { reservePort } from '../../support/servers/ports.ts'
import { installStandInPackages } from '../images/stand-ins.ts'
import { findImage, thisRunLabels } from './image.ts'
import { logServer } from './log-server.ts'

export interface TestMongo {
  /** Includes the name of a database for this test alone. */
  readonly url: string
  /** False for the stand-in, which proves nothing about MongoDB's own behaviour (docs/testing.md). */
  readonly isReal: boolean
  /** Null for a server that we must not stop. */
  readonly power: {
    /** Kills the server and loses its data, as with a power cut and a lost disk. */
    cut(): Promise<void>
    /** Starts an empty server at the same address. */
    restore(): Promise<void>
  } | null
}

/** Starts an empty server on this port. @returns a function that kills it. */
type Starter = (port: number) => Promise<() => Promise<unknown>>

/**
 * Uses the MongoDB of `MONGO_URL`, else a container of `MONGO_IMAGE`, else (without an engine) the stand-in as a
 * process. A server that this function starts is stopped when the test ends.
 */
export async function startMongo(t: Test): Promise<TestMongo> {
  const database = `test_${randomUUID().slice(0, 8)}`
  const configuredUrl = process.env['MONGO_URL']
  if (configuredUrl) {
    const url = new URL(configuredUrl)
    url.pathname = `/${database}`
    logServer('MongoDB', `the server at ${url.host}`)
    return { url: url.href, isReal: true, power: null }
  }
  const { start, isReal, options } = await chooseStarter()
  const port = await reservePort()
  let kill = await start(port)
  const cut = () => kill().then(() => undefined)
  t.teardown(cut)
  return {
    url: `mongodb://127.0.0.1:${port}/${database}?${options}`,
    isReal,
    power: {
      cut,
      restore: async () => {
        kill = await start(port)
      },
    },
  }
}

async function chooseStarter(): Promise<{ start: Starter; isReal: boolean; options: string }> {
  const found = await findImage('mongo')
  if (found.image !== null && !found.isStandIn) {
    logServer('MongoDB', `the image ${found.image}, a replica set of one`)
    return { start: replicaSet(found.image), isReal: true, options: 'directConnection=true' }
  }
  // The stand-in closes the driver's streaming heartbeat and isn't a replica set.
  const options = 'serverMonitoringMode=poll&directConnection=true'
  if (found.image !== null) {
    logServer('MongoDB', `the image ${found.image}, a stand-in that speaks MongoDB's protocol`)
    return { start: standInContainer(found.image), isReal: false, options }
  }
  logServer('MongoDB', `a stand-in process that speaks MongoDB's protocol, since ${found.reason}`)
  return { start: standInProcess, isReal: false, options }
}

const binding = (host: number) => ({ container: 27_017, host })
const immediately = { timeout: 0, removeVolumes: true }

const replicaSet =
  (image: string): Starter =>
  async port => {
    const container = new MongoDBContainer(image).withExposedPorts(binding(port)).withLabels(thisRunLabels())
    const started = await container.start()
    return () => started.stop(immediately)
  }

const standInContainer =
  (image: string): Starter =>
  async port => {
    const container = new GenericContainer(image)
      .withExposedPorts(binding(port))
      .withLabels(thisRunLabels())
      .withWaitStrategy(Wait.forLogMessage(/^listening on/))
    const started = await container.start()
    return () => started.stop(immediately)
  }

const standInProcess: Starter = async port => {
  const folder = await installStandInPackages()
  const child = spawn(process.execPath, ['server.ts', '127.0.0.1', String(port)], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(60_000) })
  return async () => {
    child.kill('SIGKILL')
    await waitForExit(child)
  }
}
