import type { DayRange } from '../calendar.ts'
import { after, hours, minutes, seconds } from '../calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, RunId } from '../identifiers.ts'
import type { ReportType } from './catalogue.ts'
import { clocksApart, type HoldBack, longestHoldBack } from './region-traffic.ts'
import { alikeBefore, type FailureReason, type ReportTrouble, type TroublesMet } from './trouble.ts'

interface Ordered {
  readonly id: ReportId
  readonly runId: RunId
  readonly connectionId: ConnectionId
  readonly type: ReportType
  readonly days: DayRange
  /** True when a user waits for it; it goes before daily syncs. */
  readonly isAwaited: boolean
  /** More than one after a loss or failure at Amazon. */
  readonly orders: number
}

interface Waiting extends Omit<TroublesMet, 'orders'> {
  readonly nextTryAt: Date
  readonly waitsSince: Date
  /** Since the first of the consecutive equal errors; null after progress. */
  readonly troubledSince: Date | null
  /** Null after progress. */
  readonly heldSince: Date | null
  readonly heldFor: HoldBack['why'] | null
}

export interface RequestedReport extends Ordered, Waiting {
  readonly status: 'requested'
}

export interface GeneratingReport extends Ordered, Waiting {
  readonly status: 'generating'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  readonly looks: number
}

export interface CompletedReport extends Ordered, Waiting {
  readonly status: 'completed'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  readonly completedAt: Date
}

export interface LoadedReport extends Ordered {
  readonly status: 'loaded'
  readonly loadedAt: Date
  readonly rows: number
}

/** The other reports of its run continue (S-24). */
export interface FailedReport extends Ordered {
  readonly status: 'failed'
  readonly failedAt: Date
  readonly reason: FailureReason
}

export type OpenReport = RequestedReport | GeneratingReport | CompletedReport
export type Report = OpenReport | LoadedReport | FailedReport

export interface PollPlan {
  readonly firstSeconds: number
  readonly longestSeconds: number
}

/** Amazon says up to 3 hours. */
export const generationLimit = hours(3)

const ordered = ({ id, runId, connectionId, type, days, isAwaited, orders }: Report): Ordered => ({
  id,
  runId,
  connectionId,
  type,
  days,
  isAwaited,
  orders,
})

const calm = (nextTryAt: Date, now: Date): Waiting => ({
  troubles: 0,
  troublesInAll: 0,
  lastTrouble: null,
  troubledSince: null,
  nextTryAt,
  waitsSince: now,
  heldSince: null,
  heldFor: null,
})

/** Records an error and ends a deferral. */
function troubled(report: OpenReport, trouble: ReportTrouble, nextTryAt: Date, now: Date): Waiting {
  const alike = alikeBefore(report, trouble)
  return {
    troubles: alike + 1,
    troublesInAll: report.troublesInAll + 1,
    lastTrouble: trouble,
    troubledSince: (alike > 0 && report.troubledSince) || now,
    nextTryAt,
    waitsSince: now,
    heldSince: null,
    heldFor: null,
  }
}

/**
 * True when the next try is due. Also true when the wait was recorded in the future: the writer's clock was ahead, so
 * the wait is void.
 */
export const isDue = ({ nextTryAt, waitsSince }: OpenReport, now: Date): boolean =>
  nextTryAt <= now || waitsSince > after(now, clocksApart)

export function orderReport(
  order: Pick<RequestedReport, 'id' | 'runId' | 'connectionId' | 'type' | 'days' | 'isAwaited'>,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...order, orders: 0, ...calm(now, now) }
}

export function accept(
  report: RequestedReport,
  amazonReportId: AmazonReportId,
  poll: PollPlan,
  now: Date,
): GeneratingReport {
  return {
    status: 'generating',
    ...ordered(report),
    orders: report.orders + 1,
    amazonReportId,
    acceptedAt: now,
    looks: 0,
    ...calm(after(now, poll.firstSeconds * 1000), now),
  }
}

/**
 * Detects a finished report within 15% of its generation time, less delays of job and step. Polling at age × 1.14 needs
 * the fewest polls (`npm run bench -- wait`).
 */
const lagShare = 0.14

/** Polls after a share of the age so far. */
export function waitOn(report: GeneratingReport, poll: PollPlan, now: Date): GeneratingReport {
  const age = (now.getTime() - report.acceptedAt.getTime()) / 1000
  const wait = Math.min(Math.max(age * lagShare, poll.firstSeconds), poll.longestSeconds)
  return {
    status: 'generating',
    ...ordered(report),
    amazonReportId: report.amazonReportId,
    acceptedAt: report.acceptedAt,
    looks: report.looks + 1,
    ...calm(after(now, wait * 1000), now),
  }
}

export const isOverdue = (report: GeneratingReport, now: Date): boolean =>
  now.getTime() - report.acceptedAt.getTime() >= generationLimit

export function complete(report: GeneratingReport, now: Date): CompletedReport {
  return {
    status: 'completed',
    ...ordered(report),
    amazonReportId: report.amazonReportId,
    acceptedAt: report.acceptedAt,
    completedAt: now,
    ...calm(now, now),
  }
}

export function reorder(
  report: OpenReport,
  trouble: ReportTrouble,
  nextTryAt: Date,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...ordered(report), ...troubled(report, trouble, nextTryAt, now) }
}

export function postpone<Open extends OpenReport>(
  report: Open,
  trouble: ReportTrouble,
  nextTryAt: Date,
  now: Date,
): Open {
  return { ...report, ...troubled(report, trouble, nextTryAt, now) }
}

/** Defers without using up a retry. */
export function holdBack<Open extends OpenReport>(
  report: Open,
  heldFor: HoldBack['why'],
  nextTryAt: Date,
  now: Date,
): Open {
  return { ...report, nextTryAt, waitsSince: now, heldSince: report.heldSince ?? now, heldFor }
}

export const awaitRoom = (report: CompletedReport, now: Date): CompletedReport => ({
  ...report,
  nextTryAt: after(now, seconds(1)),
  waitsSince: now,
})

/** Returns a time after a tenth of the outage so far, from 2 s to 2 min. */
export function nextTryAtStorage({ heldSince }: OpenReport, now: Date): Date {
  const held = heldSince ? now.getTime() - heldSince.getTime() : 0
  return after(now, Math.min(Math.max(held / 10, seconds(2)), minutes(2)))
}

export const isHeldTooLong = ({ heldSince }: OpenReport, now: Date): boolean =>
  heldSince !== null && now.getTime() - heldSince.getTime() >= longestHoldBack

export function markLoaded(report: CompletedReport, rows: number, now: Date): LoadedReport {
  return { status: 'loaded', ...ordered(report), loadedAt: now, rows }
}

export function giveUp(report: OpenReport, reason: FailureReason, now: Date): FailedReport {
  return { status: 'failed', ...ordered(report), failedAt: now, reason }
}

export const isSettled = (report: Report): report is LoadedReport | FailedReport =>
  report.status === 'loaded' || report.status === 'failed'
