import { DecimalSum } from '../decimal-sum.ts'

/** Money as exact decimal text in the profile's currency. */
export interface Totals {
  readonly impressions: number
  readonly clicks: number
  readonly orders: number
  readonly cost: string
  readonly sales: string
}

export interface Kpis extends Totals {
  /** A fraction; null without impressions. */
  readonly ctr: number | null
  readonly cpc: number | null
  /** 0.25 is 25%; null without sales. */
  readonly acos: number | null
  readonly roas: number | null
}

export function sumTotals(rows: readonly Totals[]): Totals {
  const [cost, sales] = [new DecimalSum(), new DecimalSum()]
  let [impressions, clicks, orders] = [0, 0, 0]
  for (const row of rows) {
    impressions += row.impressions
    clicks += row.clicks
    orders += row.orders
    cost.add(row.cost)
    sales.add(row.sales)
  }
  return { impressions, clicks, orders, cost: String(cost), sales: String(sales) }
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** From sums, never from averages of rows. */
export function kpisOf(totals: Totals): Kpis {
  const { impressions, clicks } = totals
  const cost = Number(totals.cost)
  const sales = Number(totals.sales)
  return {
    ...totals,
    ctr: ratio(clicks, impressions),
    cpc: ratio(cost, clicks),
    acos: ratio(cost, sales),
    roas: ratio(sales, cost),
  }
}

/** 0.1 is +10%. Null when there is nothing to compare with. */
export function relativeChange(before: number | null, now: number | null): number | null {
  if (before === null || now === null || before === 0) return null
  return now / before - 1
}
