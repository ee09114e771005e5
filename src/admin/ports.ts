import type { Plan } from '../domain/access/subscription.ts'
import type { User } from '../domain/access/user.ts'
import type { HealthName } from '../domain/health/health.ts'
import type { ConnectionId, ReportId, UserId } from '../domain/identifiers.ts'
import type { CallCount } from '../domain/ingestion/call-latency.ts'
import type { RegionRateLimit } from '../domain/ingestion/rate-limit/region-rate-limit.ts'
import type { SyncRunKind } from '../domain/ingestion/sync-run.ts'
import type { Region } from '../domain/profile/region.ts'
import type { Severity, TimelineEventKind } from '../domain/timeline/entry.ts'
import type { CaseKey, CaseStage } from './cases/case-key.ts'
import type { SearchTerm } from './cases/search-terms.ts'
import type { ReportErrorSummary } from './diagnosis/cause-mapping.ts'
import type { Cause } from './diagnosis/causes.ts'
import type { EntryId, StoredTimelineEntry, WorkerStatus } from './diagnosis/diagnosis-input.ts'

export interface TimelineFilter {
  /** Empty: all kinds. */
  readonly kinds: readonly TimelineEventKind[]
  readonly levels: readonly Severity[]
  /** Attempt, sync run or report; null for all. */
  readonly about: string | null
  readonly before: EntryId | null
  readonly limit: number
}

/** Newest first. */
export abstract class TimelineReader {
  abstract latestOf(key: CaseKey, reports: readonly ReportId[]): Promise<readonly StoredTimelineEntry[]>
  abstract page(key: CaseKey, filter: TimelineFilter): Promise<readonly StoredTimelineEntry[]>
}

export abstract class WorkerHeartbeats {
  abstract statusFor(connectionId: ConnectionId | null, now: Date): Promise<WorkerStatus>
  abstract record(workerId: string, at: Date): Promise<void>
}

export interface RecurringJobRun {
  readonly name: string
  readonly startedAt: Date
  /** Null until a run has finished. */
  readonly finishedAt: Date | null
  /** Error class of the last finished run; null if the run succeeded. */
  readonly error: string | null
}

export abstract class RecurringJobRuns {
  /** The last run of each job, in any worker. */
  abstract latest(): Promise<readonly RecurringJobRun[]>
  /**
   * Records a start. Of several concurrent calls, one succeeds.
   * @returns false if the last run started after `unlessStartedAfter`. Ignores a start over a minute ahead of `at`.
   */
  abstract start(name: string, at: Date, unlessStartedAfter: Date): Promise<boolean>
  abstract finish(name: string, at: Date, error: string | null): Promise<void>
}

export interface CaseSummary {
  readonly key: CaseKey
  /** Null for a user without a connection. */
  readonly health: HealthName | null
  readonly stage: CaseStage
  readonly cause: Cause
  readonly causeSince: Date | null
  readonly plan: Plan | 'none'
  readonly region: Region | null
  readonly country: string | null
  readonly profileId: string | null
  readonly amazonUserId: string | null
  /** More search terms, in lower case. */
  readonly text: readonly string[]
  readonly lastLoadedAt: Date | null
  readonly lastEventAt: Date
  readonly refreshAt: Date
}

export interface CaseFilter {
  readonly health: HealthName | null
  readonly stage: CaseStage | null
  readonly cause: Cause | null
  readonly plan: Plan | 'none' | null
  readonly region: Region | null
}

export interface CaseCursor {
  readonly lastEventAt: Date
  readonly id: string
}

export interface CaseSearchHit
  extends Pick<CaseSummary, 'key' | 'health' | 'stage' | 'cause' | 'plan' | 'lastLoadedAt' | 'lastEventAt'> {
  readonly user: User
  readonly amazonEmail: string | null
  readonly account: {
    readonly id: string
    readonly accountName: string | null
    readonly country: string
  } | null
}

/** S-40. */
export abstract class CaseSummaries {
  /**
   * Claims cases with new timeline entries or a due refresh; no two callers get the same case. Joins the transaction.
   * @param limit of changes; the same users' other changes are included.
   */
  abstract claimChanged(now: Date, limit: number): Promise<readonly CaseKey[]>
  /** No-op for a connection whose erasure has started. */
  abstract save(summary: CaseSummary): Promise<void>
  abstract delete(key: CaseKey): Promise<void>
  /** Omits connections whose erasure has started. */
  abstract connectionsOf(userId: UserId): Promise<readonly ConnectionId[]>
  /** By last timeline event, newest first. */
  abstract find(
    terms: readonly SearchTerm[],
    filter: CaseFilter,
    after: CaseCursor | null,
    limit: number,
  ): Promise<readonly CaseSearchHit[]>
  abstract counts(): Promise<CaseCounts>
}

export interface CaseCounts {
  readonly health: ReadonlyMap<HealthName, number>
  readonly stage: ReadonlyMap<CaseStage, number>
  readonly cause: ReadonlyMap<Cause, number>
}

export interface QueueStatus {
  readonly waiting: number
  readonly running: number
  /** Due for at least a minute and not leased. */
  readonly late: number
  /** Due time of the first; null if none. */
  readonly lateSince: Date | null
  readonly runs: Readonly<Record<SyncRunKind, number>>
  /** Due for at least a minute, not started. `since`: when the first could have started. */
  readonly syncsDue: { readonly count: number; readonly since: Date | null }
  /** For an initial or reauthorisation sync; null if no one waits. */
  readonly longestWaiting: WaitingSeller | null
}

export interface WaitingSeller {
  readonly key: CaseKey
  readonly user: Pick<User, 'name' | 'email'>
  readonly account: { readonly id: string; readonly accountName: string | null; readonly country: string }
  readonly since: Date
}

/** One per hour of the last day, one for before. */
export interface FailureCount {
  readonly reason: ReportErrorSummary
  /** 0 for the last sixty minutes; null beyond the last 24 hours. */
  readonly hoursAgo: number | null
  readonly reports: number
}

export interface RegionCallCounts {
  readonly region: Region
  readonly traffic: RegionRateLimit | null
  readonly calls: readonly CallCount[]
}

/** `since` is null if `count` is 0. */
export interface CountSince {
  readonly count: number
  readonly since: Date | null
}

export interface AlertInput {
  readonly rejected: ReadonlyMap<Cause, CountSince>
  /** Revoked since the last successful token refresh. */
  readonly revocations: CountSince
  /** See {@link Connections.findInvalidated}. */
  readonly invalidated: CountSince
  readonly differing: CountSince
  readonly emailsFailed: CountSince
}

/** S-45. */
export abstract class OverviewReader {
  abstract queue(now: Date): Promise<QueueStatus>
  abstract failures(since: Date, now: Date): Promise<readonly FailureCount[]>
  abstract regions(callsSince: Date): Promise<readonly RegionCallCounts[]>
  abstract alertInput(about: {
    readonly causes: readonly Cause[]
    readonly grantsSince: Date
    readonly emailsSince: Date
  }): Promise<AlertInput>
  /** `since`: due time of the first. */
  abstract emailsDue(now: Date): Promise<CountSince>
}

export interface DatabaseHealthReport {
  /** Known to this version but not applied. */
  readonly pendingMigrations: number
  /** Null if no worker was ever seen. */
  readonly workerSeenAt: Date | null
}

export abstract class DatabaseHealth {
  /** Answers or fails within two seconds, even if the database hangs. */
  abstract check(): Promise<DatabaseHealthReport>
}
