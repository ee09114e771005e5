import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Clock } from '../ports.ts'
import type { CheckProgress } from './check-progress.ts'
import type { AwaitedChoice, Ingestions } from './ports.ts'
import { usualDurationsOf } from './usual-durations.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly checkProgress: CheckProgress
  readonly clock: Clock
}

export interface Polled {
  readonly connectionId: ConnectionId
  readonly progress: Progress
  /** All of the loading, where nothing came of it; none while it is well. */
  readonly reports: readonly Report[]
}

/** How far a loading is, for the many pages that ask it over and over (S-21): as {@link CheckProgress} says, more cheaply. */
export class PollProgress {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Null where the person holds no such connection; `progress` is null for one that never loaded anything. */
  async run(
    personId: PersonId,
    choice: AwaitedChoice,
  ): Promise<Polled | { readonly connectionId: ConnectionId; readonly progress: null } | null> {
    const { ingestions, checkProgress, clock } = this.#needs
    const found = await ingestions.awaited(personId, choice)
    if (!found) return null
    const { connectionId, region, run } = found
    if (!run || run.reports.every(({ status }) => status === 'failed')) {
      const loading = await checkProgress.run({ id: connectionId, profile: { region } })
      if (!loading) return { connectionId, progress: null }
      return { connectionId, progress: loading.progress, reports: loading.reports }
    }
    const usual = await usualDurationsOf(ingestions, region, run.reports, run.requestedAt)
    const progress = progressOf(run.reports, run.requestedAt, usual, clock.now())
    return { connectionId, progress, reports: [] }
  }
}
