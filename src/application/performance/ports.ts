import type { Day, DayRange } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { LoadedStretch } from '../../domain/ingestion/sync.ts'
import type { Totals } from '../../domain/performance/figures.ts'

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
