import type { DayRange } from '../calendar.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import type { LoadedRange } from '../ingestion/sync-window.ts'

export function coveredRange(stretches: readonly LoadedRange[]): DayRange | null {
  const from = stretches.map(({ days }) => days.from).sort()[0]
  const to = stretches
    .map(({ days }) => days.to)
    .sort()
    .at(-1)
  return from && to ? { from, to } : null
}

/** True when every report type with data covers both: missing days would look like a drop. */
export function areComparable(stretches: readonly LoadedRange[], one: DayRange, other: DayRange): boolean {
  const touching = stretches.filter(({ days }) => [one, other].some(period => overlaps(days, period)))
  const types = new Set(touching.map(({ type }) => type))
  const covers = (type: ReportType, { from, to }: DayRange) =>
    touching.some(stretch => stretch.type === type && stretch.days.from <= from && stretch.days.to >= to)
  return types.size > 0 && [...types].every(type => covers(type, one) && covers(type, other))
}

const overlaps = (one: DayRange, other: DayRange): boolean => one.from <= other.to && other.from <= one.to
