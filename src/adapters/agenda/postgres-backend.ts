import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend'
import pg from 'pg'
import type { Secret } from '../../domain/secret.ts'
import { advanceReport, type OnError, type OpenBackend } from './jobs.ts'

/** Lines of a process to PostgreSQL, where its jobs are kept there. */
export const jobLines = 5

/** Milliseconds. Its statements are short; one that has no answer is on a line that is dead, or behind a lock. */
const longestStatement = 10_000

const lines = (url: Secret, max: number) => ({
  connectionString: url.reveal(),
  max,
  connectionTimeoutMillis: longestStatement,
  query_timeout: longestStatement,
  // The server gives up as well, and hears when nobody is there any more: what we no longer wait for would hold a line of its own.
  statement_timeout: longestStatement,
  options: '-c client_connection_check_interval=1000',
  keepAlive: true,
})

/**
 * A pool of its own: MikroORM's parses types its own way, and one without error listeners ends the process when
 * PostgreSQL restarts.
 */
export async function openPostgresBackend(url: Secret, onError: OnError): Promise<OpenBackend> {
  await makeTable(url, onError)
  const pool = listenedTo(new pg.Pool(lines(url, jobLines - 1)), onError)
  const listening = new ListeningLine(url, onError)
  const backend = new PostgresBackend({ pool, ensureSchema: false, disableNotifications: true })
  const channel = new PostgresNotificationChannel({ pool: listening.beside(pool) })
  channel.on('error', onError)
  const close = async () => {
    await Promise.all([endOf(listening.pool), endOf(pool)])
  }
  try {
    // Agenda connects it again, and lets a failure end the process.
    await backend.connect()
  } catch (error) {
    await close()
    throw error
  }
  return {
    backend,
    channel,
    async removeSpent() {
      await pool.query(
        'delete from agenda_jobs where name = $1 and not disabled and next_run_at is null and locked_at is null',
        [advanceReport],
      )
    },
    close,
  }
}

/**
 * The one line on which Agenda listens. Agenda forgets a line where listening failed half-way, or where it connects
 * twice, and leaves its listeners on one that it gives back: whoever listens anew has a new line, and the one before is cut.
 */
class ListeningLine {
  readonly pool: pg.Pool
  #lent: pg.PoolClient | null = null

  constructor(url: Secret, onError: OnError) {
    this.pool = listenedTo(new pg.Pool({ ...lines(url, 1), maxUses: 1 }), onError)
    this.pool.on('release', () => {
      this.#lent = null
    })
  }

  /** For Agenda's channel, which asks one pool for nothing but these two: it listens on this line, and rings on those of the others. */
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
 * Agenda makes its table, and a function beside it, anew whenever it connects, twice in each process. Where several start at
 * once PostgreSQL refuses all but one ("tuple concurrently updated"); and while somebody reads the table for long, as a backup
 * does, whoever makes it waits, and everybody else behind them. So it is made once, by one at a time, and that one waits a
 * moment and no longer.
 */
async function makeTable(url: Secret, onError: OnError): Promise<void> {
  // Of one line alone, which the lock and Agenda share; with it ends the lock.
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

/** Another version may want another table. */
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

/**
 * Agenda does not give back a client whose line was cut while it held it, and the pool waits for each that was lent: for
 * those that are left after a moment nobody waits.
 */
async function endOf(pool: pg.Pool): Promise<void> {
  const over = new AbortController()
  const late = sleep(1000, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([pool.end(), late])
  over.abort()
}
