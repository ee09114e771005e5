import { addDays, type Day, type DayRange, daysOf, hours, lastWholeDays } from '../calendar.ts'
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

/**
 * How long a day that is older than the last fourteen counts as read: a week, less the half day by which one sync may
 * come earlier than the last.
 */
export const freshFor = hours(6.5 * 24)

/** The most that one request is used for: whether Amazon's 31 are counted with both ends is contradictory. */
export const requestDays = 30

/**
 * The days that a daily sync asks for, of one type of report (S-23): the last fourteen, and of all that Amazon keeps
 * those that were not read for a week, or never, be it for an outage, a lapsed plan or a report that failed.
 *
 * @param fresh stretches that were loaded within {@link freshFor}.
 * @returns at most two stretches, since Amazon asks for no more requests of a type a day, each for one request.
 */
export function daysToSync(
  definition: ReportDefinition,
  fresh: readonly LoadedStretch[],
  at: { readonly timezone: string; readonly now: Date },
): DayRange[] {
  const { timezone, now } = at
  const kept = daysKept(definition, timezone, now)
  const restated = lastWholeDays(restatedDays, timezone, now)
  const known = fresh.filter(({ type }) => type === definition.type).map(({ days }) => days)
  const isFresh = (day: Day) => known.some(({ from, to }) => from <= day && day <= to)
  const wanted = daysOf(kept).filter(day => day >= restated.from || !isFresh(day))

  const border = addDays(kept.to, 1 - requestDays)
  const older = wanted.filter(day => day < border)
  const recent = wanted.filter(day => day >= border)
  return [recent, older].flatMap(days => {
    const [from, to] = [days[0], days.at(-1)]
    return from && to ? [{ from, to }] : []
  })
}

/** The days of a type for which Amazon can be asked. */
export const daysKept = (definition: ReportDefinition, timezone: string, now: Date): DayRange =>
  lastWholeDays(keptDays(definition), timezone, now)

/** One day less than Amazon keeps: on the clock by which it counts, the day may have changed already. */
const keptDays = ({ adProduct }: ReportDefinition): number =>
  Math.min(correctedDays, adProducts[adProduct].retentionDays - 1)
