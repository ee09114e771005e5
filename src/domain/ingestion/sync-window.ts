import { addDays, type Day, type DayRange, daysOf, hours, lastWholeDays } from '../calendar.ts'
import { adProducts, type ReportDefinition, type ReportType } from './catalogue.ts'

export interface LoadedRange {
  readonly type: ReportType
  readonly days: DayRange
}

/** Most conversions are booked within this time (docs/product/amazon.md, Reporting v3: freshness). */
export const restatementDays = 14

/** Amazon restates a day for this long. */
export const maxCorrectionDays = 60

/** A week, less the half day by which syncs may vary. */
export const freshnessPeriod = hours(6.5 * 24)

/** Amazon allows 31, but doesn't say whether both ends count. */
export const maxRequestDays = 30

/** Newest first. At most two ranges, one request each, or single days: Amazon asks for no more a day per type (S-23). */
export function rangesToSync(
  definition: ReportDefinition,
  fresh: readonly LoadedRange[],
  at: { readonly timezone: string; readonly now: Date },
): DayRange[] {
  const { timezone, now } = at
  const available = availableDays(definition, timezone, now)
  const restated = lastWholeDays(restatementDays, timezone, now)
  const freshRanges = fresh.filter(({ type }) => type === definition.type).map(({ days }) => days)
  const isFresh = (day: Day) => freshRanges.some(({ from, to }) => from <= day && day <= to)
  const wanted = daysOf(available).filter(day => day >= restated.from || !isFresh(day))
  if (definition.isSingleDay) return wanted.reverse().map(day => ({ from: day, to: day }))

  const firstRecentDay = addDays(available.to, 1 - maxRequestDays)
  const older = wanted.filter(day => day < firstRecentDay)
  const recent = wanted.filter(day => day >= firstRecentDay)
  return [recent, older].flatMap(days => {
    const [from, to] = [days[0], days.at(-1)]
    return from && to ? [{ from, to }] : []
  })
}

export const availableDays = (definition: ReportDefinition, timezone: string, now: Date): DayRange =>
  lastWholeDays(retentionDays(definition), timezone, now)

/** Amazon's current day may be one ahead. */
const retentionDays = ({ adProduct }: ReportDefinition): number =>
  Math.min(maxCorrectionDays, adProducts[adProduct].retentionDays - 1)
