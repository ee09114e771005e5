import type { DayRange } from '../calendar.ts'
import { after, hours, minutes, seconds } from '../calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../identifiers.ts'
import type { ReportType } from './catalogue.ts'
import { type Deferral, maxClockSkew, maxDeferral } from './region-rate-limit.ts'
import {
  consecutiveErrorsOf,
  type ErrorHistory,
  type FailureReason,
  type ReportError,
} from './report-error.ts'

interface ReportIdentity {
  readonly id: ReportId
  readonly syncRunId: SyncRunId
  readonly connectionId: ConnectionId
  readonly type: ReportType
  readonly days: DayRange
  /** Requested by a waiting user; goes before daily syncs. */
  readonly isInteractive: boolean
  readonly requestCount: number
}

interface Waiting extends Omit<ErrorHistory, 'requestCount'> {
  readonly dueAt: Date
  readonly dueSetAt: Date
  /** First of the consecutive equal errors; null after progress. */
  readonly failingSince: Date | null
  /** Null after progress. */
  readonly deferredSince: Date | null
  readonly deferralReason: Deferral['why'] | null
}

export interface RequestedReport extends ReportIdentity, Waiting {
  readonly status: 'requested'
}

export interface GeneratingReport extends ReportIdentity, Waiting {
  readonly status: 'generating'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  readonly pollCount: number
}

export interface CompletedReport extends ReportIdentity, Waiting {
  readonly status: 'completed'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  readonly completedAt: Date
}

export interface LoadedReport extends ReportIdentity {
  readonly status: 'loaded'
  readonly loadedAt: Date
  readonly rows: number
}

/** The run's other reports continue (S-24). */
export interface FailedReport extends ReportIdentity {
  readonly status: 'failed'
  readonly failedAt: Date
  readonly reason: FailureReason
}

export type OpenReport = RequestedReport | GeneratingReport | CompletedReport
export type Report = OpenReport | LoadedReport | FailedReport

export interface PollInterval {
  readonly firstSeconds: number
  readonly maxSeconds: number
}

/** Amazon says up to 3 hours. */
export const generationTimeout = hours(3)

const ordered = ({
  id,
  syncRunId,
  connectionId,
  type,
  days,
  isInteractive,
  requestCount,
}: Report): ReportIdentity => ({
  id,
  syncRunId,
  connectionId,
  type,
  days,
  isInteractive,
  requestCount,
})

const calm = (dueAt: Date, now: Date): Waiting => ({
  consecutiveErrors: 0,
  totalErrors: 0,
  lastError: null,
  failingSince: null,
  dueAt,
  dueSetAt: now,
  deferredSince: null,
  deferralReason: null,
})

function recordError(report: OpenReport, error: ReportError, dueAt: Date, now: Date): Waiting {
  const alike = consecutiveErrorsOf(report, error)
  return {
    consecutiveErrors: alike + 1,
    totalErrors: report.totalErrors + 1,
    lastError: error,
    failingSince: (alike > 0 && report.failingSince) || now,
    dueAt,
    dueSetAt: now,
    deferredSince: null,
    deferralReason: null,
  }
}

/** Also true if set in the future: the writer's clock was ahead, so the wait is void. */
export const isDue = ({ dueAt, dueSetAt }: OpenReport, now: Date): boolean =>
  dueAt <= now || dueSetAt > after(now, maxClockSkew)

export function newReport(
  order: Pick<RequestedReport, 'id' | 'syncRunId' | 'connectionId' | 'type' | 'days' | 'isInteractive'>,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...order, requestCount: 0, ...calm(now, now) }
}

export function accept(
  report: RequestedReport,
  amazonReportId: AmazonReportId,
  poll: PollInterval,
  now: Date,
): GeneratingReport {
  return {
    status: 'generating',
    ...ordered(report),
    requestCount: report.requestCount + 1,
    amazonReportId,
    acceptedAt: now,
    pollCount: 0,
    ...calm(after(now, poll.firstSeconds * 1000), now),
  }
}

/** Detects a finished report within 15% of its generation time (`npm run bench -- wait`). */
const pollBackoffRatio = 0.14

export function schedulePoll(report: GeneratingReport, poll: PollInterval, now: Date): GeneratingReport {
  const age = (now.getTime() - report.acceptedAt.getTime()) / 1000
  const wait = Math.min(Math.max(age * pollBackoffRatio, poll.firstSeconds), poll.maxSeconds)
  return {
    status: 'generating',
    ...ordered(report),
    amazonReportId: report.amazonReportId,
    acceptedAt: report.acceptedAt,
    pollCount: report.pollCount + 1,
    ...calm(after(now, wait * 1000), now),
  }
}

export const isOverdue = (report: GeneratingReport, now: Date): boolean =>
  now.getTime() - report.acceptedAt.getTime() >= generationTimeout

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

export function requestAgain(
  report: OpenReport,
  error: ReportError,
  dueAt: Date,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...ordered(report), ...recordError(report, error, dueAt, now) }
}

export function scheduleRetry<Open extends OpenReport>(
  report: Open,
  error: ReportError,
  dueAt: Date,
  now: Date,
): Open {
  return { ...report, ...recordError(report, error, dueAt, now) }
}

/** Doesn't count as a retry. */
export function defer<Open extends OpenReport>(
  report: Open,
  deferralReason: Deferral['why'],
  dueAt: Date,
  now: Date,
): Open {
  return { ...report, dueAt, dueSetAt: now, deferredSince: report.deferredSince ?? now, deferralReason }
}

export const awaitLoadSlot = (report: CompletedReport, now: Date): CompletedReport => ({
  ...report,
  dueAt: after(now, seconds(1)),
  dueSetAt: now,
})

export function databaseRetryAt({ deferredSince }: OpenReport, now: Date): Date {
  const live = deferredSince ? now.getTime() - deferredSince.getTime() : 0
  return after(now, Math.min(Math.max(live / 10, seconds(2)), minutes(2)))
}

export const isDeferredTooLong = ({ deferredSince }: OpenReport, now: Date): boolean =>
  deferredSince !== null && now.getTime() - deferredSince.getTime() >= maxDeferral

export function markLoaded(report: CompletedReport, rows: number, now: Date): LoadedReport {
  return { status: 'loaded', ...ordered(report), loadedAt: now, rows }
}

export function markFailed(report: OpenReport, reason: FailureReason, now: Date): FailedReport {
  return { status: 'failed', ...ordered(report), failedAt: now, reason }
}

export const isFinished = (report: Report): report is LoadedReport | FailedReport =>
  report.status === 'loaded' || report.status === 'failed'
