import { setTimeout as sleep } from 'node:timers/promises'
import type { Agenda } from 'agenda'
import { Bell, type DueReport } from '../../application/ingestion/ports.ts'
import { type AdvanceReportJob, advanceReport } from './jobs.ts'

/** Milliseconds. Longest wait for Agenda; the sweep finds the rest. */
const patience = 1000

/**
 * Wakes workers for interactive reports only. Background steps would be hundreds of thousands of jobs at once.
 * A job that is not enqueued costs one sweep interval, so errors don't fail the committed work.
 */
export class AgendaBell extends Bell {
  readonly #agenda: Agenda
  readonly #onError: (error: unknown) => void

  constructor(agenda: Agenda, onError: (error: unknown) => void) {
    super()
    this.#agenda = agenda
    this.#onError = onError
  }

  async ring(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    const at = new Date(Date.now() + inMilliseconds)
    const awaited = reports.filter(({ isAwaited }) => isAwaited)
    if (awaited.length === 0) return
    const rung = Promise.all(
      awaited.map(({ id, isAwaited }) => this.#schedule(at, { reportId: id, isAwaited })),
    ).catch(this.#onError)
    const over = new AbortController()
    const late = sleep(patience, undefined, { signal: over.signal }).catch(() => undefined)
    await Promise.race([rung, late])
    over.abort()
  }

  async #schedule(at: Date, job: AdvanceReportJob): Promise<void> {
    await this.#agenda.schedule(at, advanceReport, job)
  }
}
