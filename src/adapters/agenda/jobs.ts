import { Agenda, type AgendaBackend } from 'agenda'
import type { Secret } from '../../domain/secret.ts'
import type { JobBackend, OnError } from './job-backend.ts'
import { openPostgresBackend } from './postgres-backend.ts'

export interface Jobs {
  readonly agenda: Agenda
  /** Call every few seconds: see {@link restartIfNotListening}. */
  ensureListening(): Promise<void>
  /** Removes completed jobs that a killed process left behind. */
  removeCompletedJobs(): Promise<void>
  close(): Promise<void>
}

/** Also limits the reports that a process wakes per second. */
const lockLimit = 100
/** Locked jobs that may be neither queued nor running (Agenda's `maxConcurrency` is 20). */
const maxUnaccountedJobs = 40

/** Jobs only wake workers: losing one costs time, not data. */
export async function openJobs(
  url: Secret,
  { name, onError }: { name: string; onError: OnError },
): Promise<Jobs> {
  const { backend, channel, removeCompletedJobs, close } = isMongo(url)
    ? await openMongo(url)
    : await openPostgresBackend(url, onError)
  catchUnlockErrors(backend, onError)
  const agenda = new Agenda({
    backend,
    ...(channel && { notificationChannel: channel }),
    name,
    processEvery: 1000,
    defaultConcurrency: lockLimit,
    defaultLockLimit: lockLimit,
    // After each job Agenda keeps a timer of half this time, which delays a stop.
    defaultLockLifetime: 2000,
    removeOnComplete: true,
  })
  agenda.on('error', onError)
  await agenda.ready
  return {
    agenda,
    ensureListening: () => restartIfNotListening(agenda),
    removeCompletedJobs,
    async close() {
      await agenda.stop(true).catch(onError)
      await close()
    },
  }
}

/**
 * Restarts Agenda when it has leaked its slots: a job whose lock expires before it starts never gives its slot back.
 */
async function restartIfNotListening(agenda: Agenda): Promise<void> {
  // No effect unless the last start failed.
  await agenda.start()
  const { lockedJobs, queuedJobs, runningJobs } = await agenda.getRunningStats()
  if (Number(lockedJobs) - Number(queuedJobs) - Number(runningJobs) <= maxUnaccountedJobs) return
  await agenda.stop(false)
  await agenda.start()
}

/** Agenda doesn't await `unlockJob`, so an error would end the process. */
function catchUnlockErrors({ repository }: AgendaBackend, onError: OnError): void {
  const unlock = repository.unlockJob.bind(repository)
  repository.unlockJob = job => unlock(job).catch(onError)
}

export const isMongo = (url: Secret): boolean => /^mongodb(\+srv)?:/.test(url.reveal())

/** Imported lazily: the driver takes tens of megabytes. */
async function openMongo(url: Secret): Promise<JobBackend> {
  const { openMongoBackend } = await import('./mongo-backend.ts')
  return openMongoBackend(url)
}
