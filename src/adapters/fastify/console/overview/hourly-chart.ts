import { after, hours } from '../../../../domain/calendar.ts'
import { formatCount, formatDateTime, formatTime } from '../../kit/formats.ts'
import { roundToTenth } from '../../seller/figures/daily-chart.ts'
import type { HourlyChart } from '../page-models/overview.ts'

/** View box units. */
const width = 720
const top = 20
const bottom = 192
const fill = 0.7
const hoursBetweenTicks = 6

/**
 * @param byHour oldest first; the last hour ends at `now`.
 * @returns null when all counts are zero.
 */
export function hourlyChart(title: string, byHour: readonly number[], now: Date): HourlyChart | null {
  const max = Math.max(0, ...byHour)
  if (max === 0) return null
  const ceiling = evenCeiling(max)
  const slot = width / byHour.length
  const y = (count: number) => roundToTenth(bottom - (count / ceiling) * (bottom - top))
  const startOf = (index: number) => after(now, -hours(byHour.length - index))
  return {
    title,
    columns: byHour.map((count, index) => ({
      x: roundToTenth(index * slot + (slot * (1 - fill)) / 2),
      y: y(count),
      width: roundToTenth(slot * fill),
      height: roundToTenth(bottom - y(count)),
    })),
    yTicks: [0.5, 1].map(part => ({ y: y(ceiling * part), label: formatCount(ceiling * part) })),
    xTicks: byHour.flatMap((_, index) =>
      index > 0 && index % hoursBetweenTicks === 0
        ? [{ x: roundToTenth(index * slot), label: `${byHour.length - index} h ago` }]
        : [],
    ),
    rows: byHour
      .map((count, index) => ({
        hour: `${formatDateTime(startOf(index)).replace(' UTC', '')} to ${formatTime(startOf(index + 1))}`,
        count: formatCount(count),
      }))
      .toReversed(),
  }
}

function evenCeiling(count: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(count)))
  const step = [2, 4, 6, 8, 10, 20].find(factor => factor * power >= count) ?? 20
  return step * power
}
