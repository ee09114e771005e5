import { setTimeout as sleep } from 'node:timers/promises'
import type { Agenda } from 'agenda'
import { JobQueue } from '../../application/ingestion/ports.ts'
import type { DueReport } from '../../application/ingestion/report-ports.ts'
import { type AdvanceReportJob, advanceReportJobName } from './job-backend.ts'

/** Milliseconds to wait for Agenda: the sweep finds the rest. */
const maxWait = 1000

/**
 * Wakes workers for interactive reports only (decision 26).
 * An error here doesn't undo committed work: the sweep finds the reports.
 */
export class AgendaJobQueue extends JobQueue {
  readonly #agenda: Agenda
  readonly #onError: (error: unknown) => void

  constructor(agenda: Agenda, onError: (error: unknown) => void) {
    super()
    this.#agenda = agenda
    this.#onError = onError
  }

  async enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    const at = new Date(Date.now() + inMilliseconds)
    const interactive = reports.filter(({ isInteractive }) => isInteractive)
    if (interactive.length === 0) return
    const enqueued = Promise.all(
      interactive.map(({ id, isInteractive }) => this.#schedule(at, { reportId: id, isInteractive })),
    ).catch(this.#onError)
    const timer = new AbortController()
    const timeout = sleep(maxWait, undefined, { signal: timer.signal }).catch(() => undefined)
    await Promise.race([enqueued, timeout])
    timer.abort()
  }

  async #schedule(at: Date, job: AdvanceReportJob): Promise<void> {
    await this.#agenda.schedule(at, advanceReportJobName, job)
  }
}
