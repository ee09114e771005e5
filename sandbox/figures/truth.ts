import type { ReportType } from '../reporting/columns/report-type.ts'
import { reportTypeOf } from '../reporting/columns/report-types.ts'
import { minorUnitsOf } from '../users/marketplaces.ts'
import { figuresOn } from './day-model.ts'
import { dayOf, dayText } from './days.ts'
import { entitiesOf } from './entities.ts'
import type { Figures } from './figures.ts'
import { accountWithActivity, type Source } from './source.ts'
import { restatementOn, spanWithFigures } from './span.ts'

export interface TruthQuery {
  readonly profileId: string
  readonly reportType: string
  readonly from: string
  readonly to: string
}

/** Whole numbers; money in minor units (yen for JPY). */
export type Totals = Readonly<Record<string, number>>

export interface Truth extends TruthQuery {
  readonly currencyCode: string
  readonly minorUnits: 1 | 100
  readonly days: readonly ({ readonly date: string } & Totals)[]
  readonly total: Totals
}

export interface TruthContext extends Source {
  readonly now: number
  readonly restatement: number
}

/**
 * What a report must sum to. Computed from the seed, without the code that serves reports (rows, columns, JSON,
 * decimals), so that a bug there shows as a mismatch.
 */
export function truthOf(query: TruthQuery, setting: TruthContext): Truth | undefined {
  const account = accountWithActivity(query.profileId, setting)
  const type = reportTypeOf(query.reportType)
  const from = dayOf(query.from)
  const to = dayOf(query.to)
  if (!account || !type || from === undefined || to === undefined) return undefined

  const entities = entitiesOf(account, query.reportType, type, setting.seed)
  const span = spanWithFigures(account, type, { from, to }, setting.now)
  const total = blank(type)
  const days: ({ date: string } & Totals)[] = []
  for (let day = span.from; day <= span.to; day++) {
    const restatement = restatementOn(account, day, setting.now, setting.restatement)
    const sums = blank(type)
    for (const { traffic } of entities) {
      const figures = figuresOn(traffic, day, restatement)
      if (figures) count(sums, type, figures)
    }
    for (const name of Object.keys(sums)) total[name] = (total[name] ?? 0) + (sums[name] ?? 0)
    days.push({ date: dayText(day), ...sums } as { date: string } & Totals)
  }
  const { currencyCode } = account
  return { ...query, currencyCode, minorUnits: minorUnitsOf(currencyCode), days, total }
}

const spNames = [
  'purchases1d',
  'purchases7d',
  'purchases14d',
  'purchases30d',
  'sales1d',
  'sales7d',
  'sales14d',
  'sales30d',
] as const

function blank(type: ReportType): Record<string, number> {
  const conversions =
    type.adProduct === 'SPONSORED_PRODUCTS'
      ? spNames
      : ['purchases', 'purchasesClicks', 'sales', 'salesClicks']
  return Object.fromEntries(['rows', 'impressions', 'clicks', 'cost', ...conversions].map(name => [name, 0]))
}

function count(sums: Record<string, number>, type: ReportType, figures: Figures): void {
  const more = (name: string, value: number) => {
    sums[name] = (sums[name] ?? 0) + value
  }
  more('rows', 1)
  more('impressions', figures.impressions)
  more('clicks', figures.clicks)
  more('cost', figures.cost)
  if (type.adProduct === 'SPONSORED_PRODUCTS') {
    for (const name of spNames) more(name, figures[name])
    return
  }
  more('purchasesClicks', figures.purchases14d)
  more('salesClicks', figures.sales14d)
  more('purchases', figures.purchases14d + figures.viewPurchases)
  more('sales', figures.sales14d + figures.viewSales)
}
