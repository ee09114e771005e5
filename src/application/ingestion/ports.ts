import type { Session } from '../../domain/access/session.ts'
import type { User } from '../../domain/access/user.ts'
import type { ConnectionId, SessionId, SyncRunId, UserId } from '../../domain/identifiers.ts'
import type { ReportType } from '../../domain/ingestion/catalogue.ts'
import type { TypicalDurations } from '../../domain/ingestion/progress.ts'
import type { ReconciliationTotals } from '../../domain/ingestion/reconciliation.ts'
import type { FailedReport, LoadedReport, OpenReport, Report } from '../../domain/ingestion/report.ts'
import type { FailureReason } from '../../domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../domain/ingestion/sync-window.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { DueReport } from './report-ports.ts'

export interface InteractiveSync {
  readonly connectionId: ConnectionId
  readonly region: Region
  /** Latest initial or reauthorisation sync; null if there is none. */
  readonly run: {
    readonly requestedAt: Date
    readonly reports: readonly Pick<Report, 'type' | 'status'>[]
  } | null
}

export abstract class SyncRuns {
  abstract save(run: SyncRun, reports: readonly Report[]): Promise<void>
  abstract latestOf(
    connectionId: ConnectionId,
    kinds?: readonly SyncRunKind[],
  ): Promise<{ readonly run: SyncRun; readonly reports: readonly Report[] } | null>
  abstract hasUnfinishedReports(connectionId: ConnectionId): Promise<boolean>
  /** Per report type, the longest unbroken ranges. */
  abstract loadedRanges(connectionId: ConnectionId, after: Date): Promise<readonly LoadedRange[]>
  /** By the reports of campaigns loaded since then. */
  abstract hasLegacyCampaigns(connectionId: ConnectionId, after: Date): Promise<boolean>
  /** Lease holders can no longer write. */
  abstract failOpenReports(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void>
  /** Joins the transaction. Null while reports are unfinished, and for all but the first caller. */
  abstract finishIfDone(
    syncRunId: SyncRunId,
    now: Date,
  ): Promise<{ readonly loaded: number; readonly failed: number; readonly kind: SyncRunKind } | null>
}

export abstract class SyncDurations {
  /**
   * From syncs finished by `by`: later ones could move a displayed estimate backwards. Null `region` means
   * all.
   */
  abstract typical(region: Region | null, by: Date): Promise<TypicalDurations>
}

export interface SyncHistory {
  /** Latest initial or reauthorisation sync; null if there is none. */
  readonly interactiveSync: { readonly run: SyncRun; readonly reports: readonly Report[] } | null
  /** Per type: the latest days; of several reports, the last to finish. */
  readonly finished: readonly (LoadedReport | FailedReport)[]
  readonly open: readonly OpenReport[]
  /** Since the type last loaded. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  /** Null before the first load. */
  readonly lastLoadedAt: Date | null
  readonly nextSyncAt: Date | null
  readonly reconciled: Reconciliation | null
}

export abstract class SyncHistories {
  /** Reads one snapshot. */
  abstract of(connectionId: ConnectionId): Promise<SyncHistory>
}

/** Polled every few seconds by each waiting page. */
export abstract class ProgressQueries {
  /**
   * `interactive`: the requested connection, else the session's current one, else the first. The id is
   * unchecked.
   * @returns null for an ended session.
   */
  abstract find(
    id: SessionId,
    requestedId: string | null,
    now: Date,
  ): Promise<{
    readonly session: Session
    readonly user: User
    readonly interactive: InteractiveSync | null
  } | null>
}

export abstract class SyncSchedule {
  /** Joins the transaction. Replaces the previous schedule. */
  abstract schedule(connectionId: ConnectionId, at: Date, isInteractive?: boolean): Promise<void>
  abstract cancel(connectionId: ConnectionId): Promise<void>
  /** Repairs active connections without a schedule. */
  abstract scheduleMissing(at: Date): Promise<number>
  /** Joins the transaction. Schedules interactive syncs. */
  abstract scheduleAllOf(userId: UserId, at: Date): Promise<void>
  /** Interactive first, then longest due. `regions` restricts background syncs. */
  abstract due(now: Date, limit: number, regions: readonly Region[]): Promise<readonly ConnectionId[]>
  /** Joins the transaction. One caller claims the sync and schedules the next; null when it wasn't due. */
  abstract claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ readonly isInteractive: boolean } | null>
  /** Joins the transaction. The sync keeps its position in the queue. */
  abstract defer(
    connectionId: ConnectionId,
    now: Date,
    until: { readonly interactive: Date; readonly other: Date },
  ): Promise<void>
}

/** Finishing a sync run makes its connection due in the same commit. */
export abstract class Reconciliations {
  abstract due(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly connectionId: ConnectionId; readonly userId: UserId }[]>
  /**
   * Reads one snapshot. `dueAt` is null if another process has checked since. `setAside` counts the unreadable
   * rows of the files that still provide a day; no total includes them.
   */
  abstract totals(
    connectionId: ConnectionId,
  ): Promise<ReconciliationTotals & { readonly dueAt: Date | null; readonly setAside: number }>
  /** Joins the transaction. Data loaded since `dueAt` stays due. False if another process was first. */
  abstract complete(connectionId: ConnectionId, dueAt: Date, outcome: Reconciliation): Promise<boolean>
  abstract defer(connectionId: ConnectionId, to: Date): Promise<void>
}

export interface Reconciliation {
  readonly checkedAt: Date
  readonly mismatches: number
}

/** Wakes a worker. Best effort: may arrive late, twice or never; the sweep finds the work. */
export abstract class JobQueue {
  abstract enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void>
}
