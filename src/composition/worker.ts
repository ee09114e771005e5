import type { Logger } from 'pino'
import type { Jobs } from '../adapters/agenda/jobs.ts'
import { startWorker, type Worker } from '../adapters/agenda/worker.ts'
import { type Get, OutageDetector } from '../application/ports.ts'

/** Parallel reports; they mostly wait for Amazon. */
const concurrency = 10
/** A killed worker's reports are taken over this long after their lease ends. */
const sweepMilliseconds = 1000

export function startReportWorker(get: Get, jobs: Jobs, log: Logger): Promise<Worker> {
  return startWorker({
    get,
    jobs,
    onError: (error, about) =>
      get(OutageDetector).isOutage(error)
        ? log.warn({ err: error, ...about }, 'database outage, work will be retried')
        : log.error({ err: error, ...about }, 'internal error in background work'),
    concurrency,
    sweepMilliseconds,
  })
}
