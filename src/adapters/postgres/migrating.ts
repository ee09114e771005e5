import { setTimeout as sleep } from 'node:timers/promises'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { Secret } from '../../domain/secret.ts'
import { migrations, type NamedMigration } from './migrations/list.ts'
import { tend } from './pool.ts'
import { tables } from './schema.ts'

/** Two processes that migrate at once take turns at this number. */
const migrationLock = 7_031_764
/** Milliseconds until a turn that another has is asked for again, and until whoever waits for it is told so. */
const turnPause = 100
const turnPatience = 5000

/** A migration was not applied, and nothing of it is left. What was applied before stays applied. */
export class MigrationStopped extends Error {
  override readonly name = 'MigrationStopped'

  constructor(migration: string, why: string, cause: unknown) {
    super(`${migration} ${why}. Nothing of it is left, and "npm run migrate" takes it up again.`, { cause })
  }
}

export interface Migrating {
  /** What the program knows, for a test that asks for less or for more. */
  readonly known?: readonly NamedMigration[]
  /**
   * Milliseconds. Whoever waits for a table makes everybody who comes later wait behind it (PostgreSQL, 13.3): a
   * migration lets go after so long, so that no page is kept waiting for longer.
   */
  readonly lockTimeout?: number
  /** How often a migration that was kept waiting is tried, and milliseconds between two tries, at most. */
  readonly tries?: number
  readonly pause?: number
  readonly tell?: (sentence: string) => void
}

/**
 * Safe to run twice and by two processes at once (S-53). Each migration is applied in a transaction of its own, or not
 * at all. Returns the names of what was applied.
 * @throws {MigrationStopped}
 */
export async function migrate(
  url: Secret,
  {
    known = migrations,
    lockTimeout = 5000,
    tries = 20,
    pause = 10_000,
    tell = () => undefined,
  }: Migrating = {},
): Promise<string[]> {
  const turn = await connected(url)
  const orm = await openMigrator(url, known, lockTimeout)
  const applied: string[] = []
  let current = ''
  orm.migrator.on('migrating', ({ name }) => {
    current = name
  })
  orm.migrator.on('migrated', ({ name }) => {
    applied.push(name)
  })
  try {
    await takeTurn(turn, tell)
    for (let tried = 1; ; tried += 1) {
      const before = applied.length
      try {
        await orm.migrator.up()
        return applied
      } catch (error) {
        if (!current) throw error
        // The line that had the turn was lost, and another process, which took it, was quicker.
        if (!(await isPending(url, current, known))) continue
        if (!isKeptWaiting(error)) throw new MigrationStopped(current, `failed: ${messageOf(error)}`, error)
        if (applied.length > before) tried = 1
        if (tried >= tries)
          throw new MigrationStopped(current, `was kept waiting by a long transaction ${tried} times`, error)
        tell(`${current} is kept waiting by somebody's transaction, and is tried again.`)
        // By chance, so that it does not always meet whoever comes by the clock.
        await sleep(pause * (0.5 + Math.random() / 2))
      }
    }
  } finally {
    await Promise.all([turn.end(), orm.close(true)])
  }
}

/**
 * Asked for again and again, since whoever waits within a statement is one whom `create index concurrently` waits for:
 * the one whose turn it is would wait for the next, and the next for it.
 */
async function takeTurn(client: pg.Client, tell: (sentence: string) => void): Promise<void> {
  const began = performance.now()
  let isTold = false
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      migrationLock,
    ])
    if (rows[0]?.taken) return
    if (!isTold && performance.now() - began > turnPatience) {
      isTold = true
      tell('Another process migrates this database: it is waited for.')
    }
    await sleep(turnPause)
  }
}

async function isPending(url: Secret, name: string, known: readonly NamedMigration[]): Promise<boolean> {
  return (await migrationStanding(url, { known })).pending.includes(name)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** PostgreSQL's lock_not_available. */
const isKeptWaiting = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === '55P03'

export interface MigrationStanding {
  /** What this program knows and the database has not had. */
  readonly pending: readonly string[]
  /** What the database has had and this program does not know: a later version was here. */
  readonly unknown: readonly string[]
}

/** How database and program stand to each other; nothing is written. */
export async function migrationStanding(
  url: Secret,
  { known = migrations }: Pick<Migrating, 'known'> = {},
): Promise<MigrationStanding> {
  const client = await connected(url)
  try {
    const { rows: tables } = await client.query<{ made: boolean }>(
      `select to_regclass('migration') is not null as made`,
    )
    const { rows } = tables[0]?.made
      ? await client.query<{ name: string }>('select name from migration order by id')
      : { rows: [] }
    const [had, names] = [rows.map(({ name }) => name), known.map(({ name }) => name)]
    return {
      pending: names.filter(name => !had.includes(name)),
      unknown: had.filter(name => !names.includes(name)),
    }
  } finally {
    await client.end()
  }
}

/** How many migrations this program knows and the database does not. */
export async function pendingMigrations(url: Secret): Promise<number> {
  return (await migrationStanding(url)).pending.length
}

/** Whether nobody has ever used it. The database is up to date. */
export async function isUnused(url: Secret): Promise<boolean> {
  const client = await connected(url)
  try {
    const { rows } = await client.query<{ used: boolean }>('select exists (select from person) as used')
    return rows[0]?.used === false
  } finally {
    await client.end()
  }
}

/** The numbers that the demo's rows have, in the tables that number theirs: below the product's. */
const reserved = 1_000_000

/** Leaves the lower numbers of every table for rows that are copied in later and are older. */
export async function reserveNumbers(url: Secret): Promise<void> {
  const client = await connected(url)
  try {
    await client.query(
      `select setval(format('%I.%I', schemaname, sequencename)::regclass, $1)
       from pg_sequences where schemaname = 'public'`,
      [reserved],
    )
  } finally {
    await client.end()
  }
}

/** The migrator makes a database that it does not find: a mistyped name is told here instead. */
async function connected(url: Secret): Promise<pg.Client> {
  // Whoever has the turn says nothing on its line while a long migration runs, which some firewalls take for gone.
  const client = new pg.Client({ connectionString: url.reveal(), keepAlive: true })
  // Whoever waits for an answer hears of a cut; an error that nobody hears ends the process.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

function openMigrator(url: Secret, known: readonly NamedMigration[], lockTimeout: number) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: tables,
    extensions: [Migrator],
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: 2 },
    driverOptions: {
      // A process that dies in the middle of a long statement holds its locks no longer than a second (PostgreSQL, 19.3).
      options: `-c client_connection_check_interval=1000 -c lock_timeout=${lockTimeout}`,
      onPoolCreated: (pool: pg.Pool) => tend(pool, { patience: lockTimeout, onError: () => undefined }),
    },
    migrations: {
      tableName: 'migration',
      snapshot: false,
      // One transaction around all of them would hold the locks of the first until the last is done.
      allOrNothing: false,
      migrationsList: known.map(({ name, class: migration }) => ({ name, class: migration })),
    },
  })
}
