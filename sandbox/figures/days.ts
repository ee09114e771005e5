/** Report days: whole days of a profile's own calendar, counted from 1 January 1970 (facts §3.10). */
const dayMilliseconds = 86_400_000

/** The number of a `YYYY-MM-DD` day, or undefined when the text is no day of the calendar. */
export function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const day = Date.parse(`${text}T00:00:00Z`) / dayMilliseconds
  return Number.isInteger(day) && dayText(day) === text ? day : undefined
}

export function dayText(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10)
}

/** Making one takes longer than a hundred days' figures. */
const calendars = new Map<string, Intl.DateTimeFormat>()

function calendarOf(timezone: string): Intl.DateTimeFormat {
  const known = calendars.get(timezone)
  if (known) return known
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' })
  calendars.set(timezone, made)
  return made
}

/** The day that it is for a profile at a moment. */
export function todayIn(timezone: string, now: number): number {
  return dayOf(calendarOf(timezone).format(now)) ?? Math.floor(now / dayMilliseconds)
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}
