import type { Day, DayRange } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { LoadedStretch } from '../../domain/ingestion/sync.ts'
import type { Totals } from '../../domain/performance/figures.ts'
import type { Bookmark, Level, RowFilter, Sorting } from '../../domain/performance/level.ts'

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

/** For reading loaded figures; totals come from the campaign-level reports alone. */
export abstract class Figures {
  /** The days that campaign reports were loaded for: by type, the longest unbroken stretches. */
  abstract loadedStretches(connectionId: ConnectionId): Promise<readonly LoadedStretch[]>
  /** In the order of the days; those without a row are left out. */
  abstract daily(connectionId: ConnectionId, days: DayRange): Promise<readonly ProductDayTotals[]>
  /** The most expensive first. */
  abstract campaigns(
    connectionId: ConnectionId,
    days: DayRange,
    limit: number,
  ): Promise<{ readonly count: number; readonly campaigns: readonly CampaignTotals[] }>
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
  /** @returns the rows of one page, and how many there are in all pages. */
  abstract page(
    connectionId: ConnectionId,
    ask: TableAsk,
  ): Promise<{ readonly count: number; readonly rows: readonly TableRow[] }>
}
