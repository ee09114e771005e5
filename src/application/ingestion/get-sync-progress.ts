import { type Progress, progressOf, type TypicalDurations } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { SyncRun, SyncTarget } from '../../domain/ingestion/sync-run.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Clock } from '../ports.ts'
import type { SyncDurations, SyncHistories, SyncHistory, SyncRuns } from './ports.ts'

export interface SyncProgress extends Omit<SyncHistory, 'interactiveSync'> {
  readonly run: SyncRun
  readonly reports: readonly Report[]
  readonly progress: Progress
}

interface Dependencies {
  readonly syncHistories: SyncHistories
  readonly syncRuns: Pick<SyncRuns, 'latestOf'>
  readonly syncDurations: SyncDurations
  readonly clock: Clock
}

/** S-21 */
export class GetSyncProgress {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** The caller checks ownership. Null when no sync was ever requested. */
  async execute({
    id: connectionId,
    profile,
  }: Pick<SyncTarget, 'id'> & {
    readonly profile: Pick<SyncTarget['profile'], 'region'>
  }): Promise<SyncProgress | null> {
    const { syncHistories, syncRuns, syncDurations, clock } = this.#deps
    const { interactiveSync, ...history } = await syncHistories.of(connectionId)
    const { finished, lastLoadedAt } = history
    const hasFailed = interactiveSync?.reports.every(({ status }) => status === 'failed')
    // If all interactive reports failed, show the latest other sync until data is loaded.
    const fallsBackToLaterSync = hasFailed && !lastLoadedAt
    const latest = fallsBackToLaterSync
      ? ((await syncRuns.latestOf(connectionId, ['daily', 'retry', 'backfill'])) ?? interactiveSync)
      : interactiveSync
    if (!latest) return null
    const { run } = latest
    const reports = hasFailed && lastLoadedAt ? finished : latest.reports
    const typicalDurations = await typicalDurationsFor(
      syncDurations,
      profile.region,
      reports,
      run.requestedAt,
    )
    const progress = progressOf(reports, run.requestedAt, typicalDurations, clock.now())
    return { ...history, run, reports, progress }
  }
}

/** Types new to the region get all regions' durations. */
export async function typicalDurationsFor(
  syncDurations: SyncDurations,
  region: Region,
  reports: readonly Pick<Report, 'type' | 'status'>[],
  by: Date,
): Promise<TypicalDurations> {
  if (reports.every(({ status }) => status === 'loaded' || status === 'failed')) return new Map()
  const here = await syncDurations.typical(region, by)
  if (reports.every(({ type }) => here.has(type))) return here
  return new Map([...(await syncDurations.typical(null, by)), ...here])
}
