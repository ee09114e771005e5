import { MongoBackend } from '@agendajs/mongo-backend'
import { PostgresBackend } from '@agendajs/postgres-backend'
import { Agenda, type AgendaBackend } from 'agenda'
import { MongoClient } from 'mongodb'
import pg from 'pg'
import type { ReportId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

/** The one kind of job: a report may take its next step. */
export const advanceReport = 'advance report'

export interface AdvanceReportJob {
  readonly reportId: ReportId
}

export interface Jobs {
  readonly agenda: Agenda
  close(): Promise<void>
}

type OnError = (error: Error) => void

interface OpenBackend {
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
  const agenda = new Agenda({
    backend,
    name,
    processEvery: 1000,
    defaultConcurrency: 20,
    defaultLockLimit: 20,
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

const isMongo = (url: Secret): boolean => /^mongodb(\+srv)?:/.test(url.reveal())

/**
 * A pool of its own: MikroORM's parses types its own way, and one without error listeners ends the process when
 * PostgreSQL restarts.
 */
async function openPostgres(url: Secret, onError: OnError): Promise<OpenBackend> {
  const pool = new pg.Pool({ connectionString: url.reveal(), max: 5 })
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  const backend = new PostgresBackend({ pool })
  backend.notificationChannel?.on('error', onError)
  try {
    // Agenda connects it again, and lets a failure end the process.
    await backend.connect()
  } catch (error) {
    await pool.end()
    throw error
  }
  return { backend, close: () => pool.end() }
}

/** The driver asks for a server for half a minute by itself; a start that is refused should say so sooner. */
const mongoMilliseconds = 5000

/** @throws what the driver throws when no server answers: `MongoServerSelectionError`, `MongoParseError`, … */
async function openMongo(url: Secret): Promise<OpenBackend> {
  const client = new MongoClient(url.reveal(), {
    appName: '1smart.link',
    serverSelectionTimeoutMS: mongoMilliseconds,
  })
  try {
    await client.connect()
  } catch (error) {
    await client.close()
    throw error
  }
  return { backend: new MongoBackend({ mongo: client.db() }), close: () => client.close() }
}
