import { after, type DayRange, hours, minutes, seconds } from '../calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../identifiers.ts'
import type { ReportType } from './catalogue.ts'
import { type Deferral, maxClockSkew, maxDeferral } from './deferral.ts'
import type { UnconfirmedFile } from './file-totals.ts'
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
  /** Its latest file that had to wait for a second one. */
  readonly unconfirmedFile?: UnconfirmedFile
  /**
   * Running Sponsored Brands campaigns of the old format, which Amazon leaves out of the report. Absent if unknown, and for
   * other types.
   */
  readonly legacyCampaigns?: number
}

interface OpenReportState extends Omit<ErrorHistory, 'requestCount'> {
  readonly dueAt: Date
  readonly dueSetAt: Date
  /** First of the consecutive equal errors; null after progress. */
  readonly failingSince: Date | null
  /** Null after progress. */
  readonly deferredSince: Date | null
  readonly deferralReason: Deferral['why'] | null
}

export interface RequestedReport extends ReportIdentity, OpenReportState {
  readonly status: 'requested'
}

export interface GeneratingReport extends ReportIdentity, OpenReportState {
  readonly status: 'generating'
  readonly amazonReportId: AmazonReportId
  readonly acceptedAt: Date
  readonly pollCount: number
}

export interface CompletedReport extends ReportIdentity, OpenReportState {
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

/** Instead of an id where Amazon doesn't offer the ad product to the account; the report counts as empty. */
export const notOffered = 'not-offered' as AmazonReportId

/** Amazon says up to 3 hours. */
export const generationTimeout = hours(3)

const identityOf = ({
  id,
  syncRunId,
  connectionId,
  type,
  days,
  isInteractive,
  requestCount,
  unconfirmedFile,
  legacyCampaigns,
}: Report): ReportIdentity => ({
  id,
  syncRunId,
  connectionId,
  type,
  days,
  isInteractive,
  requestCount,
  ...(unconfirmedFile && { unconfirmedFile }),
  ...(legacyCampaigns !== undefined && { legacyCampaigns }),
})

const scheduleNextStep = (dueAt: Date, now: Date): OpenReportState => ({
  consecutiveErrors: 0,
  totalErrors: 0,
  lastError: null,
  failingSince: null,
  dueAt,
  dueSetAt: now,
  deferredSince: null,
  deferralReason: null,
})

function recordError(report: OpenReport, error: ReportError, dueAt: Date, now: Date): OpenReportState {
  const previousErrors = consecutiveErrorsOf(report, error)
  return {
    consecutiveErrors: previousErrors + 1,
    totalErrors: report.totalErrors + 1,
    lastError: error,
    failingSince: (previousErrors > 0 && report.failingSince) || now,
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
  identity: Pick<RequestedReport, 'id' | 'syncRunId' | 'connectionId' | 'type' | 'days' | 'isInteractive'>,
  now: Date,
): RequestedReport {
  return { status: 'requested', ...identity, requestCount: 0, ...scheduleNextStep(now, now) }
}

export function markAccepted(
  report: RequestedReport,
  amazonReportId: AmazonReportId,
  poll: PollInterval,
  now: Date,
): GeneratingReport {
  return {
    status: 'generating',
    ...identityOf(report),
    requestCount: report.requestCount + 1,
    amazonReportId,
    acceptedAt: now,
    pollCount: 0,
    ...scheduleNextStep(after(now, firstPollFactor * poll.firstSeconds * 1000), now),
  }
}

/** Amazon takes at least two minutes (`docs/product/amazon.md`), so earlier polls would be wasted. */
const firstPollFactor = 3

/** Detects a finished report within 20% of its generation time (`npm run bench -- wait`). */
const pollBackoffRatio = 0.19

export function schedulePoll(report: GeneratingReport, poll: PollInterval, now: Date): GeneratingReport {
  const age = (now.getTime() - report.acceptedAt.getTime()) / 1000
  const wait = Math.min(Math.max(age * pollBackoffRatio, poll.firstSeconds), poll.maxSeconds)
  return {
    status: 'generating',
    ...identityOf(report),
    amazonReportId: report.amazonReportId,
    acceptedAt: report.acceptedAt,
    pollCount: report.pollCount + 1,
    ...scheduleNextStep(after(now, wait * 1000), now),
  }
}

export const isOverdue = (report: GeneratingReport, now: Date): boolean =>
  now.getTime() - report.acceptedAt.getTime() >= generationTimeout

export function markCompleted(report: GeneratingReport, now: Date): CompletedReport {
  return {
    status: 'completed',
    ...identityOf(report),
    amazonReportId: report.amazonReportId,
    acceptedAt: report.acceptedAt,
    completedAt: now,
    ...scheduleNextStep(now, now),
  }
}

export function requestAgain(
  report: OpenReport,
  error: ReportError,
  dueAt: Date,
  now: Date,
): RequestedReport {
  const unconfirmedFile = error.error === 'file_unconfirmed' ? error.file : report.unconfirmedFile
  return {
    status: 'requested',
    ...identityOf({ ...report, ...(unconfirmedFile && { unconfirmedFile }) }),
    ...recordError(report, error, dueAt, now),
  }
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
  const deferredMilliseconds = deferredSince ? now.getTime() - deferredSince.getTime() : 0
  return after(now, Math.min(Math.max(deferredMilliseconds / 10, seconds(2)), minutes(2)))
}

export const isDeferredTooLong = ({ deferredSince }: OpenReport, now: Date): boolean =>
  deferredSince !== null && now.getTime() - deferredSince.getTime() >= maxDeferral

export function markLoaded(report: CompletedReport, rows: number, now: Date): LoadedReport {
  return { status: 'loaded', ...identityOf(report), loadedAt: now, rows }
}

export function markFailed(report: OpenReport, reason: FailureReason, now: Date): FailedReport {
  return { status: 'failed', ...identityOf(report), failedAt: now, reason }
}

export const isFinished = (report: Report): report is LoadedReport | FailedReport =>
  report.status === 'loaded' || report.status === 'failed'
