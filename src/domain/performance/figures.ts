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
