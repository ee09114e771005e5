/**
 * Whole numbers per entity and day; money in minor units. Sponsored Products count conversions within 1, 7, 14 and 30
 * days of a click; Sponsored Brands and Display within 14 days of a click or view.
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

export function addTo(sum: Figures, more: Figures): void {
  for (const name of figureNames) sum[name] += more[name]
}

/** The parts sum to the whole. */
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

export function isActive(figures: Figures): boolean {
  return figureNames.some(name => figures[name] !== 0)
}
