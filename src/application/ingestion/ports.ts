import type { Session } from '../../domain/access/session.ts'
import type { User } from '../../domain/access/user.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type {
  AmazonReportId,
  ConnectionId,
  ReportId,
  SessionId,
  SyncRunId,
  UserId,
} from '../../domain/identifiers.ts'
import type { AnsweredCallOutcome } from '../../domain/ingestion/call-latency.ts'
import type { ReportDefinition, ReportType } from '../../domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../domain/ingestion/duplicate-report.ts'
import type { FactRow, FileRow } from '../../domain/ingestion/fact-row.ts'
import type { TypicalDurations } from '../../domain/ingestion/progress.ts'
import type { ReconciliationTotals } from '../../domain/ingestion/reconciliation.ts'
import type {
  CallOutcome,
  RateLimitDecision,
  RateLimitedCall,
} from '../../domain/ingestion/region-rate-limit.ts'
import type {
  CompletedReport,
  FailedReport,
  LoadedReport,
  OpenReport,
  Report,
} from '../../domain/ingestion/report.ts'
import type { FailureReason } from '../../domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../domain/ingestion/sync-window.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

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
  /** Per report type, the longest unbroken day ranges loaded since `after`. */
  abstract loadedRanges(connectionId: ConnectionId, after: Date): Promise<readonly LoadedRange[]>
  /**
   * Due reports without a lease: interactive first, then the longest due, then by position in the sync run.
   * @param room limits reports that only wait for a load.
   */
  abstract due(now: Date, limit: number, room: LoadCapacity): Promise<readonly DueReport[]>
  /**
   * Counts due background reports, leased ones included, up to `most`. Leaves out reports deferred for their region:
   * they may only be deferred again.
   */
  abstract countDue(now: Date, most: number): Promise<number>
  /**
   * When a throttled report of the same type and profile retries; null if none waits. Ones since deferred for their
   * region don't count: background ones may queue for hours.
   */
  abstract throttledUntil(
    report: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null>
  /** Makes reports deferred for the region due, spread over ten seconds. */
  abstract releaseDeferred(region: Region, now: Date): Promise<void>
  /** Fails unfinished reports; their lease holders can no longer write. */
  abstract failOpenReports(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void>
  /**
   * Finishes the sync run with its last report. Joins the transaction.
   * @returns null while reports are unfinished, and for all but the first caller.
   */
  abstract finishIfDone(
    syncRunId: SyncRunId,
    now: Date,
  ): Promise<{ readonly loaded: number; readonly failed: number; readonly kind: SyncRunKind } | null>
  /**
   * Durations in the latest initial syncs finished by `by`: with later ones, an estimate on a page could move
   * backwards. Types with too few loads are absent.
   * @param region null for all regions together.
   */
  abstract typicalDurations(region: Region | null, by: Date): Promise<TypicalDurations>
}

export interface SyncHistory {
  /** Latest initial or reauthorisation sync; null if there is none. */
  readonly interactiveSync: { readonly run: SyncRun; readonly reports: readonly Report[] } | null
  /** Per type, the finished report whose days end latest; of several, the last to finish. */
  readonly finished: readonly (LoadedReport | FailedReport)[]
  readonly open: readonly OpenReport[]
  /** First failure since the type's last load. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  /** Null before the first load. */
  readonly lastLoadedAt: Date | null
  readonly nextSyncAt: Date | null
  readonly reconciled: Reconciliation | null
}

export abstract class SyncHistories {
  /** Reads everything from one snapshot, however much was loaded. */
  abstract of(connectionId: ConnectionId): Promise<SyncHistory>
}

/** Polled every few seconds by each waiting page. */
export abstract class ProgressQueries {
  /**
   * `interactive` is the named connection, else the session's current one, else the first; null if the user has no such
   * live connection.
   * @param named inconclusive text from a URL.
   * @returns null for an ended session.
   */
  abstract find(
    id: SessionId,
    named: string | null,
    now: Date,
  ): Promise<{
    readonly session: Session
    readonly user: User
    readonly interactive: InteractiveSync | null
  } | null>
}

export abstract class SyncSchedule {
  /**
   * Replaces the previous schedule. Joins the transaction.
   * @param isInteractive true when someone asked for the sync and waits.
   */
  abstract schedule(connectionId: ConnectionId, at: Date, isInteractive?: boolean): Promise<void>
  abstract cancel(connectionId: ConnectionId): Promise<void>
  /** For active connections that older versions left without a schedule. @returns how many. */
  abstract scheduleMissing(at: Date): Promise<number>
  /** Replaces the schedule of the user's active connections, as interactive syncs. Joins the transaction. */
  abstract scheduleAllOf(userId: UserId, at: Date): Promise<void>
  /**
   * Of active connections: interactive first, then the longest due; without deferred ones.
   * @param regions for background syncs.
   */
  abstract due(now: Date, limit: number, regions: readonly Region[]): Promise<readonly ConnectionId[]>
  /**
   * Claims a due sync and schedules the next one as background. One caller succeeds. Joins the transaction.
   * @returns null when it wasn't due.
   */
  abstract claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ readonly isInteractive: boolean } | null>
  /** Defers a due sync that can't start; it keeps its position in the queue. Joins the transaction. */
  abstract defer(
    connectionId: ConnectionId,
    now: Date,
    until: { readonly interactive: Date; readonly other: Date },
  ): Promise<void>
}

