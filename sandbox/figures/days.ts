/** Report days are days in the profile's time zone, numbered from 1 January 1970. */
const dayMilliseconds = 86_400_000

/** @returns undefined when the text is not a calendar day. */
export function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const day = Date.parse(`${text}T00:00:00Z`) / dayMilliseconds
  return Number.isInteger(day) && dayText(day) === text ? day : undefined
}

export function dayText(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10)
}

/** Cached: creating one takes longer than computing a hundred days' figures. */
const calendars = new Map<string, Intl.DateTimeFormat>()

function calendarOf(timezone: string): Intl.DateTimeFormat {
  const cached = calendars.get(timezone)
  if (cached) return cached
  const created = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' })
  calendars.set(timezone, created)
  return created
}

export function todayIn(timezone: string, now: number): number {
  return dayOf(calendarOf(timezone).format(now)) ?? Math.floor(now / dayMilliseconds)
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}
