import { addDays, type DayRange, daysOf, rangeBefore } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { firstLoadingDays } from '../../domain/ingestion/run.ts'
import { areComparable, outerDays } from '../../domain/performance/coverage.ts'
import { type Kpis, kpisOf } from '../../domain/performance/figures.ts'
import type { CampaignTotals, DayTotals, Figures } from './ports.ts'

export interface Dashboard {
  readonly days: DayRange
  readonly now: Kpis
  /** The period before, of the same length; null where it is not loaded in full. */
  readonly before: Kpis | null
  /** Every day of the period, zeros where nothing happened. */
  readonly daily: readonly DayTotals[]
  readonly campaigns: readonly CampaignTotals[]
  readonly campaignCount: number
}

/** The first view of the dashboard: the last 30 loaded days against the 30 before (S-28). */
export class ShowFigures {
  readonly #figures: Figures

  constructor({ figures }: { figures: Figures }) {
    this.#figures = figures
  }

  /** Null while nothing is loaded. The caller answers for whose connection it is. */
  async run(connectionId: ConnectionId, campaignLimit: number): Promise<Dashboard | null> {
    const stretches = await this.#figures.loadedStretches(connectionId)
    const loaded = outerDays(stretches)
    if (!loaded) return null

    const first = addDays(loaded.to, 1 - firstLoadingDays)
    const days = { from: first < loaded.from ? loaded.from : first, to: loaded.to }
    const earlier = rangeBefore(days)
    const [totals, before, rows, { count, campaigns }] = await Promise.all([
      this.#figures.totals(connectionId, days),
      areComparable(stretches, days, earlier) ? this.#figures.totals(connectionId, earlier) : null,
      this.#figures.daily(connectionId, days),
      this.#figures.campaigns(connectionId, days, campaignLimit),
    ])
    const byDay = new Map(rows.map(row => [row.day, row]))
    const nothing = { impressions: 0, clicks: 0, orders: 0, cost: '0', sales: '0' }
    return {
      days,
      now: kpisOf(totals),
      before: before && kpisOf(before),
      daily: daysOf(days).map(day => byDay.get(day) ?? { day, ...nothing }),
      campaigns,
      campaignCount: count,
    }
  }
}
