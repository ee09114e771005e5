import type { Person } from '../../domain/access/person.ts'
import type { Session } from '../../domain/access/session.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type {
  AmazonReportId,
  ConnectionId,
  PersonId,
  ReportId,
  RunId,
  SessionId,
} from '../../domain/identifiers.ts'
import type { CallEnd } from '../../domain/ingestion/call-times.ts'
import type { ReportDefinition, ReportType } from '../../domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../domain/ingestion/duplicate.ts'
import type { FactRow, FileRow } from '../../domain/ingestion/fact-row.ts'
import type { UsualDurations } from '../../domain/ingestion/progress.ts'
import type { Books } from '../../domain/ingestion/reconciliation.ts'
import type { Admission, CallOutcome, RegionCall } from '../../domain/ingestion/region-traffic.ts'
import type {
  CompletedReport,
  FailedReport,
  LoadedReport,
  OpenReport,
  Report,
} from '../../domain/ingestion/report.ts'
import type { Run, RunKind } from '../../domain/ingestion/run.ts'
import type { LoadedStretch } from '../../domain/ingestion/sync.ts'
import type { FailureReason } from '../../domain/ingestion/trouble.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

export interface AwaitedLoading {
  readonly connectionId: ConnectionId
  readonly region: Region
  /** The loading that the connection, or its last renewal, began with. */
  readonly run: {
    readonly requestedAt: Date
    readonly reports: readonly Pick<Report, 'type' | 'status'>[]
  } | null
}

