import { PostgresBackend } from '@agendajs/postgres-backend'
import { Agenda } from 'agenda'
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

/**
 * Agenda on a pool of its own: MikroORM's parses types its own way, and a pool without error listeners ends
 * the process when PostgreSQL restarts.
 */
export async function openJobs(
  url: Secret,
  { name, concurrency, onError }: { name: string; concurrency: number; onError: (error: Error) => void },
): Promise<Jobs> {
  const pool = new pg.Pool({ connectionString: url.reveal(), max: 5 })
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  const backend = new PostgresBackend({ pool })
  backend.notificationChannel?.on('error', onError)
  const agenda = new Agenda({
    backend,
    name,
    processEvery: 1000,
    defaultConcurrency: concurrency,
    // More would be locked and not started; a stop could not hand them over at once.
    defaultLockLimit: concurrency,
    defaultLockLifetime: 60_000,
    removeOnComplete: true,
  })
  agenda.on('error', onError)
  await agenda.ready
  return {
    agenda,
    async close() {
      await agenda.stop(true).catch(onError)
      await pool.end()
    },
  }
}
