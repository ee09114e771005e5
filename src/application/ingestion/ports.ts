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
  /** Per report type, the longest unbroken ranges. */
  abstract loadedRanges(connectionId: ConnectionId, after: Date): Promise<readonly LoadedRange[]>
  /**
   * Reports without a lease: interactive, then longest due.
   * @param capacity limits reports that await a load slot.
   */
  abstract due(now: Date, limit: number, capacity: LoadCapacity): Promise<readonly DueReport[]>
  /** Background reports, including leased ones, but not those deferred for their region. */
  abstract countDue(now: Date, max: number): Promise<number>
  /**
   * When a throttled report of this type and profile retries; null if none waits. Ignores reports now
   * deferred for their region: they may wait for hours.
   */
  abstract throttledUntil(
    report: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null>
  /** Makes deferred reports due, spread over ten seconds. */
  abstract releaseDeferred(region: Region, now: Date): Promise<void>
  /** Lease holders can no longer write. */
  abstract failOpenReports(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void>
  /** Joins the transaction. Null while reports are unfinished, and for all but the first caller. */
  abstract finishIfDone(
    syncRunId: SyncRunId,
    now: Date,
  ): Promise<{ readonly loaded: number; readonly failed: number; readonly kind: SyncRunKind } | null>
  /**
   * From syncs finished by `by`: later ones could move a displayed estimate backwards. Null `region` means
   * all.
   */
  abstract typicalDurations(region: Region | null, by: Date): Promise<TypicalDurations>
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
  /** Reads one snapshot. `dueAt` is null if another process has checked since. */
  abstract totals(connectionId: ConnectionId): Promise<ReconciliationTotals & { readonly dueAt: Date | null }>
  /** Joins the transaction. Data loaded since `dueAt` stays due. False if another process was first. */
  abstract complete(connectionId: ConnectionId, dueAt: Date, outcome: Reconciliation): Promise<boolean>
  abstract defer(connectionId: ConnectionId, to: Date): Promise<void>
}

export interface Reconciliation {
  readonly checkedAt: Date
  readonly mismatches: number
}

export interface LeasedReport<R extends OpenReport = OpenReport> {
  readonly report: R
  readonly fencingToken: number
  readonly userId: UserId
  readonly profile: AdvertisingProfile
  /** Null after the loss of the consent. */
  readonly consentedAt: Date | null
  /** Null if no request started the run. */
  readonly correlationId: string | null
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** A killed worker's lease expires in five seconds. */
export abstract class Leases {
  /** Aborts the signal when the lease is lost. False when the report is finished, not due or leased. */
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
   * Joins the transaction.
   * @throws {LeaseLost}
   */
  abstract saveAndRelease<R extends Report>(leased: LeasedReport, next: R): Promise<R>
}

export abstract class ReportLoader {
  abstract capacity(): LoadCapacity
  /**
   * Dispose the slot after the load. Null when all are taken: release the report, because waiting would keep
   * its lease.
   */
  abstract reserve(report: Pick<Report, 'isInteractive'>): Disposable | null
  /**
   * In one transaction. Equal rows count once; different rows with one key are summed.
   * @throws {LeaseLost} having changed nothing.
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
  /** Null if not paused. For steps that make no call. */
  abstract pausedUntil(region: Region, now: Date): Promise<Date | null>
  abstract acceptingSyncs(now: Date): Promise<readonly Region[]>
  /** True for the one caller whose call ended a pause. */
  abstract recordOutcome(
    region: Region,
    outcome: CallOutcome,
    by: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
    now: Date,
  ): Promise<boolean>
}

/** From all processes (S-45). */
export abstract class CallStatistics {
  /** Uses a monotonic clock. Call the returned function once; it never blocks or throws. */
  abstract begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void
  /** Runs every few seconds. Call it before stopping. */
  abstract flush(): Promise<void>
}

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

/** Probably our fault. */
export class AccessUncertain extends Error {
  override readonly name = 'AccessUncertain'
}

export type AccessLossReason = 'grant_revoked' | 'profile_access_lost' | 'marked_by_staff'

export abstract class AdsApiAccess {
  /** @throws {AccessRevoked} */
  abstract accessToken(connectionId: ConnectionId, rejectedToken: Secret | null): Promise<Secret>
  /**
   * @returns the reason, perhaps of an earlier loss; null when a newer consent exists.
   * @throws {AccessUncertain} having changed nothing.
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

/** Throws only the Amazon errors of `src/application/ports.ts`. */
export abstract class AdvertisingReports {
  abstract requestReport(
    profile: AdvertisingProfile,
    token: Secret,
    request: { readonly definition: ReportDefinition; readonly days: DayRange },
  ): Promise<{ readonly answer: 'accepted' | 'duplicate'; readonly id: AmazonReportId }>
  abstract getStatus(
    profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus>
  /** Safe when the report no longer exists. */
  abstract cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void>
  /** The whole file is never in memory. */
  abstract download(location: ReportLocation, leaseLost: AbortSignal): AsyncIterable<readonly FileRow[]>
}