/** For keeping runs and their reports. */
export abstract class Ingestions {
  abstract save(run: Run, reports: readonly Report[]): Promise<void>
  /** @param kinds of run that count; without them all do. */
  abstract latestOf(
    connectionId: ConnectionId,
    kinds?: readonly RunKind[],
  ): Promise<{ readonly run: Run; readonly reports: readonly Report[] } | null>
  /** Whether a report of the connection is still on its way. */
  abstract isLoading(connectionId: ConnectionId): Promise<boolean>
  /** The days that were loaded after a moment, of every type of report: the longest unbroken stretches. */
  abstract loadedStretches(connectionId: ConnectionId, after: Date): Promise<readonly LoadedStretch[]>
  /**
   * Open reports whose time has come and that nobody holds: what somebody waits for first, then the longest due, in a run's own
   * order.
   * @param room how many of those that are complete at Amazon could be loaded: more are not found.
   */
  abstract due(now: Date, limit: number, room: LoadRoom): Promise<readonly DueReport[]>
  /**
   * How many are due that nobody waits for, whoever has them in hand; no more than so many are counted. Those that were told to come again
   * for their region's sake are not: their step may be to be told so once more.
   */
  abstract countDue(now: Date, most: number): Promise<number>
  /**
   * Until when another report of the same type and profile waits, because Amazon throttled it; null if none does. One that
   * has waited, and is held back for its region since, is nobody's business: the night's own may stand in line for hours.
   */
  abstract throttledUntil(
    report: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null>
  /** What was held back for a region's sake is due within ten seconds: not all of it in one. */
  abstract release(region: Region, now: Date): Promise<void>
  /** Open reports of a connection fail for this reason; whoever holds one can no longer write. */
  abstract abandon(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void>
  /** Marks the run as settled when its last report is; tells once, to one caller. Joins the unit of work. */
  abstract settle(
    runId: RunId,
    now: Date,
  ): Promise<{ readonly loaded: number; readonly failed: number; readonly kind: RunKind } | null>
  /**
   * How long each type of report took in the latest first loadings that were over by then; types of which too few were
   * loaded are absent. What ended since says nothing: an estimate that somebody reads must not move backwards.
   * @param region null for all of them together.
   */
  abstract usualDurations(region: Region | null, by: Date): Promise<UsualDurations>
}

/** All that is known of a connection's loading, whichever runs asked for it. */
export interface LoadingRecord {
  /** The loading that the connection, or its last renewal, began with; null where it never loaded anything. */
  readonly asked: { readonly run: Run; readonly reports: readonly Report[] } | null
  /** For each type the settled report that reaches furthest towards today; of several the one settled last. */
  readonly settled: readonly (LoadedReport | FailedReport)[]
  /** On their way, the next to be tried first. */
  readonly open: readonly OpenReport[]
  /** For each type: the first time that one failed since one was loaded. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  /** When something was loaded last; null while nothing is. */
  readonly lastLoadedAt: Date | null
  /** Null where none is planned. */
  readonly nextSyncAt: Date | null
  /** When what is served was last held against Amazon's files, and how many figures differed; null before. */
  readonly reconciled: Reconciliation | null
}

/** For pages that tell how a connection's loading stands. */
export abstract class LoadingRecords {
  /** All of it as of one moment, however much was loaded. */
  abstract of(connectionId: ConnectionId): Promise<LoadingRecord>
}

/** For the one question that each page that waits asks every few seconds. */
export abstract class Polls {
  /**
   * Whose session it is, and how far one of their loadings is: of the connection that is named, else of the one that the
   * session looks at, else of the first.
   * @param named from an address: maybe no id at all.
   * @returns null for a session that is over; `awaited` is null where they hold no such connection.
   */
  abstract find(
    id: SessionId,
    named: string | null,
    now: Date,
  ): Promise<{
    readonly session: Session
    readonly person: Person
    readonly awaited: AwaitedLoading | null
  } | null>
}

/** For remembering when a connection is read again. */
export abstract class Syncs {
  /**
   * In the place of what was planned before. Joins the unit of work.
   * @param isAwaited whether somebody waits for it, who asked for it.
   */
  abstract plan(connectionId: ConnectionId, at: Date, isAwaited?: boolean): Promise<void>
  abstract cancel(connectionId: ConnectionId): Promise<void>
  /** For authorised connections that have no plan, as an older program leaves them. @returns how many there were. */
  abstract planMissing(at: Date): Promise<number>
  /**
   * For every connection of the person that is authorised, in the place of what was planned, and awaited. Joins the unit
   * of work.
   */
  abstract planAllOf(personId: PersonId, at: Date): Promise<void>
  /**
   * Of connections that are authorised, what is awaited first, and then the longest due; without what was put off until later.
   * @param regions of what nobody waits for, in these alone.
   */
  abstract due(now: Date, limit: number, regions: readonly Region[]): Promise<readonly ConnectionId[]>
  /**
   * Moves a sync that is due by now; of several callers one alone moves it. Joins the unit of work.
   * @returns whether it was awaited, which the next one is not; null when it was not due.
   */
  abstract move(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ readonly isAwaited: boolean } | null>
  /**
   * A sync that is due by now and cannot begin is not tried before, sooner where it is awaited; it keeps its place among those that are
   * due. Joins the unit of work.
   */
  abstract delay(
    connectionId: ConnectionId,
    now: Date,
    until: { readonly awaited: Date; readonly other: Date },
  ): Promise<void>
}

/** For holding what is served against what Amazon's files said. A settled run makes its connection due, in its commit. */
export abstract class Reconciliations {
  /** The longest due first. */
  abstract due(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly connectionId: ConnectionId; readonly personId: PersonId }[]>
  /** All of it as of one moment; due no more when another has checked meanwhile. */
  abstract books(connectionId: ConnectionId): Promise<Books & { readonly dueAt: Date | null }>
  /**
   * Joins the unit of work.
   * @param dueAt as the books had it: what was loaded since is due again.
   * @returns false when another was first.
   */
  abstract conclude(connectionId: ConnectionId, dueAt: Date, outcome: Reconciliation): Promise<boolean>
  /** What could not be checked is checked later, and stands in nobody's way. */
  abstract postpone(connectionId: ConnectionId, to: Date): Promise<void>
}

export interface Reconciliation {
  readonly checkedAt: Date
  /** How many figures differ. */
  readonly differences: number
}

/** A report that this worker alone may write, while its lease lasts. */
export interface HeldReport<R extends OpenReport = OpenReport> {
  readonly report: R
  readonly fence: number
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
  /** When the consent was given under which this step is made; null when there is none any more. */
  readonly consentedAt: Date | null
  /** By which the log knows what its run was asked for by; null where nobody asked. */
  readonly correlationId: string | null
}

/** Another worker took over: nothing may be written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** For having one report worked on by one worker at a time. A killed worker is taken over in five seconds. */
export abstract class Leases {
  /**
   * @param work is told by the signal when the lease was lost.
   * @returns false when the report is settled, not due, or held by another.
   */
  abstract hold(
    reportId: ReportId,
    now: Date,
    work: (held: HeldReport, lost: AbortSignal) => Promise<void>,
  ): Promise<boolean>
  /**
   * Joins the unit of work.
   * @throws {LeaseLost}
   */
  abstract save<R extends Report>(held: HeldReport, next: R): Promise<R>
  /**
   * The last thing that its holder writes: saves, and gives the report back in the same commit. Joins the unit of work.
   * @throws {LeaseLost}
   */
  abstract conclude<R extends Report>(held: HeldReport, next: R): Promise<R>
}

/** For putting rows in the place of what was loaded before: all of a report's days, in one transaction. */
export abstract class ReportLoader {
  /** How many loads this process has room for now; some is kept for what somebody waits for. */
  abstract room(): LoadRoom
  /**
   * A place for one load, to be disposed of after it: whoever has one asks Amazon for the file and is not disappointed. Null while
   * all are taken; whoever finds none comes again, since waiting here would keep a lease from others.
   */
  abstract reserve(report: Pick<Report, 'isAwaited'>): Disposable | null
  /**
   * Also keeps what the file itself says, marks the report as loaded, settles its run and tells both on the timeline,
   * in the same transaction. Rows that are the same in every column count once; rows that share a key and differ are
   * added up.
   * @throws {LeaseLost} having changed nothing.
   */
  abstract load(
    held: HeldReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ readonly rows: number }>
}

/** For going easy on a region of Amazon, all processes together. Never inside a unit of work. */
export abstract class Regions {
  abstract admit(region: Region, call: RegionCall, report: DueReport, now: Date): Promise<Admission>
  /** Until when the region is left alone; null while it is not. For whoever goes nowhere now, and so tries for nobody. */
  abstract pausedUntil(region: Region, now: Date): Promise<Date | null>
  /** In which a sync is begun that nobody waits for. */
  abstract takingMore(now: Date): Promise<readonly Region[]>
  /** @returns true for the one caller whose call ended a pause. */
  abstract observe(
    region: Region,
    outcome: CallOutcome,
    by: { readonly reportId: ReportId; readonly connectionId: ConnectionId },
    now: Date,
  ): Promise<boolean>
}

/** For knowing how each region of Amazon's Ads API fares, from the calls of all processes together (S-45). */
export abstract class CallTally {
  /**
   * A call goes out now; how long it takes is measured, whatever the clock says meanwhile.
   * @returns what its end is told to, once. It waits for nothing and never fails.
   */
  abstract begin(region: Region): (outcome: CallEnd, at: Date) => void
  /** What was counted so far is kept, for everybody to see. Happens by itself within seconds; whoever stops asks for it. */
  abstract flush(): Promise<void>
}

/** How many loads would begin at once: all of them of what somebody waits for, fewer of the other. */
export interface LoadRoom {
  readonly awaited: number
  readonly other: number
}

/** Which report may take its next step, and whether somebody waits for it. */
export type DueReport = Pick<Report, 'id' | 'isAwaited'>

/** For waking a worker at once; it may come late, twice or never, and nothing but time is lost. */
export abstract class Bell {
  abstract ring(reports: readonly DueReport[], inMilliseconds: number): Promise<void>
}

/** The seller's yes is gone. */
export class AccessGone extends Error {
  override readonly name = 'AccessGone'
}

/** Amazon refuses so many at once that nobody is taken to be gone for it: an operator has to look. */
export class AccessDoubted extends Error {
  override readonly name = 'AccessDoubted'
}

/** Why there is no access any more: a yes that is gone, rights that are gone, or one of us who took it away. */
export type AccessLoss = 'grant_gone' | 'profile_rights_lost' | 'marked_by_us'

/** For getting in at Amazon on a connection's behalf. */
export abstract class ReportAccess {
  /**
   * @param rejected a token that Amazon did not take.
   * @throws {AccessGone}
   */
  abstract token(connectionId: ConnectionId, rejected: Secret | null): Promise<Secret>
  /**
   * Amazon refused what was asked under this consent.
   * @returns why there is none now, which may be an earlier loss; null when a newer consent has taken its place meanwhile:
   *   nothing is lost then.
   * @throws {AccessDoubted} having changed nothing.
   */
  abstract lose(
    connectionId: ConnectionId,
    why: 'grant_gone' | 'profile_rights_lost',
    consentedAt: Date | null,
  ): Promise<AccessLoss | null>
}

/** Where a completed report can be fetched; signed for an hour, never stored. Null: Amazon has no rows. */
export type ReportLocation = { readonly url: Secret } | null

export type ReportLook =
  | { readonly state: 'pending'; readonly configuration: ReportConfiguration }
  | {
      readonly state: 'completed'
      readonly configuration: ReportConfiguration
      readonly location: ReportLocation
    }
  | { readonly state: 'failed'; readonly configuration: ReportConfiguration; readonly detail: string }

/** For Amazon's Reporting v3. Throws Amazon's failures, as declared beside the Clock, and nothing else. */
export abstract class AdvertisingReports {
  abstract order(
    profile: AdvertisingProfile,
    token: Secret,
    order: { readonly definition: ReportDefinition; readonly days: DayRange },
  ): Promise<{ readonly answer: 'accepted' | 'duplicate'; readonly id: AmazonReportId }>
  abstract look(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<ReportLook>
  /** Cancels what is still pending; not finding it is as good. */
  abstract cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void>
  /** The rows in batches, as they arrive; never the whole file in memory. */
  abstract download(location: ReportLocation, lost: AbortSignal): AsyncIterable<readonly FileRow[]>
}
