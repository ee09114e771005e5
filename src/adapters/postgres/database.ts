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

export interface Database {
  readonly em: EntityManager
  readonly pool: pg.Pool
  /** Runs on MikroORM's clients. */
  readonly prepared: Prepared
  /** MikroORM's pool, which the pages use. */
  readonly pages: pg.Pool
  readonly migrations: readonly string[]
  close(): Promise<void>
}

/** Per pool; there are two. */
export const usualPoolSize = 10
/** Milliseconds: longer than any ordinary wait for a client, acceptable to a user. */
const usualPatience = 10_000
/** Milliseconds, as long as a lease: a frozen process locks no row longer, nor commits when it wakes. */
const longestSilence = 3000
/**
 * Milliseconds. pg's default of 10 s closes most connections between bursts; a burst then opens ten at once, each of
 * which signs in and plans again. p99 of 333 polls/s: 3–5 ms, was 8–24 ms (`bench -- poll`).
 */
const keptIdle = 5 * 60_000
/** An idle connection must close quietly before the silence timeout cuts it. */
const keptOfSilence = 0.8
/** Milliseconds that a statement may take; the second is for replacing a file's rows. */
const usualStatement = 3 * 60_000
const longStatement = 15 * 60_000
const sessions = ({ patience, silence, isReadOnly, isLight }: Lines) => ({
  connectionTimeoutMillis: patience,
  idle_in_transaction_session_timeout: longestSilence,
  idleTimeoutMillis: Math.min(keptIdle, silence * keptOfSilence),
  options: [
    // Frees a killed process's locks within a second (PostgreSQL, 19.3).
    '-c client_connection_check_interval=1000',
    // PostgreSQL then rejects every write.
    ...(isReadOnly ? ['-c default_transaction_read_only=on'] : []),
    ...(isLight ? ['-c synchronous_commit=off'] : []),
  ].join(' '),
  // Detects a dead peer within half a minute.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  stream: lineCutAfter(silence),
})
interface Lines {
  /** Milliseconds, like `silence`. */
  readonly patience: number
  readonly silence: number
  /** S-44: for view-as sessions. */
  readonly isReadOnly: boolean
  /** Commits don't wait for the disk; for data recreated after a power cut. */
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

/** @throws {Error} when the pool accepts writes: a proxy may drop connection options. */
export async function demandReadOnly(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ taken: string }>(
    `select current_setting('transaction_read_only') as taken`,
  )
  if (rows[0]?.taken !== 'on')
    throw new Error('a line to the database takes writes that was to be read-only: are its options dropped?')
}

/** Without the identity map stores return values, not live objects, so requests share one entity manager. */
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

/** A transaction that every store on the same entity manager joins automatically. */
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
