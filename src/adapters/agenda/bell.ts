import { setTimeout as sleep } from 'node:timers/promises'
import type { Agenda } from 'agenda'
import { Bell, type DueReport } from '../../application/ingestion/ports.ts'
import { type AdvanceReportJob, advanceReport } from './jobs.ts'

/** No seller waits longer for a bell: what it did not ring for, the next sweep finds. */
const patience = 1000

/**
 * A bell that did not ring costs a sweep's interval, and is no reason to fail what was committed. It rings for what somebody waits for:
 * jobs for the steps of what the night asks for would be a good part of a worker's work, and hundreds of
 * thousands of them would lie there at once.
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
