import { type EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { UnitOfWork } from '../../application/ports.ts'
import type { Secret } from '../../domain/secret.ts'
import { nameOf, passing } from './boundaries.ts'
import { tellCommitOf } from './commits.ts'
import { cutDeadLines } from './dead-lines.ts'
import { migrations } from './migrations/list.ts'
import { lineCutAfter, type PoolCare, tend } from './pool.ts'
import { Prepared } from './prepared.ts'
import { tables } from './schema.ts'

/** The way to PostgreSQL: MikroORM for rows, and a pool of raw clients for COPY and its transaction. */
export interface Database {
  readonly em: EntityManager
  readonly pool: pg.Pool
  /** MikroORM's own clients, for what a page asks without it. */
  readonly prepared: Prepared
  /** MikroORM's, which the pages live on. */
  readonly pages: pg.Pool
  /** The names of the migrations that this program knows. */
  readonly migrations: readonly string[]
  close(): Promise<void>
}

/** Lines of each of the two pools. */
export const usualPoolSize = 10
/** Milliseconds; within a person's patience, and longer than any ordinary wait for a client. */
const usualPatience = 10_000
/** Milliseconds; as long as a lease. A frozen process holds no row longer, nor commits when it wakes. */
const longestSilence = 3000
/**
 * Milliseconds for which a line is kept at most that nobody uses; pg's own ten seconds end most between two bursts. A burst that finds none
 * opens ten at once, each a new process that has to sign in and plan anew, and is itself what makes everybody wait: of 333 polls a second the
 * hundredth took 8 to 24 ms, and takes 3 to 5 (`bench -- poll`).
 */
const keptIdle = 5 * 60_000
/** Of the time after which a silent line is cut: one that nobody uses is silent as well, and is ended before that, in silence. */
const keptOfSilence = 0.8
/** Milliseconds in which a statement of a row, and one that replaces a file's rows, has an answer. */
const usualStatement = 3 * 60_000
const longStatement = 15 * 60_000
const sessions = ({ patience, silence, isReadOnly, isLight }: Lines) => ({
  connectionTimeoutMillis: patience,
  idle_in_transaction_session_timeout: longestSilence,
  idleTimeoutMillis: Math.min(keptIdle, silence * keptOfSilence),
  options: [
    // A process that dies in the middle of a long statement holds its locks no longer than this (PostgreSQL, 19.3).
    '-c client_connection_check_interval=1000',
    // PostgreSQL itself then refuses whatever writes.
    ...(isReadOnly ? ['-c default_transaction_read_only=on'] : []),
    ...(isLight ? ['-c synchronous_commit=off'] : []),
  ].join(' '),
  // Whoever only waits for an answer hears within half a minute that there is nobody any more.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  stream: lineCutAfter(silence),
})
interface Lines {
  /** Milliseconds, each. */
  readonly patience: number
  readonly silence: number
  /** S-44: of those who may look and change nothing. */
  readonly isReadOnly: boolean
  /** No commit waits for the disk: for what is made anew when a power cut took it back. */
  readonly isLight: boolean
}

export async function openDatabase(
  url: Secret,
  {
    poolSize = usualPoolSize,
    patience = usualPatience,
    silence,
    isReadOnly = false,
    isLight = false,
    onError,
  }: { poolSize?: number; silence?: number; isReadOnly?: boolean; isLight?: boolean } & Pick<
    PoolCare,
    'onError'
  > &
    Partial<PoolCare>,
): Promise<Database> {
  const care = { patience, onError }
  const orm = await initialise(url, poolSize, {
    ...care,
    silence: silence ?? usualStatement,
    isReadOnly,
    isLight,
  })
  const pages = await orm.em.getConnection().getNativeClient()
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: poolSize,
    ...sessions({ patience, silence: silence ?? longStatement, isReadOnly, isLight }),
  })
  tend(pool, care)
  cutDeadLines(pool, url)
  const close = async () => {
    await Promise.all([orm.close(true), pool.end()])
  }
  if (isReadOnly) {
    try {
      for (const one of [pages, pool]) await demandReadOnly(one)
    } catch (error) {
      await close()
      throw error
    }
  }
  return {
    em: orm.em,
    pool,
    prepared: new Prepared(orm.em, pages),
    pages,
    migrations: migrations.map(({ name }) => name),
    close,
  }
}

/** A proxy between us and PostgreSQL may drop what our lines begin with, and everything would seem well. */
export async function demandReadOnly(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ taken: string }>(
    `select current_setting('transaction_read_only') as taken`,
  )
  if (rows[0]?.taken !== 'on')
    throw new Error('a line to the database takes writes that was to be read-only: are its options dropped?')
}

/**
 * The identity map is switched off at every read, so that a store hands out values and never a live object;
 * with nothing to keep apart, no request needs an entity manager of its own.
 */
function initialise(url: Secret, poolSize: number, care: PoolCare & Lines) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: tables,
    allowGlobalContext: true,
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      ...sessions(care),
      onPoolCreated(pool: pg.Pool) {
        tend(pool, care)
        cutDeadLines(pool, url)
      },
    },
  })
}

/** A transaction that every store on the same entity manager joins without being told. */
export class PostgresUnitOfWork implements UnitOfWork {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    let name = ''
    let committed: object = this
    const result = await this.#em.transactional(
      async transaction => {
        const done = await work()
        name = nameOf(transaction)
        committed = transaction
        passing('before', name)
        return done
      },
      { clear: true },
    )
    passing('after', name)
    tellCommitOf(committed)
    return result
  }
}
