import { DecimalSum } from '../decimal-sum.ts'

/** Sums of one stretch of time. Money in the profile's currency, as an exact decimal text. */
export interface Totals {
  readonly impressions: number
  readonly clicks: number
  readonly orders: number
  readonly cost: string
  readonly sales: string
}

export interface Kpis extends Totals {
  /** Clicks for each impression; null instead of NaN when there was none. */
  readonly ctr: number | null
  /** Money for each click. */
  readonly cpc: number | null
  /** Spend for each unit of sales: 0.25 is 25 %. Null when nothing was sold. */
  readonly acos: number | null
  /** Sales for each unit of spend. */
  readonly roas: number | null
}

/** Exact, to the last decimal. */
export function addUp(rows: readonly Totals[]): Totals {
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

/** The derived figures are computed from sums, never averaged over rows. */
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

/** The change against the period before, 0.1 for ten per cent more; null where there is nothing to compare. */
export function changeFrom(before: number | null, now: number | null): number | null {
  if (before === null || now === null || before === 0) return null
  return now / before - 1
}
