import type { Day, DayRange } from '../../domain/calendar.ts'
import type {
  AmazonReportId,
  ConnectionId,
  PendingConnectionId,
  ReportId,
  UserId,
} from '../../domain/identifiers.ts'
import type { AnsweredCallOutcome } from '../../domain/ingestion/call-latency.ts'
import type { ReportDefinition } from '../../domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../domain/ingestion/duplicate-report.ts'
import type { FactRow, FileRow } from '../../domain/ingestion/fact-row.ts'
import type { UnconfirmedFile, Volume } from '../../domain/ingestion/file-totals.ts'
import type { RateLimitDecision } from '../../domain/ingestion/rate-limit/call-budget.ts'
import type {
  Caller,
  CallOutcome,
  RateLimitedCall,
} from '../../domain/ingestion/rate-limit/region-rate-limit.ts'
import type { CompletedReport, notOffered, OpenReport, Report } from '../../domain/ingestion/report.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

export interface LoadCapacity {
  readonly interactive: number
  readonly other: number
}

export type DueReport = Pick<Report, 'id' | 'isInteractive'>

export interface LeasedReport<R extends OpenReport = OpenReport> {
  readonly report: R
  readonly fencingToken: number
  readonly userId: UserId
  readonly profile: AdvertisingProfile
  /** Identifies the grant. */
  readonly pendingConnectionId: PendingConnectionId
  /** Null if no request started the run. */
  readonly correlationId: string | null
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export abstract class ReportQueue {
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

/** The file would remove most of what is loaded for its days. */
export class FileUnconfirmed extends Error {
  override readonly name = 'FileUnconfirmed'
  readonly file: UnconfirmedFile

  constructor(file: UnconfirmedFile, loaded: Volume) {
    super(`${file.rows} of ${loaded.rows} rows, ${file.cost.toFixed(2)} of ${loaded.cost.toFixed(2)} spend`)
    this.file = file
  }
}

/** `setAside` counts the unreadable rows; call it after the last batch. */
export interface FactFile {
  readonly batches: AsyncIterable<readonly FactRow[]>
  readonly setAside: () => number
}

export abstract class ReportLoader {
  abstract capacity(): LoadCapacity
  /**
   * Dispose the slot after the load. Null when all are taken: release the report, because waiting would keep
   * its lease.
   */
  abstract reserve(report: Pick<Report, 'isInteractive'>): Disposable | null
  /**
   * In one transaction. Equal rows count once, except those without a target id (decision 34); different rows with one key
   * are summed.
   * @throws {LeaseLost} having changed nothing.
   * @throws {FileUnconfirmed} having changed nothing.
   */
  abstract load(
    leased: LeasedReport<CompletedReport>,
    file: FactFile,
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
  abstract recordOutcome(region: Region, outcome: CallOutcome, by: Caller, now: Date): Promise<boolean>
}

/** From all processes (S-45). */
export abstract class CallStatistics {
  /** Uses a monotonic clock. Call the returned function once; it never blocks or throws. */
  abstract begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void
  /** Runs every few seconds. Call it before stopping. */
  abstract flush(): Promise<void>
}

export class AccessRevoked extends Error {
  override readonly name = 'AccessRevoked'
}

/** Probably our fault. */
export class AccessUncertain extends Error {
  override readonly name = 'AccessUncertain'
}

/** Perhaps Amazon's failure: it may still list the profile. */
export class AccessLossUnconfirmed extends Error {
  override readonly name = 'AccessLossUnconfirmed'
}

export type AccessLossReason = 'grant_revoked' | 'profile_access_lost' | 'marked_by_staff'

export abstract class AdsApiAccess {
  /** @throws {AccessRevoked} */
  abstract accessToken(connectionId: ConnectionId, rejectedToken: Secret | null): Promise<Secret>
  /**
   * @returns the reason, perhaps of an earlier loss; null when a newer grant exists.
   * @throws {AccessUncertain} having changed nothing.
   * @throws {AccessLossUnconfirmed} having changed nothing.
   */
  abstract recordLoss(
    connectionId: ConnectionId,
    why: 'grant_revoked' | 'profile_access_lost',
    pendingConnectionId: PendingConnectionId,
  ): Promise<AccessLossReason | null>
}

/**
 * Signed for an hour, never stored; a report may have several files. Null when Amazon has no rows.
 * `day` is the day of rows without one.
 */
export type ReportLocation = { readonly urls: readonly Secret[]; readonly day?: Day } | null

export type AmazonReportStatus =
  | { readonly state: 'pending'; readonly configuration: ReportConfiguration }
  | {
      readonly state: 'completed'
      readonly configuration: ReportConfiguration
      readonly location: ReportLocation
    }
  | { readonly state: 'failed'; readonly configuration: ReportConfiguration; readonly detail: string }

export type RequestAnswer =
  | { readonly answer: 'accepted' | 'duplicate'; readonly id: AmazonReportId }
  /** The id {@link notOffered} has the status of a completed report without rows. */
  | { readonly answer: 'not_offered'; readonly id: typeof notOffered; readonly amazonMessage: string }

/** Throws only the Amazon errors of `src/application/ports.ts`. */
export abstract class AdvertisingReports {
  /** Running Sponsored Brands campaigns of the old format. */
  abstract countLegacyCampaigns(profile: AdvertisingProfile, token: Secret): Promise<number>
  abstract requestReport(
    profile: AdvertisingProfile,
    token: Secret,
    request: { readonly definition: ReportDefinition; readonly days: DayRange },
  ): Promise<RequestAnswer>
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
