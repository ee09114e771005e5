import type { Dashboard } from '../../application/performance/index.ts'
import { isWeekend } from '../../domain/calendar.ts'
import { formatCount, formatDay, formatDayShort, formatMoney, formatMoneyShort } from './formats.ts'
import type { DailyChart } from './page-models.ts'

/** The view box, and the stretch of it that the columns may fill. */
const width = 720
const top = 20
const bottom = 192
/** Part of a day's width that its column fills. */
const fill = 0.7

/**
 * Draws spend as columns and sales as a line, both on one scale of money. Null when there is nothing to draw.
 * Coordinates are rounded to a tenth: a smaller page, and no visible difference.
 */
export function dailyChart(daily: Dashboard['daily'], currency: string): DailyChart | null {
  const most = Math.max(0, ...daily.flatMap(({ cost, sales }) => [Number(cost), Number(sales)]))
  if (most === 0) return null

  const ceiling = niceCeiling(most)
  const slot = width / daily.length
  const y = (amount: string | number) => tenth(bottom - (Number(amount) / ceiling) * (bottom - top))
  const points = daily.map(({ sales }, index) => ({
    x: tenth((index + 0.5) * slot),
    y: y(sales),
  }))
  return {
    title: 'Spend and sales, day by day',
    columnsName: 'Spend',
    lineName: 'Sales',
    columns: daily.map(({ day, cost }, index) => ({
      x: tenth(index * slot + (slot * (1 - fill)) / 2),
      y: y(cost),
      width: tenth(slot * fill),
      height: tenth(bottom - y(cost)),
      isWeekend: isWeekend(day),
    })),
    points,
    line: points.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join(''),
    yTicks: [0.5, 1].map(part => ({
      y: y(ceiling * part),
      label: formatMoneyShort(ceiling * part, currency),
    })),
    xTicks: daily.flatMap(({ day }, index) =>
      index % 7 === 0 ? [{ x: tenth((index + 0.5) * slot), label: formatDayShort(day) }] : [],
    ),
    rows: daily.map(({ day, cost, sales, clicks, impressions, orders }) => ({
      day: formatDay(day),
      spend: formatMoney(cost, currency),
      sales: formatMoney(sales, currency),
      clicks: formatCount(clicks),
      impressions: formatCount(impressions),
      orders: formatCount(orders),
    })),
  }
}

const tenth = (value: number): number => Math.round(value * 10) / 10

/** The next round number above a value: ticks that people can read, and little empty air. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(factor => factor * power >= value) ?? 10
  return step * power
}
