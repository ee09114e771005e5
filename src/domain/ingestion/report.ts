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
  /** Somebody waits for it: what is asked for each night lets it go first. */
  readonly isAwaited: boolean
  /** How often Amazon was asked to make it; more than once after a loss or a failure at Amazon. */
  readonly orders: number
}

interface Waiting extends Omit<TroublesMet, 'orders'> {
  readonly nextTryAt: Date
  /** When that was decided. */
  readonly waitsSince: Date
  /** When it met the first of the troubles of the last one's kind; null once it got on. */
  readonly troubledSince: Date | null
  /** Since when, and why this time, it is held back for its region's sake; null once it got on. */
  readonly heldSince: Date | null
  readonly heldFor: HoldBack['why'] | null
}

/** To be asked for. */
export interface RequestedReport extends Ordered, Waiting {
  readonly status: 'requested'
}

/** Amazon is making it. */
export interface GeneratingReport extends Ordered, Waiting {
  readonly status: 'generating'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  /** How often its state was asked for. */
  readonly looks: number
}

/** Complete at Amazon; to be fetched and loaded. */
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

/** For good, and alone: the others of its run go on (S-24). */
export interface FailedReport extends Ordered {
  readonly status: 'failed'
  readonly failedAt: Date
  readonly reason: FailureReason
}

export type OpenReport = RequestedReport | GeneratingReport | CompletedReport
export type Report = OpenReport | LoadedReport | FailedReport

/** Shortest and longest wait between two questions about a report, in seconds (`REPORT_POLL_SECONDS`). */
export interface PollPlan {
  readonly firstSeconds: number
  readonly longestSeconds: number
}

/** Amazon says: up to 3 hours; then it is given up and ordered once more. */
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

/** From here on it waits for its own sake: what held it back for others' is over. */
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
 * Its time has come; or it waits since a moment that is still to come, so that the clock which told it to wait was wrong, and
 * nobody knows for how long it was to.
 */
export const isDue = ({ nextTryAt, waitsSince }: OpenReport, now: Date): boolean =>
  nextTryAt <= now || waitsSince > after(now, clocksApart)

export function orderReport(
  order: Pick<RequestedReport, 'id' | 'runId' | 'connectionId' | 'type' | 'days' | 'isAwaited'>,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...order, orders: 0, ...calm(now, now) }
}

/** Amazon took the order, or a duplicate of it was adopted. */
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
 * How much longer than Amazon took a finished report may stay unnoticed, as a share of that time: 15 %, less what a bell
 * and a step may come late. Each look a factor of `1 + share` after the last asks least often for it
 * (`npm run bench -- wait`).
 */
const lagShare = 0.14

/** Not ready: waited for a share of the time that it took so far, within the plan's bounds. */
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

/** True once Amazon has had its three hours. */
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

/** Lost or failed at Amazon: asked for anew. */
export function reorder(
  report: OpenReport,
  trouble: ReportTrouble,
  nextTryAt: Date,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...ordered(report), ...troubled(report, trouble, nextTryAt, now) }
}

/** The same step again, later. */
export function postpone<Open extends OpenReport>(
  report: Open,
  trouble: ReportTrouble,
  nextTryAt: Date,
  now: Date,
): Open {
  return { ...report, ...troubled(report, trouble, nextTryAt, now) }
}

/** The region is left alone: no trouble of this report's, and no try of it is used up. */
export function holdBack<Open extends OpenReport>(
  report: Open,
  heldFor: HoldBack['why'],
  nextTryAt: Date,
  now: Date,
): Open {
  return { ...report, nextTryAt, waitsSince: now, heldSince: report.heldSince ?? now, heldFor }
}

/** Complete at Amazon, and none of a worker's places for loading is free. */
export const awaitRoom = (report: CompletedReport, now: Date): CompletedReport => ({
  ...report,
  nextTryAt: after(now, seconds(1)),
  waitsSince: now,
})

/** After a tenth of the time that our own database has not answered for, within two seconds and two minutes. */
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
