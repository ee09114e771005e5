import type { Session, SessionKind } from '../../domain/access/session.ts'
import type { User } from '../../domain/access/user.ts'
import type { ConnectionId, SessionId } from '../../domain/identifiers.ts'
import { type Progress, progressOf } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Clock } from '../ports.ts'
import { type GetSyncProgress, typicalDurationsFor } from './get-sync-progress.ts'
import type { InteractiveSync, ProgressQueries, SyncDurations } from './ports.ts'

interface AuthenticateSession {
  authorise(
    known: { readonly session: Session; readonly user: User },
    kind: SessionKind,
  ): Promise<object | null>
}

interface Dependencies {
  readonly progressQueries: ProgressQueries
  readonly authenticateSession: AuthenticateSession
  readonly syncDurations: SyncDurations
  readonly getSyncProgress: GetSyncProgress
  readonly clock: Clock
}

export type ProgressPollResult =
  | { readonly polled: 'signed_out' }
  | { readonly polled: 'no_connection' }
  | { readonly polled: 'nothing_loading' }
  | ProgressSnapshot

export interface ProgressSnapshot {
  readonly polled: 'progress'
  readonly connectionId: ConnectionId
  readonly progress: Progress
  /** Empty unless every report failed. */
  readonly reports: readonly Report[]
}

/** A cheaper {@link GetSyncProgress} for pages that poll (S-21). */
export class PollSyncProgress {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @param named from a URL; another user's connection gives `no_connection`. */
  async execute(sessionId: SessionId, named: string | null): Promise<ProgressPollResult> {
    const { progressQueries, authenticateSession, clock } = this.#deps
    const found = await progressQueries.find(sessionId, named, clock.now())
    if (!found || !(await authenticateSession.authorise(found, 'seller'))) return { polled: 'signed_out' }
    return found.interactive ? this.#progressOf(found.interactive) : { polled: 'no_connection' }
  }

  async #progressOf({ connectionId, region, run }: InteractiveSync): Promise<ProgressPollResult> {
    const { syncDurations, getSyncProgress, clock } = this.#deps
    if (!run || run.reports.every(({ status }) => status === 'failed')) {
      const syncProgress = await getSyncProgress.execute({ id: connectionId, profile: { region } })
      if (!syncProgress) return { polled: 'nothing_loading' }
      return {
        polled: 'progress',
        connectionId,
        progress: syncProgress.progress,
        reports: syncProgress.reports,
      }
    }
    const typicalDurations = await typicalDurationsFor(syncDurations, region, run.reports, run.requestedAt)
    const progress = progressOf(run.reports, run.requestedAt, typicalDurations, clock.now())
    return { polled: 'progress', connectionId, progress, reports: [] }
  }
}
