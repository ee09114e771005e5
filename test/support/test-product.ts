import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { hash } from '@node-rs/argon2'
import pg from 'pg'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts'
import { PersonRow, SubscriptionRow } from '../../src/adapters/postgres/schema.ts'
import { marksOfNow } from '../../src/adapters/telemetry/trail.ts'
import type { Role } from '../../src/domain/access/person.ts'
import type { Plan } from '../../src/domain/access/subscription.ts'
import type { PersonId } from '../../src/domain/identifiers.ts'
import { Secret } from '../../src/domain/secret.ts'
import { type Product, startProduct } from '../../src/product.ts'
import { newKey, readSettings } from '../../src/settings.ts'
import { cloneDatabase } from './cluster.ts'
import { HttpBrowser } from './http-browser.ts'
import { reservePort } from './ports.ts'
import { demoPassword } from './sellers-journey.ts'
import { TestClock } from './test-clock.ts'
import { scanForTokens } from './token-scan.ts'

export interface TestPerson {
  readonly id: PersonId
  readonly email: string
}

export interface TestProduct {
  readonly address: string
  readonly sandbox: Sandbox
  readonly product: Product
  readonly clock: TestClock
  readonly databaseUrl: string
  /** Every log line so far. */
  logged(): string
  newPerson(role?: Role, subscription?: { plan: Plan; endsAt?: Date | null } | null): Promise<TestPerson>
  /** A new browser in which nobody is signed in. */
  browser(): HttpBrowser
  /** Rows of a query, for what no page shows. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** What a process of its own needs to be part of this product: database, Amazon, keys. */
  readonly environment: Readonly<Record<string, string>>
  /** Another process's worth of product on the same database: no worker, its own web server. */
  anotherWeb(): Promise<string>
}

/** A check costs what the hash says: with the product's own cost, hundreds of sign-ins would take minutes. */
const passwordHash = await hash(demoPassword, { memoryCost: 8, timeCost: 1 })

/** Whose end is the end of what was opened: a test, or a command that runs none. */
export type Owner = Pick<Test, 'teardown'>

/** Where the proof of all loads on MongoDB says; else beside the rows. */
const jobsUrl = (): Record<string, string> => {
  const url = process.env['TEST_JOBS_URL']
  return url ? { JOBS_URL: url } : {}
}

/**
 * The whole product in this process: a real database, a real web server, a worker, and a sandbox of its own.
 * Everything is closed when the test ends.
 */
export async function startTestProduct(
  t: Owner,
  {
    sandbox: sandboxOptions = {},
    env = {},
    worker = false,
    databaseUrl,
  }: {
    sandbox?: SandboxOptions
    env?: Record<string, string>
    /** Whether the product loads what is asked for; most tests only look at pages. */
    worker?: boolean
    /** A migrated database that the test has brought, and takes away; without one, a clone of the template. */
    databaseUrl?: string
  } = {},
): Promise<TestProduct> {
  const database = databaseUrl ? { url: databaseUrl, drop: async () => undefined } : await cloneDatabase()
  // A usual account is 14,000 rows in a month, which most tests have no need of.
  const sandbox = await startSandbox({
    usual: 'small',
    generationSeconds: { min: 0, max: 0.2 },
    ...sandboxOptions,
  })
  const clock = new TestClock()
  const keys = { sessionKeys: [newKey()], tokenKeys: [newKey()] }
  const environment = {
    DATABASE_URL: database.url,
    SESSION_KEYS: keys.sessionKeys.map(key => key.reveal()).join(','),
    TOKEN_KEYS: keys.tokenKeys.map(key => key.reveal()).join(','),
    STATUS_POLL_SECONDS: '1',
    REPORT_POLL_SECONDS: '0.1-0.5',
    ...jobsUrl(),
    ...sandbox.settings,
    ...env,
  }
  const lines: string[] = []
  const log = pino(
    { level: 'debug', mixin: marksOfNow },
    new Writable({
      write(line, _encoding, done) {
        lines.push(String(line))
        done()
      },
    }),
  )
  const products: Product[] = []
  /** Sees what is in the database, whether or not the product still runs. */
  const onlooker = new pg.Pool({ connectionString: database.url, max: 2 })
  // Dropping the database ends whoever is still on the way out.
  onlooker.on('error', () => undefined)
  onlooker.on('connect', client => client.on('error', () => undefined))

  const start = async (process: 'all' | 'web'): Promise<{ product: Product; address: string }> => {
    const port = await reservePort()
    const settings = readSettings({
      ...environment,
      PORT: String(port),
      PROCESS: process,
    })
    if (settings.amazon.kind !== 'named') throw new Error('the sandbox is not named')
    const product = await startProduct({
      settings,
      databaseUrl: new Secret(database.url),
      amazon: settings.amazon,
      ...keys,
      log,
      clock,
    })
    products.push(product)
    await product.app?.listen({ host: '127.0.0.1', port })
    return { product, address: `http://localhost:${port}` }
  }

  t.teardown(async () => {
    // At the end of every test, over everything that it has left behind (S-12).
    const scan = await scanForTokens({ query, logged }).catch(error => error as Error)
    for (const product of products) await product.stop()
    await sandbox.close()
    await onlooker.end()
    await database.drop()
    if (scan) throw scan
  })
  const { product, address } = await start(worker ? 'all' : 'web')
  const logged = () => lines.join('')
  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await onlooker.query(sql, [...parameters])
    return rows
  }

  return {
    address,
    sandbox,
    product,
    clock,
    databaseUrl: database.url,
    environment,
    logged,
    browser: () => new HttpBrowser(address),
    async newPerson(role = 'seller', subscription = { plan: 'monthly' }) {
      const id = randomUUID() as PersonId
      const email = `${role}-${id.slice(0, 8)}@example.test`
      const { em } = product.database
      await em.insert(PersonRow, { id, email, name: `A ${role}`, role, passwordHash, createdAt: clock.now() })
      if (subscription) {
        const { plan, endsAt = null } = subscription
        await em.insert(SubscriptionRow, { personId: id, plan, endsAt })
      }
      return { id, email }
    },
    query,
    anotherWeb: async () => (await start('web')).address,
  }
}
