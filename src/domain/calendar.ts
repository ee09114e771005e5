declare const day: unique symbol

/** `YYYY-MM-DD` in the profile's time zone. */
export type Day = string & { readonly [day]: true }

/** Inclusive at both ends. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
}

export const seconds = (count: number): number => count * 1000
export const minutes = (count: number): number => seconds(count * 60)
export const hours = (count: number): number => minutes(count * 60)

export const after = (date: Date, milliseconds: number): Date => new Date(date.getTime() + milliseconds)

/** @throws {RangeError} unless `text` is a real `YYYY-MM-DD`. */
export function parseDay(text: string): Day {
  const date = new Date(`${text}T00:00:00Z`)
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(date.getTime()) ||
    !date.toISOString().startsWith(text)
  ) {
    throw new RangeError(`not a day: ${text}`)
  }
  return text as Day
}

/** @throws {RangeError} for an unknown IANA zone. */
export function dayIn(timezone: string, date: Date): Day {
  const dateFormat =
    dateFormats.get(timezone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' })
  dateFormats.set(timezone, dateFormat)
  return parseDay(dateFormat.format(date))
}

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/**
 * In a daylight-saving gap, moves forward by the gap. In an overlap, returns the first instant.
 * @throws {RangeError} for an unknown zone.
 */
export function instantAt(timezone: string, of: Day, minute: number): Date {
  const wallTime = Date.parse(`${of}T00:00:00Z`) + minutes(minute)
  const wallTimeAt = (at: number) => at + offsetAt(timezone, at)
  const [earlierGuess, laterGuess] = [wallTime - hours(24), wallTime + hours(24)].map(
    near => wallTime - offsetAt(timezone, near),
  )
  const candidates = [earlierGuess, laterGuess].filter(
    at => at !== undefined && wallTimeAt(at) === wallTime,
  ) as number[]
  return new Date(candidates.length > 0 ? Math.min(...candidates) : (earlierGuess as number))
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds. */
function offsetAt(timezone: string, at: number): number {
  const timeFormat =
    timeFormats.get(timezone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  timeFormats.set(timezone, timeFormat)
  const parts = new Map(timeFormat.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const [year = 0, month = 1, day = 1] = (['year', 'month', 'day'] as const).map(part => parts.get(part))
  const [hour, minute, second] = (['hour', 'minute', 'second'] as const).map(part => parts.get(part))
  return Date.UTC(year, month - 1, day, hour, minute, second) - at
}

export function addDays(start: Day, count: number): Day {
  const date = new Date(`${start}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10) as Day
}

/** Amazon's report dates are in the profile's time zone. */
export function lastWholeDays(count: number, timezone: string, now: Date): DayRange {
  const to = addDays(dayIn(timezone, now), -1)
  return { from: addDays(to, 1 - count), to }
}

export function dayCount({ from, to }: DayRange): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / hours(24)) + 1
}

export function rangeBefore(range: DayRange): DayRange {
  return { from: addDays(range.from, -dayCount(range)), to: addDays(range.from, -1) }
}

export function intersectionOf(one: DayRange, other: DayRange): DayRange | null {
  const from = one.from > other.from ? one.from : other.from
  const to = one.to < other.to ? one.to : other.to
  return from <= to ? { from, to } : null
}

export function monthOf(of: Day): DayRange {
  const from = `${of.slice(0, 7)}-01` as Day
  const next = addDays(from, 31)
  return { from, to: addDays(`${next.slice(0, 7)}-01` as Day, -1) }
}

export function daysOf(range: DayRange): Day[] {
  return Array.from({ length: dayCount(range) }, (_, index) => addDays(range.from, index))
}

export function isWeekend(of: Day): boolean {
  return [0, 6].includes(new Date(`${of}T00:00:00Z`).getUTCDay())
}
