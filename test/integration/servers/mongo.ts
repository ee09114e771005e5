import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { MongoDBContainer } from '@testcontainers/mongodb'
import type { Test } from 'tap'
import { GenericContainer, Wait } from 'testcontainers'
import { endOf } from '../../support/child-process.ts'
import { reservePort } from '../../support/ports.ts'
import { withPackages } from '../images/stand-ins.ts'
import { findImage, ofThisRun } from './image.ts'
import { logServer } from './log-server.ts'

export interface TestMongo {
  /** Names a separate database. */
  readonly url: string
  /** False for the stand-in, which proves nothing about MongoDB's own behaviour (docs/testing.md). */
  readonly isReal: boolean
  /** Null for a server that we must not stop. */
  readonly power: {
    /** Kills the server and loses its data, as with a power cut and a lost disk. */
    cut(): Promise<void>
    /** Starts it at the same address, empty. */
    restore(): Promise<void>
  } | null
}

/** Starts an empty server on this port. @returns a function that kills it. */
type Starter = (port: number) => Promise<() => Promise<unknown>>

/**
 * Uses the MongoDB of `MONGO_URL`, else a container of `MONGO_IMAGE`, else (without an engine) the stand-in as a
 * process. Stopped with the test.
 */
export async function startMongo(t: Test): Promise<TestMongo> {
  const database = `test_${randomUUID().slice(0, 8)}`
  const named = process.env['MONGO_URL']
  if (named) {
    const url = new URL(named)
    url.pathname = `/${database}`
    logServer('MongoDB', `the one at ${url.host}`)
    return { url: url.href, isReal: true, power: null }
  }
  const { start, isReal, options } = await starter()
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

async function starter(): Promise<{ start: Starter; isReal: boolean; options: string }> {
  const found = await findImage('mongo')
  if (found.image !== null && !found.isStandIn) {
    logServer('MongoDB', `the image ${found.image}, a replica set of one`)
    return { start: replicaSet(found.image), isReal: true, options: 'directConnection=true' }
  }
  // The stand-in closes the driver's streaming heartbeat and is no replica set.
  const options = 'serverMonitoringMode=poll&directConnection=true'
  if (found.image !== null) {
    logServer('MongoDB', `the image ${found.image}, which speaks its protocol and is no MongoDB`)
    return { start: standInContainer(found.image), isReal: false, options }
  }
  logServer('MongoDB', `a process that speaks its protocol and is no MongoDB, since ${found.why}`)
  return { start: standInProcess, isReal: false, options }
}

const binding = (host: number) => ({ container: 27_017, host })
const atOnce = { timeout: 0, removeVolumes: true }

const replicaSet =
  (image: string): Starter =>
  async port => {
    const container = new MongoDBContainer(image).withExposedPorts(binding(port)).withLabels(ofThisRun())
    const started = await container.start()
    return () => started.stop(atOnce)
  }

const standInContainer =
  (image: string): Starter =>
  async port => {
    const container = new GenericContainer(image)
      .withExposedPorts(binding(port))
      .withLabels(ofThisRun())
      .withWaitStrategy(Wait.forLogMessage(/^listening on/))
    const started = await container.start()
    return () => started.stop(atOnce)
  }

const standInProcess: Starter = async port => {
  const folder = await withPackages()
  const child = spawn(process.execPath, ['server.ts', '127.0.0.1', String(port)], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(60_000) })
  return async () => {
    child.kill('SIGKILL')
    await endOf(child)
  }
}
