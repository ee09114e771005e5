import { type Day, type DayRange, dayIn, daysOf } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import { areComparable, outerDays } from '../../domain/performance/coverage.ts'
import { addUp, type Kpis, kpisOf } from '../../domain/performance/figures.ts'
import { type PeriodChoice, periodOf, settlingFrom } from '../../domain/performance/period.ts'
import type { Clock } from '../ports.ts'
import type { CampaignTotals, DayTotals, Figures, Movers, ProductDayTotals } from './ports.ts'

export interface Dashboard {
  readonly days: DayRange
  /** Null unless loaded in full. */
  readonly daysBefore: DayRange | null
  readonly now: Kpis
  readonly before: Kpis | null
  /** With zeros for days without rows. */
  readonly daily: readonly DayTotals[]
  /** Amazon may restate figures from this day on. */
  readonly settlingFrom: Day
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

export type Shown =
  | { readonly shows: 'figures'; readonly loaded: DayRange; readonly dashboard: Dashboard }
  | { readonly shows: 'other_days'; readonly loaded: DayRange }
  | { readonly shows: 'nothing_loaded' }

interface Needs {
  readonly figures: Figures
  readonly clock: Clock
}

const moverLimit = 3

/** Figures of a period, compared with the previous one (S-28). */
export class ShowFigures {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The caller checks ownership. */
  async run(
    { connectionId, timezone }: { readonly connectionId: ConnectionId; readonly timezone: string },
    choice: PeriodChoice,
    campaignLimit: number,
  ): Promise<Shown> {
    const { figures, clock } = this.#needs
    const stretches = await figures.loadedStretches(connectionId)
    const loaded = outerDays(stretches)
    if (!loaded) return { shows: 'nothing_loaded' }
    const today = dayIn(timezone, clock.now())
    const period = periodOf(choice, loaded, today)
    if (!period) return { shows: 'other_days', loaded }

    const { days } = period
    const daysBefore = areComparable(stretches, days, period.before) ? period.before : null
    const limits = { campaigns: campaignLimit, movers: moverLimit }
    const [rows, { count, campaigns, movers }] = await Promise.all([
      figures.daily(connectionId, { from: daysBefore?.from ?? days.from, to: days.to }),
      figures.campaigns(connectionId, { days, before: daysBefore }, limits),
    ])
    const now = rows.filter(isIn(days))
    const before = daysBefore && rows.filter(isIn(daysBefore))
    return {
      shows: 'figures',
      loaded,
      dashboard: {
        days,
        daysBefore,
        now: kpisOf(addUp(now)),
        before: before && kpisOf(addUp(before)),
        daily: eachDay(days, now),
        settlingFrom: settlingFrom(today),
        products: byProduct(now, before),
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

function eachDay(days: DayRange, rows: readonly ProductDayTotals[]): DayTotals[] {
  const byDay = Map.groupBy(rows, ({ day }) => day)
  return daysOf(days).map(day => ({ day, ...addUp(byDay.get(day) ?? []) }))
}

function byProduct(
  now: readonly ProductDayTotals[],
  before: readonly ProductDayTotals[] | null,
): ProductFigures[] {
  const own = (rows: readonly ProductDayTotals[], adProduct: AdProduct) =>
    kpisOf(addUp(rows.filter(row => row.adProduct === adProduct)))
  return (['SP', 'SB', 'SD'] as const).flatMap(adProduct => {
    const hasTraffic = [...now, ...(before ?? [])].some(row => row.adProduct === adProduct)
    if (!hasTraffic) return []
    return [{ adProduct, now: own(now, adProduct), before: before && own(before, adProduct) }]
  })
}
