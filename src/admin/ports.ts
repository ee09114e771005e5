import type { Person } from '../domain/access/person.ts'
import type { Plan } from '../domain/access/subscription.ts'
import type { HealthName } from '../domain/health/health.ts'
import type { ConnectionId, PersonId, ReportId } from '../domain/identifiers.ts'
import type { Region } from '../domain/profile/region.ts'
import type { EntryLevel, HappeningKind } from '../domain/timeline/entry.ts'
import type { CaseKey, CaseStage } from './cases/case.ts'
import type { Cause } from './diagnosis/causes.ts'
import type { EntryId, StoryEntry, WorkFacts } from './diagnosis/facts.ts'
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
   * their digests.
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
  /** How many cases there are of each. */
  abstract counts(): Promise<{
    readonly health: ReadonlyMap<HealthName, number>
    readonly stage: ReadonlyMap<CaseStage, number>
    readonly cause: ReadonlyMap<Cause, number>
  }>
}