/** Finishing a sync run makes its connection due for reconciliation in the same commit. */
export abstract class Reconciliations {
  abstract due(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly connectionId: ConnectionId; readonly userId: UserId }[]>
  /** Reads from one snapshot. `dueAt` is null if another process has checked since. */
  abstract totals(connectionId: ConnectionId): Promise<ReconciliationTotals & { readonly dueAt: Date | null }>
  /**
   * Joins the transaction.
   * @param dueAt as read: data loaded since then stays due.
   * @returns false if another process was first.
   */
  abstract complete(connectionId: ConnectionId, dueAt: Date, outcome: Reconciliation): Promise<boolean>
  /** A failed check doesn't block others. */
  abstract defer(connectionId: ConnectionId, to: Date): Promise<void>
}

export interface Reconciliation {
  readonly checkedAt: Date
  readonly mismatches: number
}

/** Only this worker may write it while the lease lasts. */
export interface LeasedReport<R extends OpenReport = OpenReport> {
  readonly report: R
  readonly fencingToken: number
  readonly userId: UserId
  readonly profile: AdvertisingProfile
  /** Time of the consent that this step relies on; null after its loss. */
  readonly consentedAt: Date | null
  /** Of the request for the sync run; null if none started it. */
  readonly correlationId: string | null
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** One worker at a time per report; a killed worker's lease expires in five seconds. */
export abstract class Leases {
  /**
   * @param work its signal aborts when the lease is lost.
   * @returns false when the report is finished, not due or leased by another worker.
   */
  abstract withLease(
    reportId: ReportId,
    now: Date,
    work: (leased: LeasedReport, leaseLost: AbortSignal) => Promise<void>,
  ): Promise<boolean>
  /**
   * Joins the transaction.
   * @throws {LeaseLost}
   */
  abstract save<R extends Report>(leased: LeasedReport, next: R): Promise<R>
  /**
   * The last write of a step: also releases the lease. Joins the transaction.
   * @throws {LeaseLost}
   */
  abstract saveAndRelease<R extends Report>(leased: LeasedReport, next: R): Promise<R>
}

/** Replaces all days of a report in one transaction. */
export abstract class ReportLoader {
  abstract capacity(): LoadCapacity
  /**
   * Reserves a load slot; dispose it after the load. Null when all are taken: release the report and retry later,
   * because waiting would keep its lease.
   */
  abstract reserve(report: Pick<Report, 'isInteractive'>): Disposable | null
  /**
   * Stores the file's totals, finishes the report and its sync run and records both, in one transaction. Equal rows
   * count once; different rows with the same key are summed.
   * @throws {LeaseLost} nothing was changed.
   */
  abstract load(
    leased: LeasedReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ readonly rows: number }>
}

/** Shared by all processes. Never call within a transaction. */
export abstract class RegionRateLimiter {
  abstract tryAcquire(
    region: Region,
    call: RateLimitedCall,
    report: DueReport,
    now: Date,
  ): Promise<RateLimitDecision>
  /** Null if not paused. For steps that make no call now and so can't be the probe. */
  abstract pausedUntil(region: Region, now: Date): Promise<Date | null>
  abstract acceptingSyncs(now: Date): Promise<readonly Region[]>
  /** @returns true for the one caller whose call ended a pause. */
  abstract recordOutcome(
    region: Region,
    outcome: CallOutcome,
    by: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
    now: Date,
  ): Promise<boolean>
}

/** From all processes (S-45). */
export abstract class CallStatistics {
  /**
   * Times the call by a monotonic clock.
   * @returns a function to call once at its end; it never blocks or throws.
   */
  abstract begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void
  /** Happens automatically every few seconds; call it before stopping. */
  abstract flush(): Promise<void>
}

/** All for interactive reports, fewer for background ones. */
export interface LoadCapacity {
  readonly interactive: number
  readonly other: number
}

export type DueReport = Pick<Report, 'id' | 'isInteractive'>

/** Wakes a worker. Best effort: may arrive late, twice or never; the sweep finds the work. */
export abstract class JobQueue {
  abstract enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void>
}

export class AccessRevoked extends Error {
  override readonly name = 'AccessRevoked'
}

/** Too many revocations in a row: probably our own fault, so an operator must check. */
export class AccessUncertain extends Error {
  override readonly name = 'AccessUncertain'
}

export type AccessLossReason = 'grant_revoked' | 'profile_access_lost' | 'marked_by_staff'

export abstract class AdsApiAccess {
  /**
   * @param rejected a token that Amazon rejected.
   * @throws {AccessRevoked}
   */
  abstract accessToken(connectionId: ConnectionId, rejected: Secret | null): Promise<Secret>
  /**
   * Records that Amazon rejected the consent of `consentedAt`.
   * @returns the reason, perhaps of an earlier loss; null when a newer consent exists and nothing is lost.
   * @throws {AccessUncertain} nothing was changed.
   */
  abstract recordLoss(
    connectionId: ConnectionId,
    why: 'grant_revoked' | 'profile_access_lost',
    consentedAt: Date | null,
  ): Promise<AccessLossReason | null>
}

/** Signed for an hour, never stored. Null when Amazon has no rows. */
export type ReportLocation = { readonly url: Secret } | null

export type AmazonReportStatus =
  | { readonly state: 'pending'; readonly configuration: ReportConfiguration }
  | {
      readonly state: 'completed'
      readonly configuration: ReportConfiguration
      readonly location: ReportLocation
    }
  | { readonly state: 'failed'; readonly configuration: ReportConfiguration; readonly detail: string }

/** Reporting v3. Throws only the Amazon errors of `src/application/ports.ts`. */
export abstract class AdvertisingReports {
  abstract requestReport(
    profile: AdvertisingProfile,
    token: Secret,
    order: { readonly definition: ReportDefinition; readonly days: DayRange },
  ): Promise<{ readonly answer: 'accepted' | 'duplicate'; readonly id: AmazonReportId }>
  abstract getStatus(
    profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus>
  /** Safe when the report no longer exists. */
  abstract cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void>
  /** In batches; the whole file is never in memory. */
  abstract download(location: ReportLocation, leaseLost: AbortSignal): AsyncIterable<readonly FileRow[]>
}
