import { hours } from '../../domain/calendar.ts'
import { causeOfError } from '../diagnosis/cause-mapping.ts'
import type { Cause } from '../diagnosis/causes.ts'
import type { FailureCount } from '../ports.ts'

export const failureWindow = hours(7 * 24)
const hoursOfDay = 24

export interface FailedByCause {
  readonly cause: Cause
  readonly day: number
  /** Includes the last 24 hours. */
  readonly week: number
}

export interface Failures {
  readonly day: number
  readonly week: number
  /** By `day`, descending. */
  readonly byCause: readonly FailedByCause[]
  /** Last 24 hours, the oldest first. */
  readonly byHour: readonly number[]
}

/** Without reports of closed connections. */
export function failuresOf(counts: readonly FailureCount[]): Failures {
  const byCause = new Map<Cause, { day: number; week: number }>()
  const byHour = Array.from({ length: hoursOfDay }, () => 0)
  for (const { reason, hoursAgo, reports } of counts) {
    const cause = causeOfError(reason)
    if (!cause) continue
    const counted = byCause.get(cause) ?? { day: 0, week: 0 }
    byCause.set(cause, { day: counted.day + (hoursAgo === null ? 0 : reports), week: counted.week + reports })
    if (hoursAgo === null) continue
    const hourIndex = hoursOfDay - 1 - hoursAgo
    byHour[hourIndex] = (byHour[hourIndex] ?? 0) + reports
  }
  const failedByCause = [...byCause].map(([cause, { day, week }]) => ({ cause, day, week }))
  return {
    day: sumOf(failedByCause.map(({ day }) => day)),
    week: sumOf(failedByCause.map(({ week }) => week)),
    byCause: failedByCause.toSorted((one, other) => other.day - one.day || other.week - one.week),
    byHour,
  }
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
