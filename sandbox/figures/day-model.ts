import { weekdayOf } from './days.ts'
import { draw } from './draw.ts'
import type { Traffic } from './entities.ts'
import { type Figures, noFigures } from './figures.ts'

/** Sunday first; 100 is an average day. */
const weekdays = [118, 96, 92, 94, 97, 99, 112]

const salt = {
  active: 11,
  noise: 12,
  clicks: 13,
  cost: 14,
  buys: 15,
  late: 16,
  same: 17,
  views: 18,
  restated: 19,
  corrected: 20,
}

/**
 * Deterministic per entity and day, regardless of the requested range, except for restatements (docs/product/amazon.md,
 * "Reporting v3: freshness").
 * @returns undefined when nothing happened, so that the day has no row.
 */
export function figuresOn(traffic: Traffic, day: number, restatement: number): Figures | undefined {
  const key = draw(traffic.key, day)
  if (traffic.everyDays !== undefined && day % traffic.everyDays !== 0) return undefined
  if (draw(key, salt.active) % 1000 >= traffic.activeDays) return undefined

  // Amazon removes an invalid click of an earlier day.
  if (traffic.hasCorrections && draw(key, salt.corrected) % 12 === 0)
    return { ...noFigures(), clicks: -1, cost: -traffic.costPerClick }

  const trafficFactor = (weekdays[weekdayOf(day)] ?? 100) * (70 + (draw(key, salt.noise) % 61))
  const impressions = Math.max(1, Math.floor((traffic.impressions * trafficFactor) / 10_000))
  const clicks = clicksOf(traffic, impressions, draw(key, salt.clicks))
  const cost =
    traffic.costPerView > 0
      ? costOfViews(traffic, impressions - clicks)
      : costOfClicks(traffic, clicks, draw(key, salt.cost))
  const figures = { ...noFigures(), impressions, clicks, cost }
  sell(figures, traffic, key, restatement)
  return figures[traffic.deps] > 0 ? figures : undefined
}

function clicksOf(traffic: Traffic, impressions: number, random: number): number {
  const expected = impressions * traffic.clicks
  const clicks = Math.floor(expected / 100_000) + (random % 100_000 < expected % 100_000 ? 1 : 0)
  return Math.min(impressions, traffic.deps === 'clicks' ? Math.max(1, clicks) : clicks)
}

const costOfClicks = ({ costPerClick }: Traffic, clicks: number, random: number): number =>
  clicks === 0 ? 0 : clicks * costPerClick + (random % (clicks * 9))

const costOfViews = ({ costPerView }: Traffic, views: number): number =>
  Math.floor((views * costPerView) / 100)

/** @param expected in thousandths. */
const countAround = (expected: number, random: number): number =>
  Math.floor(expected / 1000) + (random % 1000 < expected % 1000 ? 1 : 0)

/** Later attribution windows include earlier ones. */
function sell(figures: Figures, traffic: Traffic, key: number, restatement: number): void {
  const expected = figures.clicks * traffic.purchases
  const purchasesOnDay = countAround(expected, draw(key, salt.buys))
  const lateness = draw(key, salt.late)
  const restated =
    restatement > 0 && figures.clicks > 0 && draw(key, salt.restated) % 4 === 0 ? restatement : 0
  const purchases30d = purchasesOnDay + restated
  const purchases14d = Math.max(0, purchases30d - (lateness % 5 === 0 ? 1 : 0))
  const purchases7d = Math.max(0, purchases14d - (lateness % 3 === 0 ? 1 : 0))
  const purchases1d = Math.max(0, purchases7d - (lateness % 2))
  const same = draw(key, salt.same) % 4 === 0 ? 0 : 1
  for (const [window, purchases] of [
    ['1d', purchases1d],
    ['7d', purchases7d],
    ['14d', purchases14d],
    ['30d', purchases30d],
  ] as const) {
    figures[`purchases${window}`] = purchases
    figures[`sales${window}`] = purchases * traffic.price
    figures[`samePurchases${window}`] = purchases * same
    figures[`sameSales${window}`] = purchases * traffic.price * same
  }
  figures.viewPurchases = countAround(figures.clicks * traffic.viewPurchases, draw(key, salt.views))
  figures.viewSales = figures.viewPurchases * traffic.price
}
