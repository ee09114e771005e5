import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend'
import pg from 'pg'
import type { Secret } from '../../domain/secret.ts'
import { advanceReport, type OnError, type OpenBackend } from './jobs.ts'

/** Connections per process. */
export const jobPoolSize = 5

/** Milliseconds. A slower statement met a lock or a dead connection. */
const maxStatement = 10_000

const lines = (url: Secret, max: number) => ({
  connectionString: url.reveal(),
  max,
  connectionTimeoutMillis: maxStatement,
  query_timeout: maxStatement,
  // The server must stop too: an abandoned statement occupies a connection.
  statement_timeout: maxStatement,
  options: '-c client_connection_check_interval=1000',
  keepAlive: true,
})

/** A separate pool: MikroORM's parses types differently. */
export async function openPostgresBackend(url: Secret, onError: OnError): Promise<OpenBackend> {
  await makeTable(url, onError)
  const pool = listenedTo(new pg.Pool(lines(url, jobPoolSize - 1)), onError)
  const listening = new ListenConnection(url, onError)
  const backend = new PostgresBackend({ pool, ensureSchema: false, disableNotifications: true })
  const channel = new PostgresNotificationChannel({ pool: listening.beside(pool) })
  channel.on('error', onError)
  const close = async () => {
    await Promise.all([endOf(listening.pool), endOf(pool)])
  }
  try {
    // Agenda connects again, but an error there ends the process.
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
        [advanceReport],
      )
    },
    close,
  }
}

/**
 * Agenda leaks its LISTEN connection when listening fails half-way or Agenda connects twice.
 * Each listen therefore gets a new connection and closes the previous one.
 */
class ListenConnection {
  readonly pool: pg.Pool
  #lent: pg.PoolClient | null = null

  constructor(url: Secret, onError: OnError) {
    this.pool = listenedTo(new pg.Pool({ ...lines(url, 1), maxUses: 1 }), onError)
    this.pool.on('release', () => {
      this.#lent = null
    })
  }

  /** The parts of a pool that Agenda's channel uses: `connect` to listen, `query` to notify. */
  beside(others: pg.Pool): pg.Pool {
    const both = { connect: () => this.#connect(), query: others.query.bind(others) }
    return both as Pick<pg.Pool, 'connect' | 'query'> as pg.Pool
  }

  async #connect(): Promise<pg.PoolClient> {
    this.#lent?.release(true)
    this.#lent = await this.pool.connect()
    return this.#lent
  }
}

/**
 * Agenda would run its DDL at each connect: concurrent starts fail ("tuple concurrently updated"), and during a backup
 * the DDL blocks all other queries. So one process runs the DDL, under a lock.
 */
async function makeTable(url: Secret, onError: OnError): Promise<void> {
  // Ending the pool's only connection releases the lock.
  const pool = listenedTo(new pg.Pool(lines(url, 1)), onError)
  try {
    const maker = await makerOfTable()
    if (await isMadeBy(pool, maker)) return
    await pool.query(`select pg_advisory_lock(hashtextextended('agenda', 0))`)
    if (await isMadeBy(pool, maker)) return
    await pool.query(`set lock_timeout = '2s'`)
    await new PostgresBackend({ pool, disableNotifications: true }).connect()
    await pool.query(`comment on table agenda_jobs is ${pg.escapeLiteral(maker)}`)
  } finally {
    await endOf(pool)
  }
}

async function makerOfTable(): Promise<string> {
  const manifest = findPackageJSON('@agendajs/postgres-backend', import.meta.url)
  if (!manifest) throw new Error('@agendajs/postgres-backend has no package.json')
  const { name, version } = JSON.parse(await readFile(manifest, 'utf8'))
  return `made by ${name} ${version}`
}

async function isMadeBy(pool: pg.Pool, maker: string): Promise<boolean> {
  const { rows } = await pool.query<{ made: string | null }>(
    `select obj_description(to_regclass('agenda_jobs'), 'pg_class') as made`,
  )
  return rows[0]?.made === maker
}

function listenedTo(pool: pg.Pool, onError: OnError): pg.Pool {
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  return pool
}

/** Waits at most 1 s: Agenda never returns a client whose connection was closed in use. */
async function endOf(pool: pg.Pool): Promise<void> {
  const over = new AbortController()
  const late = sleep(1000, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([pool.end(), late])
  over.abort()
}
