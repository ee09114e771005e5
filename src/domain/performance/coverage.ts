import type { DayRange } from '../calendar.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import type { LoadedRange } from '../ingestion/sync-window.ts'

export function coveredRange(loadedRanges: readonly LoadedRange[]): DayRange | null {
  const from = loadedRanges.map(({ days }) => days.from).sort()[0]
  const to = loadedRanges
    .map(({ days }) => days.to)
    .sort()
    .at(-1)
  return from && to ? { from, to } : null
}

/** True when every report type with data covers both: missing days would look like a drop. */
export function areComparable(loadedRanges: readonly LoadedRange[], one: DayRange, other: DayRange): boolean {
  const overlapping = loadedRanges.filter(({ days }) => [one, other].some(period => overlaps(days, period)))
  const types = new Set(overlapping.map(({ type }) => type))
  const covers = (type: ReportType, { from, to }: DayRange) =>
    overlapping.some(range => range.type === type && range.days.from <= from && range.days.to >= to)
  return types.size > 0 && [...types].every(type => covers(type, one) && covers(type, other))
}

const overlaps = (one: DayRange, other: DayRange): boolean => one.from <= other.to && other.from <= one.to
