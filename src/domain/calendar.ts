declare const day: unique symbol

/** A calendar day, `YYYY-MM-DD`, without a zone: whose day it is follows from the profile. */
export type Day = string & { readonly [day]: true }

/** Both ends included. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
}

export const seconds = (count: number): number => count * 1000
export const minutes = (count: number): number => seconds(count * 60)
export const hours = (count: number): number => minutes(count * 60)

/** A moment `milliseconds` after another. */
export const after = (moment: Date, milliseconds: number): Date => new Date(moment.getTime() + milliseconds)

/** @throws {RangeError} for anything but a real `YYYY-MM-DD`. */
export function parseDay(text: string): Day {
  const moment = new Date(`${text}T00:00:00Z`)
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(moment.getTime()) ||
    !moment.toISOString().startsWith(text)
  ) {
    throw new RangeError(`not a day: ${text}`)
  }
  return text as Day
}

/**
 * The day that a moment falls on in an IANA time zone.
 * @throws {RangeError} for a zone that the runtime does not know.
 */
export function dayIn(timezone: string, moment: Date): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(moment)
  return parseDay(parts)
}

export function addDays(start: Day, count: number): Day {
  const moment = new Date(`${start}T00:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + count)
  return moment.toISOString().slice(0, 10) as Day
}

/**
 * The last `count` whole days: they end yesterday in the zone, because today is not over there.
 * Amazon's report dates are days in the profile's time zone.
 */
export function lastWholeDays(count: number, timezone: string, now: Date): DayRange {
  const to = addDays(dayIn(timezone, now), -1)
  return { from: addDays(to, 1 - count), to }
}

/** How many days a range has, both ends included. */
export function lengthOf({ from, to }: DayRange): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / hours(24)) + 1
}

/** The range of the same length that ends on the day before this one begins. */
export function rangeBefore(range: DayRange): DayRange {
  return { from: addDays(range.from, -lengthOf(range)), to: addDays(range.from, -1) }
}

/** Every day of a range, in order. */
export function daysOf(range: DayRange): Day[] {
  return Array.from({ length: lengthOf(range) }, (_, index) => addDays(range.from, index))
}

/** True on Saturday and Sunday. */
export function isWeekend(of: Day): boolean {
  return [0, 6].includes(new Date(`${of}T00:00:00Z`).getUTCDay())
}
