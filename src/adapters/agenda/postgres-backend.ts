import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend'
import pg from 'pg'
import type { Secret } from '../../domain/secret.ts'
import { advanceReportJobName, type JobBackend, type OnError } from './job-backend.ts'

/** Connections per process. */
export const jobPoolSize = 5

/** Milliseconds. A slower statement is waiting for a lock or a dead connection. */
const statementTimeout = 10_000

const poolOptions = (url: Secret, max: number) => ({
  connectionString: url.reveal(),
  max,
  connectionTimeoutMillis: statementTimeout,
  query_timeout: statementTimeout,
  // The server must stop too: an abandoned statement occupies a connection.
  statement_timeout: statementTimeout,
  // The runtime role can create tables only in the schema agenda (decision 33). A database without it has one role.
  options: '-c client_connection_check_interval=1000 -c search_path=agenda,public',
  keepAlive: true,
})

/** A separate pool: MikroORM's pool parses types differently. */
export async function openPostgresBackend(url: Secret, onError: OnError): Promise<JobBackend> {
  await createTable(url, onError)
  const pool = withErrorListeners(new pg.Pool(poolOptions(url, jobPoolSize - 1)), onError)
  const listenConnection = new ListenConnection(url, onError)
  const backend = new PostgresBackend({ pool, ensureSchema: false, disableNotifications: true })
  const channel = new PostgresNotificationChannel({ pool: listenConnection.channelPool(pool) })
  channel.on('error', onError)
  const close = async () => {
    await Promise.all([endPool(listenConnection.pool), endPool(pool)])
  }
  try {
    // Agenda connects too, but a failure there would end the process.
    await backend.connect()
  } catch (error) {
    await close()
    throw error
  }
  return {
    backend,
    channel,
    async removeCompletedJobs() {
      await pool.query(
        'delete from agenda_jobs where name = $1 and not disabled and next_run_at is null and locked_at is null',
        [advanceReportJobName],
      )
    },
    close,
  }
}

/**
 * Agenda leaks its LISTEN connection when listening fails partway or Agenda connects twice.
 * Each listen therefore gets a new connection and closes the previous one.
 */
class ListenConnection {
  readonly pool: pg.Pool
  #client: pg.PoolClient | null = null

  constructor(url: Secret, onError: OnError) {
    this.pool = withErrorListeners(new pg.Pool({ ...poolOptions(url, 1), maxUses: 1 }), onError)
    this.pool.on('release', () => {
      this.#client = null
    })
  }

  /** The parts of a pool that Agenda's channel uses: `connect` to listen, `query` to notify. */
  channelPool(queryPool: pg.Pool): pg.Pool {
    const parts = { connect: () => this.#connect(), query: queryPool.query.bind(queryPool) }
    return parts as Pick<pg.Pool, 'connect' | 'query'> as pg.Pool
  }

  async #connect(): Promise<pg.PoolClient> {
    this.#client?.release(true)
    this.#client = await this.pool.connect()
    return this.#client
  }
}

/**
 * Agenda would run its DDL at each connect: concurrent starts fail ("tuple concurrently updated"), and during a backup
 * the DDL blocks all other queries. So one process runs the DDL, under a lock.
 */
async function createTable(url: Secret, onError: OnError): Promise<void> {
  // Ending the pool's only connection releases the lock.
  const pool = withErrorListeners(new pg.Pool(poolOptions(url, 1)), onError)
  try {
    const versionComment = await readVersionComment()
    if (await hasVersionComment(pool, versionComment)) return
    await pool.query(`select pg_advisory_lock(hashtextextended('agenda', 0))`)
    if (await hasVersionComment(pool, versionComment)) return
    await pool.query(`set lock_timeout = '2s'`)
    await new PostgresBackend({ pool, disableNotifications: true }).connect()
    await pool.query(`comment on table agenda_jobs is ${pg.escapeLiteral(versionComment)}`)
  } finally {
    await endPool(pool)
  }
}

async function readVersionComment(): Promise<string> {
  const manifest = findPackageJSON('@agendajs/postgres-backend', import.meta.url)
  if (!manifest) throw new Error('@agendajs/postgres-backend has no package.json')
  const { name, version } = JSON.parse(await readFile(manifest, 'utf8'))
  return `made by ${name} ${version}`
}

async function hasVersionComment(pool: pg.Pool, versionComment: string): Promise<boolean> {
  const { rows } = await pool.query<{ mark: string | null }>(
    `select obj_description(to_regclass('agenda_jobs'), 'pg_class') as mark`,
  )
  return rows[0]?.mark === versionComment
}

function withErrorListeners(pool: pg.Pool, onError: OnError): pg.Pool {
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  return pool
}

/** Waits at most 1 s: Agenda never returns a client whose connection closed while in use. */
async function endPool(pool: pg.Pool): Promise<void> {
  const timer = new AbortController()
  const timeout = sleep(1000, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([pool.end(), timeout])
  timer.abort()
}
