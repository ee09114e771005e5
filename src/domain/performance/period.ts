import {
  addDays,
  type Day,
  type DayRange,
  dayCount,
  intersectionOf,
  monthOf,
  rangeBefore,
} from '../calendar.ts'
import { restatementDays } from '../ingestion/sync-window.ts'

export const presets = ['7d', '14d', '30d', 'this_month', 'last_month'] as const
export type Preset = (typeof presets)[number]

/** S-28 */
export type PeriodChoice = { readonly preset: Preset } | { readonly days: DayRange }

export interface Period {
  readonly days: DayRange
  /** The same number of days before; for a month, the same days a month earlier. */
  readonly before: DayRange
}

const lengths = { '7d': 7, '14d': 14, '30d': 30 } as const

/**
 * Presets count back from the last loaded day, so that a late account shows its data.
 * @param today in the profile's time zone.
 * @returns null when no requested day is loaded.
 */
export function periodOf(choice: PeriodChoice, loaded: DayRange, today: Day): Period | null {
  const requested = 'days' in choice ? choice.days : daysOfPreset(choice.preset, loaded, today)
  const days = intersectionOf(requested, loaded)
  return days && { days, before: daysBefore(choice, days) }
}

function daysOfPreset(preset: Preset, { to }: DayRange, today: Day): DayRange {
  if (preset === 'this_month') return monthOf(today)
  if (preset === 'last_month') return monthBefore(today)
  return { from: addDays(to, 1 - lengths[preset]), to }
}

function daysBefore(choice: PeriodChoice, days: DayRange): DayRange {
  const isMonth = 'preset' in choice && (choice.preset === 'this_month' || choice.preset === 'last_month')
  const month = monthOf(days.from)
  if (!isMonth || days.from !== month.from) return rangeBefore(days)
  const earlier = monthBefore(days.from)
  if (days.to === month.to) return earlier
  // The month before may be shorter.
  const sameDays = { from: earlier.from, to: addDays(earlier.from, dayCount(days) - 1) }
  return intersectionOf(sameDays, earlier) ?? earlier
}

const monthBefore = (day: Day): DayRange => monthOf(addDays(monthOf(day).from, -1))

/** Amazon may restate figures from this day on. */
export const provisionalFrom = (today: Day): Day => addDays(today, -restatementDays)
