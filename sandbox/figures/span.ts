import type { Account } from '../people/account.ts'
import type { ReportType } from '../reporting/report-type.ts'
import { todayIn } from './days.ts'

/** Days, the first and the last included; empty when `to` lies before `from`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Sponsored Products answer requests up to 95 days back, but hold 65 (Amazon's known issues, facts §3.4). */
const daysHeld = 65

/** Conversions of the last two weeks are restated when the `restatement` switch is on (facts §3.10). */
const restatedDays = 14

/** The part of a span for which a profile has figures at all: nothing of the future, nothing too old. */
export function spanWithFigures(account: Account, type: ReportType, span: Span, now: number): Span {
  const today = todayIn(account.timezone, now)
  const oldest =
    today - Math.min(type.retentionDays, type.maxRangeDays === 31 ? daysHeld : type.retentionDays)
  return { from: Math.max(span.from, oldest), to: Math.min(span.to, today) }
}

/** How often a day's conversions have been restated by now. */
export function restatementOn(account: Account, day: number, now: number, restatement: number): number {
  return day > todayIn(account.timezone, now) - restatedDays ? restatement : 0
}
