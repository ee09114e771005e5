import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { hash } from '@node-rs/argon2'
import pg from 'pg'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts'
import { runtimeUrlOf } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { SubscriptionRow, UserRow } from '../../../src/adapters/postgres/access/access-rows.ts'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { currentLogContext } from '../../../src/adapters/telemetry/correlation-context.ts'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { type Product, startProduct } from '../../../src/composition/product.ts'
import type { Plan } from '../../../src/domain/access/subscription.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey, readSettings } from '../../../src/settings/settings.ts'
import { HttpBrowser } from '../browser/http-browser.ts'
import { scanForTokens } from '../runner/token-scan.ts'
import { cloneDatabase, type TestDatabase } from '../servers/cluster.ts'
import { reservePort } from '../servers/ports.ts'
import { TestClock } from '../test-clock.ts'

export interface TestUser {
  readonly id: UserId
  readonly email: string
}

export interface TestProduct {
  readonly address: string
  readonly sandbox: Sandbox
  readonly product: Product
  readonly clock: TestClock
  /** As the owner, like `query`. The product runs with its own role. */
  readonly databaseUrl: string
  logged(): string
  newUser(role?: Role, subscription?: { plan: Plan; endsAt?: Date | null } | null): Promise<TestUser>
  browser(): HttpBrowser
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** What a separate process needs to join this product: database, Amazon, keys. */
  readonly environment: Readonly<Record<string, string>>
  /** Starts another web server on the same database, without a worker. @returns its address. */
  startAnotherWeb(): Promise<string>
}

/** Cheap to check: at the product's cost, hundreds of sign-ins would take minutes. */
const passwordHash = await hash(demoPassword, { memoryCost: 8, timeCost: 1 })

/** Owner of opened resources: a test or a command. */
export type Owner = Pick<Test, 'teardown'>

/** Set by the proof that runs loads on MongoDB; by default the jobs are in PostgreSQL. */
const jobsUrl = (): Record<string, string> => {
  const url = process.env['TEST_JOBS_URL']
  return url ? { JOBS_URL: url } : {}
}

async function migrateOwn(url: string): Promise<TestDatabase> {
  const runtimeUrl = runtimeUrlOf(url)
  await migrate(new Secret(url), { runtimeUrl: new Secret(runtimeUrl) })
  return { url, runtimeUrl, drop: async () => undefined }
}

/** Starts the product and a sandbox, which are closed when the test ends. */
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
    /** Most tests only request pages. */
    worker?: boolean
    /** As its owner, the test's own database, which it also removes; by default a clone of the template. */
    databaseUrl?: string
  } = {},
): Promise<TestProduct> {
  const database = databaseUrl ? await migrateOwn(databaseUrl) : await cloneDatabase()
  // A default account has 14,000 rows a month, which most tests don't need.
  const sandbox = await startSandbox({
    usual: 'small',
    generationSeconds: { min: 0, max: 0.2 },
    ...sandboxOptions,
  })
  const clock = new TestClock()
  const keys = { sessionKeys: [generateKey()], tokenKeys: [generateKey()] }
  const environment = {
    DATABASE_URL: database.runtimeUrl,
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
    { level: 'debug', mixin: currentLogContext },
    new Writable({
      write(line, _encoding, done) {
        lines.push(String(line))
        done()
      },
    }),
  )
  const products: Product[] = []
  /** Reads the database even after the product stopped. */
  const observer = new pg.Pool({ connectionString: database.url, max: 2 })
  // Dropping the database terminates remaining connections.
  observer.on('error', () => undefined)
  observer.on('connect', client => client.on('error', () => undefined))

  const start = async (process: 'all' | 'web'): Promise<{ product: Product; address: string }> => {
    const port = await reservePort()
    const settings = readSettings({
      ...environment,
      PORT: String(port),
      PROCESS: process,
    })
    if (settings.amazon.kind !== 'named') throw new Error('the sandbox is not configured as Amazon')
    const product = await startProduct({
      settings,
      databaseUrl: new Secret(database.runtimeUrl),
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
    // Scans everything that the test left (S-12).
    const scan = await scanForTokens({ query, logged }).catch(error => error as Error)
    for (const product of products) await product.stop()
    await sandbox.close()
    await observer.end()
    await database.drop()
    if (scan) throw scan
  })
  const { product, address } = await start(worker ? 'all' : 'web')
  const logged = () => lines.join('')
  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await observer.query(sql, [...parameters])
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
    async newUser(role = 'seller', subscription = { plan: 'monthly' }) {
      const id = randomUUID() as UserId
      const email = `${role}-${id.slice(0, 8)}@example.test`
      const { em } = product.database
      await em.insert(UserRow, { id, email, name: `A ${role}`, role, passwordHash, createdAt: clock.now() })
      if (subscription) {
        const { plan, endsAt = null } = subscription
        await em.insert(SubscriptionRow, { userId: id, plan, endsAt })
      }
      return { id, email }
    },
    query,
    startAnotherWeb: async () => (await start('web')).address,
  }
}
