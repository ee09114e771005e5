import { setTimeout as sleep } from 'node:timers/promises'
import { PostgresBackend } from '@agendajs/postgres-backend'
import { Agenda, type AgendaBackend } from 'agenda'
import pg from 'pg'
import type { ReportId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

/** Lines of a process to PostgreSQL, where its jobs are kept there. */
export const jobLines = 5

/** The one kind of job: a report may take its next step. */
export const advanceReport = 'advance report'

export interface AdvanceReportJob {
  readonly reportId: ReportId
  /** A job of the version before has none. */
  readonly isAwaited?: boolean
}

export interface Jobs {
  readonly agenda: Agenda
  close(): Promise<void>
}

type OnError = (error: Error) => void

export interface OpenBackend {
  readonly backend: AgendaBackend
  close(): Promise<void>
}

/**
 * Agenda on PostgreSQL or on MongoDB, as the address says. It only rings: which of the two, and whether it has kept
 * every job, changes nothing but the time (design §3).
 */
export async function openJobs(
  url: Secret,
  { name, onError }: { name: string; onError: OnError },
): Promise<Jobs> {
  const { backend, close } = isMongo(url) ? await openMongo(url) : await openPostgres(url, onError)
  catchUnlocking(backend, onError)
  const agenda = new Agenda({
    backend,
    name,
    processEvery: 1000,
    defaultConcurrency: 100,
    defaultLockLimit: 100,
    // A job does nothing but wake; Agenda keeps a timer of half this time after each, a stopped process with it.
    defaultLockLifetime: 2000,
    removeOnComplete: true,
  })
  agenda.on('error', onError)
  await agenda.ready
  return {
    agenda,
    async close() {
      await agenda.stop(true).catch(onError)
      await close()
    },
  }
}

/** Agenda awaits no unlocking of a single job: one that fails, as after the pool has ended, would end the process. */
function catchUnlocking({ repository }: AgendaBackend, onError: OnError): void {
  const unlock = repository.unlockJob.bind(repository)
  repository.unlockJob = job => unlock(job).catch(onError)
}

export const isMongo = (url: Secret): boolean => /^mongodb(\+srv)?:/.test(url.reveal())

/**
 * Agenda makes its table, and a function beside it, anew whenever it connects, twice in each process: where several start at
 * once PostgreSQL refuses all but one ("tuple concurrently updated"), and the others end. So it is made once, by one at a
 * time.
 */
async function makeTable(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtextextended('agenda', 0))`)
    await new PostgresBackend({ pool, disableNotifications: true }).connect()
    await client.query('commit')
    client.release()
  } catch (error) {
    // With the line ends the lock.
    client.release(true)
    throw error
  }
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

/** Its driver takes some tens of megabytes, which a worker without a MongoDB has better use for. */
async function openMongo(url: Secret): Promise<OpenBackend> {
  const { openMongoBackend } = await import('./mongo-backend.ts')
  return openMongoBackend(url)
}

/**
 * A pool of its own: MikroORM's parses types its own way, and one without error listeners ends the process when
 * PostgreSQL restarts.
 */
async function openPostgres(url: Secret, onError: OnError): Promise<OpenBackend> {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: jobLines,
    // Its statements are short; one that has no answer is on a line that is dead.
    query_timeout: 10_000,
    keepAlive: true,
  })
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  const backend = new PostgresBackend({ pool, ensureSchema: false })
  backend.notificationChannel?.on('error', onError)
  try {
    // Agenda connects it again, and lets a failure end the process.
    await makeTable(pool)
    await backend.connect()
  } catch (error) {
    await endOf(pool)
    throw error
  }
  return { backend, close: () => endOf(pool) }
}
