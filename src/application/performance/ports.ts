import type { Day, DayRange } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { LoadedStretch } from '../../domain/ingestion/sync.ts'
import type { Totals } from '../../domain/performance/figures.ts'
import type { Bookmark, Level, RowFilter, Sorting } from '../../domain/performance/level.ts'
import type { ReportedRows, RollUp } from '../../domain/performance/roll-up.ts'

export interface DayTotals extends Totals {
  readonly day: Day
}

export interface ProductDayTotals extends DayTotals {
  readonly adProduct: AdProduct
}

export interface CampaignTotals extends Totals {
  readonly id: string
  readonly name: string
  readonly adProduct: AdProduct
  readonly status: string
}

/** A campaign that sold more, or less, than in the period before. Money as exact decimal text. */
export interface Mover extends Pick<CampaignTotals, 'id' | 'name' | 'adProduct'> {
  readonly now: Pick<Totals, 'cost' | 'sales'>
  readonly before: Pick<Totals, 'cost' | 'sales'>
}

/** By how much sales moved, the furthest first. */
export interface Movers {
  readonly gained: readonly Mover[]
  readonly lost: readonly Mover[]
}

/** For reading loaded figures; totals come from the campaign-level reports alone. */
export abstract class Figures {
  /** The days that campaign reports were loaded for: by type, the longest unbroken stretches. */
  abstract loadedStretches(connectionId: ConnectionId): Promise<readonly LoadedStretch[]>
  /** The same of many, from each one's first day to the last; one of which nothing is loaded is left out. */
  abstract loadedDays(connectionIds: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, DayRange>>
  /** Of many connections, each over days of its own. */
  abstract totals(asked: ReadonlyMap<ConnectionId, DayRange>): Promise<ReadonlyMap<ConnectionId, Totals>>
  /** In the order of the days; those without a row are left out. */
  abstract daily(connectionId: ConnectionId, days: DayRange): Promise<readonly ProductDayTotals[]>
  /**
   * The most expensive first, and those that moved most against the days before.
   * @param before null where it is not loaded: then nothing is said to have moved.
   */
  abstract campaigns(
    connectionId: ConnectionId,
    period: { readonly days: DayRange; readonly before: DayRange | null },
    limits: { readonly campaigns: number; readonly movers: number },
  ): Promise<{
    readonly count: number
    readonly campaigns: readonly CampaignTotals[]
    readonly movers: Movers
  }>
}

export interface TableRow extends Totals {
  readonly adProduct: AdProduct
  /** By the columns of the level: its keys, and its names. */
  readonly keys: Readonly<Record<string, string>>
  readonly names: Readonly<Record<string, string | null>>
  readonly bookmark: Bookmark
}

export interface TableAsk {
  readonly level: Level
  readonly days: DayRange
  readonly sorting: Sorting
  readonly filter: RowFilter
  readonly after: Bookmark | null
  readonly limit: number
}

/** For listing what was loaded, level by level. */
export abstract class FigureTables {
  /**
   * @param over nobody waits for it any more.
   * @returns the rows of one page, how many there are in all pages, and whether they were added up for it.
   * @throws {TablesBusy} where too many are added up for this account already.
   */
  abstract page(
    connectionId: ConnectionId,
    ask: TableAsk,
    over: AbortSignal,
  ): Promise<{ readonly count: number; readonly rows: readonly TableRow[]; readonly isAddedUp: boolean }>
  /**
   * All of them, as they were at one moment, a few hundred at a time: no more is held than a batch.
   * @param over ends the reading, and gives back what it held.
   * @throws {ExportsBusy} where too many are read already.
   */
  abstract rows(
    connectionId: ConnectionId,
    ask: Omit<TableAsk, 'after' | 'limit'>,
    over: AbortSignal,
  ): Promise<AsyncIterable<readonly TableRow[]>>
}

/** For adding tables up ahead of the people who open them. A load that replaces any of their days drops them. */
export abstract class TableRollUps {
  /** Those whose run has settled since, the longest wait first. */
  abstract due(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly connectionId: ConnectionId; readonly dueAt: Date }[]>
  abstract reportedRows(connectionId: ConnectionId): Promise<readonly ReportedRows[]>
  /** Somebody looks at these days: if more rows than so many were reported of them, they are due at once. */
  abstract ask(
    connectionId: ConnectionId,
    rollUp: RollUp,
    its: { readonly moreThan: number; readonly now: Date },
  ): Promise<void>
  /** What was asked for since then, the last first. */
  abstract asked(connectionId: ConnectionId, since: Date, limit: number): Promise<readonly RollUp[]>
  /** Drops those of other levels and days, whatever is left of dropped ones, and what was asked for by then. */
  abstract keepOnly(connectionId: ConnectionId, wanted: readonly RollUp[], askedBy: Date): Promise<void>
  /**
   * Does nothing where it stands already, and for a connection that is closed.
   * @param over ends it, and leaves nothing of it.
   */
  abstract build(connectionId: ConnectionId, rollUp: RollUp, over: AbortSignal): Promise<void>
  /** Unless it has become due again. */
  abstract conclude(connectionId: ConnectionId, dueAt: Date): Promise<void>
  abstract postpone(connectionId: ConnectionId, to: Date): Promise<void>
}
