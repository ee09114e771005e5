import { type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { LoadedConnection, Run } from '../../domain/ingestion/run.ts'
import type { Clock } from '../ports.ts'
import type { Ingestions, LoadingRecord, LoadingRecords } from './ports.ts'
import { usualDurationsOf } from './usual-durations.ts'

export interface Loading extends Omit<LoadingRecord, 'asked'> {
  readonly run: Run
  readonly reports: readonly Report[]
  readonly progress: Progress
}

interface Needs {
  readonly records: LoadingRecords
  readonly ingestions: Ingestions
  readonly clock: Clock
}

/** Progress of the sync that the user waits for (S-21); daily syncs run behind it. */
export class CheckProgress {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The caller checks ownership. @returns null for a connection that never requested a sync. */
  async run({
    id: connectionId,
    profile,
  }: Pick<LoadedConnection, 'id'> & {
    readonly profile: Pick<LoadedConnection['profile'], 'region'>
  }): Promise<Loading | null> {
    const { records, ingestions, clock } = this.#needs
    const { asked, ...record } = await records.of(connectionId)
    const { settled, lastLoadedAt } = record
    const hasFailed = asked?.reports.every(({ status }) => status === 'failed')
    // If all its reports failed, the user waits for a later sync instead, until one has loaded data.
    const waitsForSync = hasFailed && !lastLoadedAt
    const latest = waitsForSync
      ? ((await ingestions.latestOf(connectionId, ['daily', 'retry', 'again'])) ?? asked)
      : asked
    if (!latest) return null
    const { run } = latest
    const reports = hasFailed && lastLoadedAt ? settled : latest.reports
    const usual = await usualDurationsOf(ingestions, profile.region, reports, run.requestedAt)
    const progress = progressOf(reports, run.requestedAt, usual, clock.now())
    return { ...record, run, reports, progress }
  }
}
