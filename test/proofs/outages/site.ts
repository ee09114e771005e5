import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { SandboxOptions } from '../../../sandbox/sandbox.ts'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { signIn } from '../../support/browser/sellers-journey.ts'
import { waitForExit } from '../../support/product/child-process.ts'
import { connectDirectly, profilesOf } from '../../support/product/connected.ts'
import { startCommand } from '../../support/product/start-command.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { assertNoSecret } from '../../support/runner/output-scan.ts'
import { reservePort } from '../../support/servers/ports.ts'
import { findMismatches } from './mismatches.ts'
import { TcpProxy } from './tcp-proxy.ts'

export interface Process {
  readonly kind: 'web' | 'worker'
  readonly port: number
  readonly operationsPort: number
  child: ChildProcess
  output: string
}

/** A sandbox user and one of their profiles, and the user who connects it (by default a new seller). */
export type AccountOwner = Pick<Parameters<typeof connectDirectly>[1], 'user' | 'profile' | 'existingUserId'>

export interface StartOptions {
  /** Command prefix that starts the process. */
  readonly commandPrefix?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * The product as in production: web and worker processes that reach the database and Amazon through TCP proxies, which
 * a test can break. `product` runs in the test's own process and bypasses the proxies.
 */
export interface Site {
  readonly product: TestProduct
  readonly database: TcpProxy
  readonly amazon: TcpProxy
  readonly processes: readonly Process[]
  start(process: Process): Promise<void>
  /** @returns the exit code after SIGTERM. */
  stop(process: Process): Promise<number | null>
  /** Connects an account, by default of a new seller, which starts its sync. @returns the connection id. */
  connect(owner?: AccountOwner): Promise<string>
  /** Requests a page from each web process as a signed-in seller; null if there is no response. */
  requestPages(path?: string): Promise<(Response | null)[]>
  /** @returns seconds until every web process serves a seller's page. */
  untilPagesServed(): Promise<number>
  /** @returns seconds until a new report is requested from Amazon. */
  untilReportRequested(): Promise<number>
  untilFinished(seconds?: number): Promise<void>
  findMismatches(): Promise<string[]>
}

const project = join(import.meta.dirname, '../../..')

export async function startSite(
  t: Test,
  {
    webs = 1,
    workers = 2,
    sandbox = {},
    databaseUrl,
    env = {},
    hosts = { database: '127.0.0.1', amazon: '127.0.0.1' },
    startOptions = () => ({}),
  }: {
    webs?: number
    workers?: number
    sandbox?: SandboxOptions
    databaseUrl?: string
    env?: Record<string, string>
    /** Host names that the processes use for the two proxies. */
    hosts?: { readonly database: string; readonly amazon: string }
    /** @param index among all processes, web processes first. */
    startOptions?: (index: number) => StartOptions
  } = {},
): Promise<Site> {
  const product = await startTestProduct(t, { sandbox, ...(databaseUrl && { databaseUrl }) })
  const databaseAddress = new URL(product.environment['DATABASE_URL'] ?? '')
  const database = await TcpProxy.to(Number(databaseAddress.port))
  const amazon = await TcpProxy.to(Number(new URL(product.sandbox.url).port))
  t.teardown(async () => {
    await database.close()
    await amazon.close()
  })
  databaseAddress.port = String(database.port)
  databaseAddress.hostname = hosts.database
  const environmentEntries = Object.entries(product.environment).map(([name, value]) => [
    name,
    name.startsWith('AMAZON_')
      ? value.replace(new URL(product.sandbox.url).host, `${hosts.amazon}:${amazon.port}`)
      : value,
  ])
  const environment = {
    ...Object.fromEntries(environmentEntries),
    DATABASE_URL: databaseAddress.href,
    LOG_LEVEL: 'warn',
    ...env,
  }

  const processes: Process[] = []
  const start = async (process: Process): Promise<void> => {
    const { commandPrefix = [], env: processEnv = {} } = startOptions(processes.indexOf(process))
    const [program = '', ...args] = [...commandPrefix, globalThis.process.execPath, ...startCommand]
    process.child = spawn(program, args, {
      cwd: project,
      env: {
        ...globalThis.process.env,
        ...environment,
        ...processEnv,
        PROCESS: process.kind,
        PORT: String(process.port),
        OPERATIONS_PORT: String(process.operationsPort),
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [process.child.stdout, process.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        process.output += text
      })
    if (process.kind === 'web') await waitUntilAnswering(process)
  }
  const waitUntilWorkersStarted = async (count: number): Promise<void> => {
    for (let waited = 0; ; waited += 100) {
      const [row] = await product.query<{ seen: number }>(
        'select count(*)::int as seen from worker_heartbeat',
      )
      if ((row?.seen ?? 0) >= count) return
      if (waited > 60_000)
        throw new Error(`not every worker starts: ${processes.map(({ output }) => output)}`)
      await sleep(100)
    }
  }
  for (const kind of [...Array(webs).fill('web'), ...Array(workers).fill('worker')] as Process['kind'][]) {
    const [port, operationsPort] = [await reservePort(), await reservePort()]
    const process = { kind, port, operationsPort, child: null as unknown as ChildProcess, output: '' }
    processes.push(process)
    await start(process)
  }
  await waitUntilWorkersStarted(workers)
  t.teardown(async () => {
    for (const { child, output } of processes) {
      child.kill('SIGKILL')
      await waitForExit(child)
      assertNoSecret(output, 'the output of a site process')
    }
  })

  const connectionIds: string[] = []
  const { email } = await product.newUser()
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('there is no profile')
  const browsers = new Map<Process, HttpBrowser>()
  for (const process of processes.filter(({ kind }) => kind === 'web')) {
    const browser = new HttpBrowser(`http://localhost:${process.port}`)
    await signIn(browser, email)
    browsers.set(process, browser)
  }
  const connect = async (owner: AccountOwner = { user: 'us-seller', profile }): Promise<string> => {
    const { connectionId } = await connectDirectly(product, owner)
    connectionIds.push(connectionId)
    return connectionId
  }
  const connectWhenPossible = async (): Promise<string> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const connectionId = await connect().catch(() => null)
      if (connectionId) return connectionId
      await sleep(100)
    }
    throw new Error('no account can be connected')
  }
  const requestPages = (path = '/dashboard/ads/'): Promise<(Response | null)[]> =>
    Promise.all([...browsers.values()].map(browser => browser.request(path).catch(() => null)))
  const countOpenReports = async (): Promise<number> => {
    const [row] = await product
      .query<{ open: number }>(
        'select count(*)::int as open from report where due_at is not null and connection_id = any($1)',
        [connectionIds],
      )
      .catch(() => [])
    return row?.open ?? Number.POSITIVE_INFINITY
  }

  return {
    product,
    database,
    amazon,
    processes,
    start,
    stop(process) {
      process.child.kill('SIGTERM')
      return waitForExit(process.child, { readOutput: () => process.output })
    },
    connect,
    requestPages,
    async untilPagesServed() {
      const began = Date.now()
      for (;;) {
        const answers = await requestPages()
        if (answers.every(answer => answer?.status === 200)) return (Date.now() - began) / 1000
        if (Date.now() - began > 240_000)
          throw new Error(`pages return ${answers.map(answer => answer?.status ?? 'nothing')}`)
        await sleep(100)
      }
    },
    async untilReportRequested() {
      const began = Date.now()
      const connectionId = await connectWhenPossible()
      for (;;) {
        const [row] = await product.query<{ requested: number }>(
          'select count(*)::int as requested from report where connection_id = $1 and amazon_report_id is not null',
          [connectionId],
        )
        if (row && row.requested > 0) return (Date.now() - began) / 1000
        if (Date.now() - began > 240_000) throw new Error('no report is requested')
        await sleep(100)
      }
    },
    async untilFinished(seconds = 180) {
      const end = Date.now() + seconds * 1000
      while ((await countOpenReports()) > 0) {
        if (Date.now() > end) {
          const outputs = processes.map(
            ({ kind, child, output }) => `${kind}, ${child.exitCode}: ${output.slice(-1500)}`,
          )
          throw new Error(
            `${await countOpenReports()} reports are open after ${seconds} s\n${outputs.join('\n')}`,
          )
        }
        await sleep(200)
      }
    },
    findMismatches: () => findMismatches(product, connectionIds),
  }
}

async function waitUntilAnswering({ port, child, output }: Process): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null)
    if (answer?.ok) return
    if (waited > 60_000 || child.exitCode !== null)
      throw new Error(`a web process does not answer: ${output}`)
    await sleep(100)
  }
}
