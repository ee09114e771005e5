import { setTimeout as sleep } from 'node:timers/promises'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { Secret } from '../../../domain/secret.ts'
import { guardPool } from '../engine/pool.ts'
import { entityDefinitions } from '../engine/schema.ts'
import { sql } from '../engine/sql.ts'
import { migrations, type NamedMigration } from './list.ts'
import { grantRuntimeRole } from './runtime-role.ts'

const migrationLock = 7_031_764
/** Milliseconds between tries for the lock, and before the wait is logged. */
const lockRetryDelay = 100
const lockWaitLogDelay = 5000

/** Earlier migrations stay applied. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'

  constructor(migration: string, failure: string, cause: unknown) {
    super(`${migration} ${failure}. It was rolled back. To try again, run "npm run migrate".`, { cause })
  }
}

export interface MigrateOptions {
  readonly availableMigrations?: readonly NamedMigration[]
  /** Address of the running product, whose role gets its privileges. */
  readonly runtimeUrl?: Secret
  /** Milliseconds. While a migration waits for a table, later queries on the table wait too (PostgreSQL, 13.3). */
  readonly lockTimeout?: number
  /** For a blocked migration, before giving up. */
  readonly maxTries?: number
  /** Milliseconds between tries. */
  readonly maxPause?: number
  readonly log?: (message: string) => void
}

/**
 * Applies each pending migration in its own transaction. Safe to run twice and concurrently (S-53).
 * @returns the names of the applied migrations.
 * @throws {MigrationFailed}
 */
export async function migrate(
  url: Secret,
  {
    availableMigrations = migrations,
    runtimeUrl,
    lockTimeout = 5000,
    maxTries = 20,
    maxPause = 10_000,
    log = () => undefined,
  }: MigrateOptions = {},
): Promise<string[]> {
  const lockClient = await connect(url)
  const orm = await openMigrator(url, availableMigrations, lockTimeout)
  const applied: string[] = []
  let current = ''
  orm.migrator.on('migrating', ({ name }) => {
    current = name
  })
  orm.migrator.on('migrated', ({ name }) => {
    applied.push(name)
  })
  try {
    await acquireMigrationLock(lockClient, log)
    for (let tryCount = 1; ; tryCount += 1) {
      const before = applied.length
      try {
        await orm.migrator.up()
        break
      } catch (error) {
        if (!current) throw error
        // This connection was lost, and another process applied the migration.
        if (!(await isPending(url, current, availableMigrations))) continue
        if (!isLockTimeout(error)) throw new MigrationFailed(current, `failed: ${messageOf(error)}`, error)
        if (applied.length > before) tryCount = 1
        if (tryCount >= maxTries)
          throw new MigrationFailed(current, `was blocked by a long transaction ${tryCount} times`, error)
        log(`${current} is blocked by another transaction. Retrying.`)
        // Random, so as not to collide with the same periodic query each time.
        await sleep(maxPause * (0.5 + Math.random() / 2))
      }
    }
    if (runtimeUrl) await grantRuntimeRole(lockClient, runtimeUrl)
    return applied
  } finally {
    await Promise.all([lockClient.end(), orm.close(true)])
  }
}

/** Polls: `create index concurrently` would deadlock with a process that blocks here (decision 22). */
async function acquireMigrationLock(client: pg.Client, log: (message: string) => void): Promise<void> {
  const began = performance.now()
  let isLogged = false
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      sql`select pg_try_advisory_lock(${migrationLock}) as taken`,
    )
    if (rows[0]?.taken) return
    if (!isLogged && performance.now() - began > lockWaitLogDelay) {
      isLogged = true
      log('Another process is migrating this database. Waiting.')
    }
    await sleep(lockRetryDelay)
  }
}

async function isPending(
  url: Secret,
  name: string,
  availableMigrations: readonly NamedMigration[],
): Promise<boolean> {
  return (await readMigrationStatus(url, { availableMigrations })).pending.includes(name)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** PostgreSQL's lock_not_available. */
const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === '55P03'

export interface MigrationStatus {
  readonly pending: readonly string[]
  /** Applied by a later version. */
  readonly unknown: readonly string[]
}

/** Writes nothing. */
export async function readMigrationStatus(
  url: Secret,
  { availableMigrations = migrations }: Pick<MigrateOptions, 'availableMigrations'> = {},
): Promise<MigrationStatus> {
  const client = await connect(url)
  try {
    const { rows: tables } = await client.query<{ made: boolean }>(
      `select to_regclass('migration') is not null as made`,
    )
    const { rows } = tables[0]?.made
      ? await client.query<{ name: string }>('select name from migration order by id')
      : { rows: [] }
    const [applied, availableNames] = [
      rows.map(({ name }) => name),
      availableMigrations.map(({ name }) => name),
    ]
    return {
      pending: availableNames.filter(name => !applied.includes(name)),
      unknown: applied.filter(name => !availableNames.includes(name)),
    }
  } finally {
    await client.end()
  }
}

export async function countPendingMigrations(url: Secret): Promise<number> {
  return (await readMigrationStatus(url)).pending.length
}

/** The database must be up to date. */
export async function isEmptyDatabase(url: Secret): Promise<boolean> {
  const client = await connect(url)
  try {
    const { rows } = await client.query<{ used: boolean }>('select exists (select from app_user) as used')
    return rows[0]?.used === false
  } finally {
    await client.end()
  }
}

const reservedCount = 1_000_000

/** Leaves lower sequence numbers to the demo's rows, which are older but copied later. */
export async function reserveSequenceNumbers(url: Secret): Promise<void> {
  const client = await connect(url)
  try {
    await client.query(
      sql`select setval(format('%I.%I', schemaname, sequencename)::regclass, ${reservedCount})
        from pg_sequences where schemaname = 'public'`,
    )
  } finally {
    await client.end()
  }
}

/** MikroORM's migrator would create a missing database and so hide a mistyped name. */
export async function connect(url: Secret): Promise<pg.Client> {
  // Firewalls may drop this connection, which is idle during a long migration.
  const client = new pg.Client({ connectionString: url.reveal(), keepAlive: true })
  // The waiting query reports a lost connection.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

function openMigrator(url: Secret, availableMigrations: readonly NamedMigration[], lockTimeout: number) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: entityDefinitions,
    extensions: [Migrator],
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: 2 },
    driverOptions: {
      // Frees a killed process's locks within a second (PostgreSQL, 19.3).
      options: `-c client_connection_check_interval=1000 -c lock_timeout=${lockTimeout}`,
      onPoolCreated: (pool: pg.Pool) => guardPool(pool, { timeout: lockTimeout, onError: () => undefined }),
    },
    migrations: {
      tableName: 'migration',
      snapshot: false,
      // One transaction would hold all locks to its end (decision 22).
      allOrNothing: false,
      migrationsList: availableMigrations.map(({ name, class: migration }) => ({ name, class: migration })),
    },
  })
}
