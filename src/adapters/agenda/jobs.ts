import { Agenda, type AgendaBackend } from 'agenda'
import type { ReportId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { openPostgresBackend } from './postgres-backend.ts'

/** The one kind of job: a report may take its next step. */
export const advanceReport = 'advance report'

export interface AdvanceReportJob {
  readonly reportId: ReportId
  /** A job of the version before has none. */
  readonly isAwaited?: boolean
}

export interface Jobs {
  readonly agenda: Agenda
  /** To be asked every few seconds by whoever listens: see {@link restartIfDeaf}. */
  keepHearing(): Promise<void>
  /**
   * Agenda marks a job as done before it removes it. Whoever is killed in between leaves it, where nobody will ever take it.
   */
  removeSpent(): Promise<void>
  close(): Promise<void>
}

export type OnError = (error: Error) => void

export interface OpenBackend {
  readonly backend: AgendaBackend
  /** In the place of the backend's own. */
  readonly channel?: NonNullable<AgendaBackend['notificationChannel']>
  removeSpent(): Promise<void>
  close(): Promise<void>
}

/** Jobs that a process holds at once: it wakes as many reports a second. */
const lockLimit = 100
/** Of these, so many may be between its lists of them at any moment (`maxConcurrency` is 20). */
const mostBetween = 40

/**
 * Agenda on PostgreSQL or on MongoDB, as the address says. It only rings: which of the two, and whether it has kept
 * every job, changes nothing but the time (design §3).
 */
export async function openJobs(
  url: Secret,
  { name, onError }: { name: string; onError: OnError },
): Promise<Jobs> {
  const { backend, channel, removeSpent, close } = isMongo(url)
    ? await openMongo(url)
    : await openPostgresBackend(url, onError)
  catchUnlocking(backend, onError)
  const agenda = new Agenda({
    backend,
    ...(channel && { notificationChannel: channel }),
    name,
    processEvery: 1000,
    defaultConcurrency: lockLimit,
    defaultLockLimit: lockLimit,
    // A job does nothing but wake; Agenda keeps a timer of half this time after each, a stopped process with it.
    defaultLockLifetime: 2000,
    removeOnComplete: true,
  })
  agenda.on('error', onError)
  await agenda.ready
  return {
    agenda,
    keepHearing: () => restartIfDeaf(agenda),
    removeSpent,
    async close() {
      await agenda.stop(true).catch(onError)
      await close()
    },
  }
}

/**
 * A job whose lock ran out before it began, because the process stood still, PostgreSQL was slow or the clock leapt, keeps its
 * place among those that Agenda holds for good; with all of them gone it would take no job any more.
 */
async function restartIfDeaf(agenda: Agenda): Promise<void> {
  // Does nothing, but for one that was stopped here and could not start again because its database was away.
  await agenda.start()
  const { lockedJobs, queuedJobs, runningJobs } = await agenda.getRunningStats()
  if (Number(lockedJobs) - Number(queuedJobs) - Number(runningJobs) <= mostBetween) return
  await agenda.stop(false)
  await agenda.start()
}

/** Agenda awaits no unlocking of a single job: one that fails, as after the pool has ended, would end the process. */
function catchUnlocking({ repository }: AgendaBackend, onError: OnError): void {
  const unlock = repository.unlockJob.bind(repository)
  repository.unlockJob = job => unlock(job).catch(onError)
}

export const isMongo = (url: Secret): boolean => /^mongodb(\+srv)?:/.test(url.reveal())

/** Its driver takes some tens of megabytes, which a worker without a MongoDB has better use for. */
async function openMongo(url: Secret): Promise<OpenBackend> {
  const { openMongoBackend } = await import('./mongo-backend.ts')
  return openMongoBackend(url)
}
