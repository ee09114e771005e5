import type { ReportType } from '../../domain/ingestion/catalogue.ts'
import { type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { FailedReport, LoadedReport, OpenReport, Report } from '../../domain/ingestion/report.ts'
import type { LoadedConnection, Run } from '../../domain/ingestion/run.ts'
import type { Clock } from '../ports.ts'
import type { Ingestions, Reconciliation, Reconciliations, Syncs } from './ports.ts'
import { usualDurationsOf } from './usual-durations.ts'

export interface Loading {
  readonly run: Run
  readonly reports: readonly Report[]
  readonly progress: Progress
  /** How each type of report ended last, whichever run asked for it. */
  readonly settled: readonly (LoadedReport | FailedReport)[]
  /** On their way, whichever run asked for them. */
  readonly open: readonly OpenReport[]
  /** For each type: the first time that one failed since one was loaded. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  readonly nextSyncAt: Date | null
  /** When something was loaded last; null while nothing is. */
  readonly lastLoadedAt: Date | null
  /** When what is served was last held against Amazon's files, and how many figures differed; null before. */
  readonly reconciled: Reconciliation | null
}

interface Needs {
  readonly ingestions: Ingestions
  readonly syncs: Syncs
  readonly reconciliations: Reconciliations
  readonly clock: Clock
}

/** How far the loading is that a person waits for (S-21): daily syncs go on behind it. */
export class CheckProgress {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Null for a connection that never loaded anything. The caller answers for whose connection it is. */
  async run({
    id: connectionId,
    profile,
  }: Pick<LoadedConnection, 'id'> & {
    readonly profile: Pick<LoadedConnection['profile'], 'region'>
  }): Promise<Loading | null> {
    const { ingestions, syncs, reconciliations, clock } = this.#needs
    const [asked, settled, open, failingSince, lastLoadedAt, nextSyncAt, reconciled] = await Promise.all([
      ingestions.latestOf(connectionId, ['first', 'renewal']),
      ingestions.latestSettled(connectionId),
      ingestions.openOf(connectionId),
      ingestions.failingSince(connectionId),
      ingestions.lastLoadedAt(connectionId),
      syncs.nextOf(connectionId),
      reconciliations.latestOf(connectionId),
    ])
    const hasFailed = asked?.reports.every(({ status }) => status === 'failed')
    // Where nothing came of it, a daily sync is what the person waits for, until one has brought something.
    const waitsForSync = hasFailed && !lastLoadedAt
    const latest = waitsForSync ? ((await ingestions.latestOf(connectionId, ['daily'])) ?? asked) : asked
    if (!latest) return null
    const { run } = latest
    const reports = hasFailed && lastLoadedAt ? settled : latest.reports
    const usual = await usualDurationsOf(ingestions, profile.region, reports, run.requestedAt)
    const progress = progressOf(reports, run.requestedAt, usual, clock.now())
    return { run, reports, progress, settled, open, failingSince, nextSyncAt, lastLoadedAt, reconciled }
  }
}
