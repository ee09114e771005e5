import type { ReportType } from '../reporting/columns/report-type.ts'
import type { Account } from '../users/account.ts'
import { todayIn } from './days.ts'

/** Both days included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Sponsored Products accept requests for 95 days but hold 65 (docs/product/amazon.md, "Reporting v3: requests"). */
const spRetentionDays = 65

/** Days whose conversions the `restatement` switch restates. */
const restatementDays = 14

export function spanWithFigures(account: Account, type: ReportType, span: Span, now: number): Span {
  const today = todayIn(account.timezone, now)
  const oldest =
    today - Math.min(type.retentionDays, type.maxRangeDays === 31 ? spRetentionDays : type.retentionDays)
  return { from: Math.max(span.from, oldest), to: Math.min(span.to, today) }
}

export function restatementOn(account: Account, day: number, now: number, restatement: number): number {
  return day > todayIn(account.timezone, now) - restatementDays ? restatement : 0
}
