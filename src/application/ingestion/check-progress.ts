import type { ConnectionId } from '../../domain/identifiers.ts'
import { expectedDuration, type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Run } from '../../domain/ingestion/run.ts'
import type { Clock } from '../ports.ts'
import type { Ingestions } from './ports.ts'

export interface Loading {
  readonly run: Run
  readonly reports: readonly Report[]
  readonly progress: Progress
}

/** How far a connection's latest loading is (S-21). */
export class CheckProgress {
  readonly #needs: { ingestions: Ingestions; clock: Clock }

  constructor(needs: { ingestions: Ingestions; clock: Clock }) {
    this.#needs = needs
  }

  /** Null for a connection that never loaded anything. The caller answers for whose connection it is. */
  async run(connectionId: ConnectionId): Promise<Loading | null> {
    const { ingestions, clock } = this.#needs
    const [latest, usual] = await Promise.all([ingestions.latestOf(connectionId), ingestions.usualDuration()])
    if (!latest) return null
    const { run, reports } = latest
    return {
      run,
      reports,
      progress: progressOf(reports, run.requestedAt, usual ?? expectedDuration, clock.now()),
    }
  }
}
