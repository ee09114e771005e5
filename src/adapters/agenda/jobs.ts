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
  { name, onError }: { name: string; onError: (error: Error) => void },
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
      await pool.end()
    },
  }
}
