/**
 * What one entity did in one day, in whole numbers; money is in minor units. Sponsored Products count a
 * conversion within 1, 7, 14 and 30 days of the click; Sponsored Brands and Display count 14 days of clicks,
 * and of views besides (facts §3.6).
 */
export interface Figures {
  impressions: number
  clicks: number
  cost: number
  purchases1d: number
  purchases7d: number
  purchases14d: number
  purchases30d: number
  sales1d: number
  sales7d: number
  sales14d: number
  sales30d: number
  samePurchases1d: number
  samePurchases7d: number
  samePurchases14d: number
  samePurchases30d: number
  sameSales1d: number
  sameSales7d: number
  sameSales14d: number
  sameSales30d: number
  viewPurchases: number
  viewSales: number
}

export function noFigures(): Figures {
  return {
    impressions: 0,
    clicks: 0,
    cost: 0,
    purchases1d: 0,
    purchases7d: 0,
    purchases14d: 0,
    purchases30d: 0,
    sales1d: 0,
    sales7d: 0,
    sales14d: 0,
    sales30d: 0,
    samePurchases1d: 0,
    samePurchases7d: 0,
    samePurchases14d: 0,
    samePurchases30d: 0,
    sameSales1d: 0,
    sameSales7d: 0,
    sameSales14d: 0,
    sameSales30d: 0,
    viewPurchases: 0,
    viewSales: 0,
  }
}

export const figureNames = Object.keys(noFigures()) as (keyof Figures)[]

/** Adds `more` to `sum`, in place. */
export function addTo(sum: Figures, more: Figures): void {
  for (const name of figureNames) sum[name] += more[name]
}

/** Cuts figures in whole numbers, so that the parts add up to the whole. */
export function cut(whole: Figures, percents: readonly number[]): Figures[] {
  let before = 0
  return percents.map(percent => {
    const after = before + percent
    const part = noFigures()
    for (const name of figureNames) {
      part[name] = Math.floor((whole[name] * after) / 100) - Math.floor((whole[name] * before) / 100)
    }
    before = after
    return part
  })
}

/** A day without activity has no row (facts §3.6). */
export function isActive(figures: Figures): boolean {
  return figureNames.some(name => figures[name] !== 0)
}
