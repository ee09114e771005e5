import { Migrator } from '@mikro-orm/migrations'
import { type EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { UnitOfWork } from '../../application/ports.ts'
import type { Secret } from '../../domain/secret.ts'
import { First } from './migrations/first.ts'
import { tables } from './schema.ts'

/** Two processes that migrate at once take turns at this number. */
const migrationLock = 7_031_764

/** The way to PostgreSQL: MikroORM for rows, and a pool of raw clients for COPY and its transaction. */
export interface Database {
  readonly em: EntityManager
  readonly pool: pg.Pool
  /** Throws when the database does not answer within two seconds; waits behind nobody's load. */
  ping(): Promise<void>
  close(): Promise<void>
}

export async function openDatabase(
  url: Secret,
  { poolSize = 10, onError }: { poolSize?: number; onError: (error: Error) => void },
): Promise<Database> {
  const orm = await initialise(url, poolSize)
  const pool = new pg.Pool({ connectionString: url.reveal(), max: poolSize })
  pool.on('error', onError)
  const pulse = new pg.Pool({
    connectionString: url.reveal(),
    max: 1,
    connectionTimeoutMillis: 2000,
    query_timeout: 2000,
  })
  pulse.on('error', onError)
  return {
    em: orm.em,
    pool,
    async ping() {
      await pulse.query('select 1')
    },
    async close() {
      await Promise.all([orm.close(true), pool.end(), pulse.end()])
    },
  }
}

/** Safe to run twice and by two processes at once (S-53). Returns the names of what was applied. */
export async function migrate(url: Secret): Promise<string[]> {
  const turn = new pg.Client({ connectionString: url.reveal() })
  await turn.connect()
  const orm = await initialise(url, 2)
  try {
    await turn.query('select pg_advisory_lock($1)', [migrationLock])
    const applied = await orm.migrator.up()
    return applied.map(({ name }) => name)
  } finally {
    await Promise.all([turn.end(), orm.close(true)])
  }
}

/** How many migrations this program knows and the database does not. */
export async function pendingMigrations(url: Secret): Promise<number> {
  // The migrator makes a database that it does not find: a mistyped name has to be told instead.
  const probe = new pg.Client({ connectionString: url.reveal() })
  await probe.connect()
  await probe.end()
  const orm = await initialise(url, 1)
  try {
    return (await orm.migrator.getPending()).length
  } finally {
    await orm.close(true)
  }
}

/**
 * The identity map is switched off at every read, so that a store hands out values and never a live object;
 * with nothing to keep apart, no request needs an entity manager of its own.
 */
function initialise(url: Secret, poolSize: number) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: tables,
    extensions: [Migrator],
    allowGlobalContext: true,
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: poolSize },
    migrations: {
      tableName: 'migration',
      snapshot: false,
      migrationsList: [{ name: '0001-first', class: First }],
    },
  })
}

/** A transaction that every store on the same entity manager joins without being told. */
export class PostgresUnitOfWork implements UnitOfWork {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#em.transactional(work, { clear: true })
  }
}
