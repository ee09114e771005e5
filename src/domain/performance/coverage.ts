import type { DayRange } from '../calendar.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import type { LoadedStretch } from '../ingestion/sync.ts'

/** From the first day of any stretch to the last; null when there is none. */
export function outerDays(stretches: readonly LoadedStretch[]): DayRange | null {
  const from = stretches.map(({ days }) => days.from).sort()[0]
  const to = stretches
    .map(({ days }) => days.to)
    .sort()
    .at(-1)
  return from && to ? { from, to } : null
}

/**
 * Whether two periods may be set against each other: every type of report that has a day in one of them has all the
 * days of both. A period that lacks some days, or one ad product, is smaller for no reason of the seller's.
 */
export function areComparable(stretches: readonly LoadedStretch[], one: DayRange, other: DayRange): boolean {
  const touching = stretches.filter(({ days }) => [one, other].some(period => overlaps(days, period)))
  const types = new Set(touching.map(({ type }) => type))
  const covers = (type: ReportType, { from, to }: DayRange) =>
    touching.some(stretch => stretch.type === type && stretch.days.from <= from && stretch.days.to >= to)
  return types.size > 0 && [...types].every(type => covers(type, one) && covers(type, other))
}

const overlaps = (one: DayRange, other: DayRange): boolean => one.from <= other.to && other.from <= one.to
