import { type Day, type DayRange, dayIn, daysOf } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { Counting } from '../../domain/performance/counting.ts'
import { areComparable, coveredRange } from '../../domain/performance/coverage.ts'
import { type Kpis, kpisOf, sumTotals } from '../../domain/performance/figures.ts'
import { type PeriodChoice, periodOf, provisionalFrom } from '../../domain/performance/period.ts'
import type { Clock } from '../ports.ts'
import type { CampaignTotals, DayTotals, Figures, Movers, ProductDayTotals } from './ports.ts'

export interface Dashboard {
  readonly days: DayRange
  /** Null unless loaded in full. */
  readonly daysBefore: DayRange | null
  readonly now: Kpis
  readonly before: Kpis | null
  readonly daily: readonly DayTotals[]
  readonly provisionalFrom: Day
  /** With traffic in either period. */
  readonly products: readonly ProductFigures[]
  readonly campaigns: readonly CampaignTotals[]
  readonly campaignCount: number
  readonly movers: Movers
}

export interface ProductFigures {
  readonly adProduct: AdProduct
  readonly now: Kpis
  readonly before: Kpis | null
}

export type DashboardResult =
  | { readonly result: 'figures'; readonly loaded: DayRange; readonly dashboard: Dashboard }
  | { readonly result: 'outside_loaded_days'; readonly loaded: DayRange }
  | { readonly result: 'nothing_loaded' }

interface Dependencies {
  readonly figures: Figures
  readonly clock: Clock
}

const moverLimit = 3

/** S-28 */
export class GetDashboard {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** The caller checks ownership. */
  async execute(
    { connectionId, timezone }: { readonly connectionId: ConnectionId; readonly timezone: string },
    choice: PeriodChoice,
    counting: Counting,
    campaignLimit: number,
  ): Promise<DashboardResult> {
    const { figures, clock } = this.#deps
    const ranges = await figures.loadedRanges(connectionId)
    const loaded = coveredRange(ranges)
    if (!loaded) return { result: 'nothing_loaded' }
    const today = dayIn(timezone, clock.now())
    const period = periodOf(choice, loaded, today)
    if (!period) return { result: 'outside_loaded_days', loaded }

    const { days } = period
    const daysBefore = areComparable(ranges, days, period.before) ? period.before : null
    const limits = { campaigns: campaignLimit, movers: moverLimit }
    const [rows, { count, campaigns, movers }] = await Promise.all([
      figures.daily(connectionId, { from: daysBefore?.from ?? days.from, to: days.to }, counting),
      figures.campaigns(connectionId, { days, before: daysBefore }, counting, limits),
    ])
    const currentRows = rows.filter(isIn(days))
    const previousRows = daysBefore && rows.filter(isIn(daysBefore))
    return {
      result: 'figures',
      loaded,
      dashboard: {
        days,
        daysBefore,
        now: kpisOf(sumTotals(currentRows)),
        before: previousRows && kpisOf(sumTotals(previousRows)),
        daily: totalsPerDay(days, currentRows),
        provisionalFrom: provisionalFrom(today),
        products: byProduct(currentRows, previousRows),
        campaigns,
        campaignCount: count,
        movers,
      },
    }
  }
}

const isIn =
  ({ from, to }: DayRange) =>
  ({ day }: ProductDayTotals): boolean =>
    from <= day && day <= to

function totalsPerDay(days: DayRange, rows: readonly ProductDayTotals[]): DayTotals[] {
  const byDay = Map.groupBy(rows, ({ day }) => day)
  return daysOf(days).map(day => ({ day, ...sumTotals(byDay.get(day) ?? []) }))
}

function byProduct(
  now: readonly ProductDayTotals[],
  before: readonly ProductDayTotals[] | null,
): ProductFigures[] {
  const kpisFor = (rows: readonly ProductDayTotals[], adProduct: AdProduct) =>
    kpisOf(sumTotals(rows.filter(row => row.adProduct === adProduct)))
  return (['SP', 'SB', 'SD'] as const).flatMap(adProduct => {
    const hasTraffic = [...now, ...(before ?? [])].some(row => row.adProduct === adProduct)
    if (!hasTraffic) return []
    return [{ adProduct, now: kpisFor(now, adProduct), before: before && kpisFor(before, adProduct) }]
  })
}
