import { type EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { UnitOfWork } from '../../../application/ports.ts'
import type { Secret } from '../../../domain/secret.ts'
import { migrations } from '../migrations/list.ts'
import { publishCommitOf } from './commit-signals.ts'
import { terminateDeadConnections } from './dead-connections.ts'
import { hitFailpoint, transactionLabel } from './failpoints.ts'
import { guardPool, type PoolOptions, socketWithIdleTimeout } from './pool.ts'
import { entityDefinitions } from './schema.ts'
import { Sql } from './sql.ts'

export interface Database {
  readonly em: EntityManager
  readonly pool: pg.Pool
  readonly sql: Sql
  /** MikroORM's pool, which the pages use. */
  readonly pages: pg.Pool
  readonly migrations: readonly string[]
  close(): Promise<void>
}

/** Per pool; there are two. */
export const defaultPoolSize = 10
/** Milliseconds to wait for a client. */
const defaultTimeout = 10_000
/** Milliseconds, as long as a lease: a frozen process locks no row longer, nor commits when it resumes. */
const maxSilence = 3000
/** Milliseconds. With pg's default of 10 s, each burst opens connections that sign in and plan again. */
const idleTimeout = 5 * 60_000
/** Idle connections close before the silence timeout cuts them. */
const silenceShare = 0.8
/** Milliseconds; the second is for replacing a file's rows. */
const defaultStatementTimeout = 3 * 60_000
const longStatementTimeout = 15 * 60_000
/** Every client returns timestamps as Date and days as text; MikroORM's would return both as text. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.DATE, day => day)
const clientOptions = ({ timeout, silence, commitsAsynchronously }: PoolSettings) => ({
  connectionTimeoutMillis: timeout,
  idle_in_transaction_session_timeout: maxSilence,
  idleTimeoutMillis: Math.min(idleTimeout, silence * silenceShare),
  options: [
    // Frees a killed process's locks within a second (PostgreSQL, 19.3).
    '-c client_connection_check_interval=1000',
    ...(commitsAsynchronously ? ['-c synchronous_commit=off'] : []),
  ].join(' '),
  // Detects a dead peer within half a minute.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types,
  stream: socketWithIdleTimeout(silence),
})
interface PoolSettings {
  /** Milliseconds, like `silence`. */
  readonly timeout: number
  readonly silence: number
  /** Commits don't wait for the disk; for data recreated after a power cut. */
  readonly commitsAsynchronously: boolean
}

export async function openDatabase(
  url: Secret,
  {
    poolSize = defaultPoolSize,
    timeout = defaultTimeout,
    silence,
    commitsAsynchronously = false,
    onError,
  }: { poolSize?: number; silence?: number; commitsAsynchronously?: boolean } & Pick<PoolOptions, 'onError'> &
    Partial<PoolOptions>,
): Promise<Database> {
  const guardOptions = { timeout, onError }
  const orm = await initialise(url, poolSize, {
    ...guardOptions,
    silence: silence ?? defaultStatementTimeout,
    commitsAsynchronously,
  })
  const pages = await orm.em.getConnection().getNativeClient()
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: poolSize,
    ...clientOptions({
      timeout,
      silence: silence ?? longStatementTimeout,
      commitsAsynchronously,
    }),
  })
  guardPool(pool, guardOptions)
  terminateDeadConnections(pool, url)
  const close = async () => {
    await Promise.all([orm.close(true), pool.end()])
  }
  return {
    em: orm.em,
    pool,
    sql: new Sql(orm.em, pages),
    pages,
    migrations: migrations.map(({ name }) => name),
    close,
  }
}

/** Stores bypass the identity map, so all requests can share one entity manager. */
function initialise(url: Secret, poolSize: number, options: PoolOptions & PoolSettings) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: entityDefinitions,
    allowGlobalContext: true,
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      ...clientOptions(options),
      onPoolCreated(pool: pg.Pool) {
        guardPool(pool, options)
        terminateDeadConnections(pool, url)
      },
    },
  })
}

/** All stores on the same entity manager join the transaction. */
export class PostgresUnitOfWork implements UnitOfWork {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    // A savepoint would publish its signals although the outer transaction can still roll back.
    if (this.#em.isInTransaction()) return work()
    let name = ''
    let committed: object = this
    const result = await this.#em.transactional(
      async transaction => {
        const done = await work()
        name = transactionLabel(transaction)
        committed = transaction
        hitFailpoint('before', name)
        return done
      },
      { clear: true },
    )
    hitFailpoint('after', name)
    publishCommitOf(committed)
    return result
  }
}
