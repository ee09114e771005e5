import type { Day, DayRange } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { LoadedRange } from '../../domain/ingestion/sync-window.ts'
import type { Counting } from '../../domain/performance/counting.ts'
import type { Totals } from '../../domain/performance/figures.ts'
import type { Level, PageCursor, RowFilter, Sorting } from '../../domain/performance/level.ts'
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

export interface Mover extends Pick<CampaignTotals, 'id' | 'name' | 'adProduct'> {
  readonly now: Pick<Totals, 'cost' | 'sales'>
  readonly before: Pick<Totals, 'cost' | 'sales'>
}

export interface Movers {
  readonly gained: readonly Mover[]
  readonly lost: readonly Mover[]
}

/** Only from campaign-level reports. */
export abstract class Figures {
  /** Per campaign report type, the longest unbroken ranges. */
  abstract loadedRanges(connectionId: ConnectionId): Promise<readonly LoadedRange[]>
  /** Connections without data are absent. */
  abstract loadedDays(connectionIds: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, DayRange>>
  abstract totals(
    ranges: ReadonlyMap<ConnectionId, DayRange>,
    counting: Counting,
  ): Promise<ReadonlyMap<ConnectionId, Totals>>
  /** Days without a row are absent. */
  abstract daily(
    connectionId: ConnectionId,
    days: DayRange,
    counting: Counting,
  ): Promise<readonly ProductDayTotals[]>
  /** Without `before` there are no movers. */
  abstract campaigns(
    connectionId: ConnectionId,
    period: { readonly days: DayRange; readonly before: DayRange | null },
    counting: Counting,
    limits: { readonly campaigns: number; readonly movers: number },
  ): Promise<{
    readonly count: number
    readonly campaigns: readonly CampaignTotals[]
    readonly movers: Movers
  }>
}

export interface TableRow extends Totals {
  readonly adProduct: AdProduct
  readonly keys: Readonly<Record<string, string>>
  readonly names: Readonly<Record<string, string | null>>
  readonly cursor: PageCursor
}

export interface TableRequest {
  readonly level: Level
  readonly counting: Counting
  readonly days: DayRange
  readonly sorting: Sorting
  readonly filter: RowFilter
  readonly after: PageCursor | null
  readonly limit: number
}

export abstract class FigureTables {
  /**
   * @param signal aborts when the client disconnects.
   * @throws {TooManyTableQueries}
   */
  abstract page(
    connectionId: ConnectionId,
    request: TableRequest,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly rows: readonly TableRow[]; readonly isAggregated: boolean }>
  /**
   * One snapshot; memory holds one batch.
   * @param signal stops reading and frees the resources.
   * @throws {TooManyExports}
   */
  abstract rows(
    connectionId: ConnectionId,
    request: Omit<TableRequest, 'after' | 'limit'>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly TableRow[]>>
}

/** A load drops the roll-ups whose days it replaces. */
export abstract class TableRollUps {
  /** Longest due first. */
  abstract due(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly connectionId: ConnectionId; readonly dueAt: Date }[]>
  abstract reportedRows(connectionId: ConnectionId): Promise<readonly ReportedRows[]>
  /** No-op unless its days have more than `moreThan` rows. */
  abstract request(
    connectionId: ConnectionId,
    rollUp: RollUp,
    options: { readonly moreThan: number; readonly now: Date },
  ): Promise<void>
  abstract requested(connectionId: ConnectionId, since: Date, limit: number): Promise<readonly RollUp[]>
  /** Also removes requests up to `requestedBefore`. */
  abstract retainOnly(
    connectionId: ConnectionId,
    wanted: readonly RollUp[],
    requestedBefore: Date,
  ): Promise<void>
  /** No-op if the roll-up exists or the connection is closed. An abort leaves no partial roll-up. */
  abstract build(connectionId: ConnectionId, rollUp: RollUp, signal: AbortSignal): Promise<void>
  /** No-op if the connection became due again. */
  abstract conclude(connectionId: ConnectionId, dueAt: Date): Promise<void>
  abstract postpone(connectionId: ConnectionId, to: Date): Promise<void>
}
