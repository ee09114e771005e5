import { addDays, type Day, type DayRange, daysOf, lastWholeDays } from '../calendar.ts'
import { adProducts, type ReportDefinition, type ReportType } from './catalogue.ts'

/** Days for which reports of one type were loaded, without a gap among them. */
export interface LoadedStretch {
  readonly type: ReportType
  readonly days: DayRange
}

/** Conversions are booked on the day of the click, most of them within these days (facts of Reporting v3, freshness). */
export const restatedDays = 14

/** Amazon may still correct a day for so long, and keeps about as many. */
export const correctedDays = 60

/** The most that one request is used for: whether Amazon's 31 are counted with both ends is contradictory. */
export const requestDays = 30

/**
 * The days that a daily sync asks for, of one type of report (S-23): the last fourteen, all that Amazon keeps once
 * a week, and whatever was never loaded of it, be it for an outage, a lapsed plan or a report that failed.
 *
 * @param loaded stretches of this type.
 * @returns at most two stretches, since Amazon asks for no more requests of a type a day, each for one request.
 */
export function daysToSync(
  definition: ReportDefinition,
  loaded: readonly LoadedStretch[],
  at: { readonly timezone: string; readonly now: Date; readonly isWeeklyDay: boolean },
): DayRange[] {
  const { timezone, now, isWeeklyDay } = at
  const kept = lastWholeDays(keptDays(definition), timezone, now)
  const restated = lastWholeDays(restatedDays, timezone, now)
  const known = loaded.filter(({ type }) => type === definition.type).map(({ days }) => days)
  const isKnown = (day: Day) => known.some(({ from, to }) => from <= day && day <= to)
  const wanted = daysOf(kept).filter(day => isWeeklyDay || day >= restated.from || !isKnown(day))

  const border = addDays(kept.to, 1 - requestDays)
  const older = wanted.filter(day => day < border)
  const recent = wanted.filter(day => day >= border)
  return [recent, older].flatMap(days => {
    const [from, to] = [days[0], days.at(-1)]
    return from && to ? [{ from, to }] : []
  })
}

/** One day less than Amazon keeps: on the clock by which it counts, the day may have changed already. */
const keptDays = ({ adProduct }: ReportDefinition): number =>
  Math.min(correctedDays, adProducts[adProduct].retentionDays - 1)
