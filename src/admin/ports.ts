import type { Person } from '../domain/access/person.ts'
import type { Plan } from '../domain/access/subscription.ts'
import type { HealthName } from '../domain/health/health.ts'
import type { ConnectionId, PersonId, ReportId } from '../domain/identifiers.ts'
import type { CallCount } from '../domain/ingestion/call-times.ts'
import type { RegionTraffic } from '../domain/ingestion/region-traffic.ts'
import type { RunKind } from '../domain/ingestion/run.ts'
import type { Region } from '../domain/profile/region.ts'
import type { EntryLevel, HappeningKind } from '../domain/timeline/entry.ts'
import type { CaseKey, CaseStage } from './cases/case.ts'
import type { Cause } from './diagnosis/causes.ts'
import type { EntryId, StoryEntry, WorkFacts } from './diagnosis/facts.ts'
import type { NamedTrouble } from './diagnosis/tables.ts'
import type { Term } from './search/terms.ts'

export interface StoryFilter {
  /** Empty: all of them. */
  readonly kinds: readonly HappeningKind[]
  readonly levels: readonly EntryLevel[]
  /** Of an attempt, a run or a report; null for all. */
  readonly about: string | null
  readonly before: EntryId | null
  readonly limit: number
}

/** For reading a case's story. The newest first, everywhere. */
export abstract class Stories {
  /** What a diagnosis reads: the latest of what is no report's, and the latest of these reports. */
  abstract latestOf(key: CaseKey, reports: readonly ReportId[]): Promise<readonly StoryEntry[]>
  abstract page(key: CaseKey, filter: StoryFilter): Promise<readonly StoryEntry[]>
}

/** For knowing how our own workers fare. */
export abstract class Works {
  /** @param connectionId null for a case that has none: nothing of it waits for a worker. */
  abstract factsOf(connectionId: ConnectionId | null, now: Date): Promise<WorkFacts>
  abstract noteAlive(workerId: string, at: Date): Promise<void>
}

/** What a list shows of a case, and what it is searched by. */
export interface CaseDigest {
  readonly key: CaseKey
  /** Null for a person without a connection. */
  readonly health: HealthName | null
  readonly stage: CaseStage
  readonly cause: Cause
  /** Since when it is so; null where that is not known. */
  readonly causeSince: Date | null
  readonly plan: Plan | 'none'
  readonly region: Region | null
  readonly country: string | null
  readonly profileId: string | null
  readonly amazonUserId: string | null
  /** Whatever else people type. */
  readonly words: readonly string[]
  readonly lastLoadedAt: Date | null
  /** When something happened last. */
  readonly activeAt: Date
  /** When time alone may have changed it. */
  readonly lookAgainAt: Date
}

export interface CaseFilter {
  readonly health: HealthName | null
  readonly stage: CaseStage | null
  readonly cause: Cause | null
  readonly plan: Plan | 'none' | null
  readonly region: Region | null
}

/** A place in a list that is ordered by what happened last. */
export interface CasePlace {
  readonly activeAt: Date
  readonly id: string
}

export interface FoundCase
  extends Pick<CaseDigest, 'key' | 'health' | 'stage' | 'cause' | 'plan' | 'lastLoadedAt' | 'activeAt'> {
  readonly person: Person
  readonly amazonEmail: string | null
  readonly account: {
    readonly id: string
    readonly accountName: string | null
    readonly country: string
  } | null
}

/** For finding cases (S-40). */
export abstract class CaseDigests {
  /**
   * Cases whose story went on, or whose time has come; taken once, by one caller. Joins the unit of work, which ends with
   * their digests. The limit is of changes; what else has changed for the same people is taken with them.
   */
  abstract take(now: Date, limit: number): Promise<readonly CaseKey[]>
  /** In the place of the one before; nothing of a connection whose erasure has begun. */
  abstract keep(digest: CaseDigest): Promise<void>
  abstract forget(key: CaseKey): Promise<void>
  /** Of the person: every connection of which something is left. */
  abstract connectionsOf(personId: PersonId): Promise<readonly ConnectionId[]>
  /** Those that fit all terms and the filter; what happened last comes first. */
  abstract find(
    terms: readonly Term[],
    filter: CaseFilter,
    after: CasePlace | null,
    limit: number,
  ): Promise<readonly FoundCase[]>
  abstract counts(): Promise<CaseCounts>
}

/** How many cases there are of each. Whoever holds no connection has no health. */
export interface CaseCounts {
  readonly health: ReadonlyMap<HealthName, number>
  readonly stage: ReadonlyMap<CaseStage, number>
  readonly cause: ReadonlyMap<Cause, number>
}

/** Reports on their way, and whom they keep waiting. */
export interface QueueFacts {
  /** For their time, or for the worker that takes them next. */
  readonly waiting: number
  /** A worker has them in hand. */
  readonly running: number
  /** Their time has come a minute ago or longer, and nobody has them in hand. */
  readonly late: number
  /** When the first of them should have been taken. */
  readonly lateSince: Date | null
  /** Loadings that have begun and are not over. */
  readonly runs: Readonly<Record<RunKind, number>>
  /** Daily syncs that were due a minute ago or longer and have not begun, and since when the first. */
  readonly syncsDue: { readonly count: number; readonly since: Date | null }
  /** Who waits longest for a first or a renewed loading. */
  readonly longestWaiting: WaitingSeller | null
}

export interface WaitingSeller {
  readonly key: CaseKey
  readonly person: Pick<Person, 'name' | 'email'>
  readonly account: { readonly id: string; readonly accountName: string | null; readonly country: string }
  readonly since: Date
}

/** Reports that were given up for one reason, within one hour or earlier. */
export interface FailureCount {
  /** As much of it as names the cause. */
  readonly reason: NamedTrouble
  /** 0 for the last sixty minutes; null beyond the last 24 hours. */
  readonly hoursAgo: number | null
  readonly reports: number
}

export interface RegionFacts {
  readonly region: Region
  /** Null before anything was asked of it. */
  readonly traffic: RegionTraffic | null
  readonly calls: readonly CallCount[]
}

/** Something that is seen so often, since then. */
export interface Sighting {
  readonly count: number
  readonly since: Date | null
}

/** What may be an alarm. */
export interface Sightings {
  /** Cases by cause; none where there is none. */
  readonly refused: ReadonlyMap<Cause, Sighting>
  /** Grants that were refused since a token was minted last. */
  readonly grantsRefused: Sighting
  /** Accounts whose figures are not those of Amazon's files. */
  readonly differing: Sighting
  readonly mailsGivenUp: Sighting
}

/** For seeing how all of it fares (S-45). */
export abstract class Overviews {
  abstract queue(now: Date): Promise<QueueFacts>
  /** Those that were given up within that time. */
  abstract failures(since: Date, now: Date): Promise<readonly FailureCount[]>
  /** Every region, and the calls since then. */
  abstract regions(callsSince: Date): Promise<readonly RegionFacts[]>
  abstract sightings(about: {
    readonly causes: readonly Cause[]
    readonly grantsSince: Date
    readonly mailsSince: Date
  }): Promise<Sightings>
  /** Mails whose time has come, and since when the first of them waits. */
  abstract mailsDue(now: Date): Promise<Sighting>
}

/** What a database says of itself. */
export interface DatabaseState {
  /** How many migrations this program knows that it has not. */
  readonly pendingMigrations: number
  /** When any worker told last that it lives. */
  readonly workerSeenAt: Date | null
}

/** For telling whether the database can be worked with. */
export abstract class DatabaseStates {
  /** Answers or fails within two seconds, whatever hangs. */
  abstract look(): Promise<DatabaseState>
}
