import type { Day } from '../../../domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../../../domain/identifiers.ts'
import type { OpenReport, Report } from '../../../domain/ingestion/report.ts'
import type { SyncRun } from '../../../domain/ingestion/sync-run.ts'
import { join, raw, type Statement, sql } from '../engine/sql.ts'
import type { ReportColumns, SyncRunColumns } from './sync-run-rows.ts'

export const openStatuses = [
  'requested',
  'generating',
  'completed',
] as const satisfies readonly OpenReport['status'][]

/** Worded like the partial indexes' conditions, so that PostgreSQL can use those indexes. */
export const openCondition = raw(`status in ('${openStatuses.join("', '")}')`)

/**
 * For queries by id: avoids the partial indexes. With statistics from a quiet hour, PostgreSQL would assume that such
 * an index is empty and read all of it.
 */
export const unfinishedCondition = sql`status not in ('loaded', 'failed')`

const emptyColumns = {
  lastError: null,
  failingSince: null,
  dueAt: null,
  dueSetAt: null,
  deferredSince: null,
  deferralReason: null,
  amazonReportId: null,
  acceptedAt: null,
  completedAt: null,
  loadedAt: null,
  rowCount: null,
  failedAt: null,
  failure: null,
  unconfirmedFile: null,
  legacyCampaigns: null,
}

export function toReportColumns(report: Report) {
  const { id, syncRunId, connectionId, type, status, days, isInteractive, requestCount } = report
  const common = {
    id,
    syncRunId,
    connectionId,
    type,
    status,
    dayFrom: days.from,
    dayTo: days.to,
    isInteractive,
    requestCount,
    ...emptyColumns,
    unconfirmedFile: report.unconfirmedFile ?? null,
    legacyCampaigns: report.legacyCampaigns ?? null,
  }
  switch (report.status) {
    case 'requested':
      return { ...common, ...waitingColumns(report), pollCount: 0 }
    case 'generating': {
      const { amazonReportId, acceptedAt, pollCount } = report
      return { ...common, ...waitingColumns(report), amazonReportId, acceptedAt, pollCount }
    }
    case 'completed': {
      const { amazonReportId, acceptedAt, completedAt } = report
      return { ...common, ...waitingColumns(report), amazonReportId, acceptedAt, completedAt, pollCount: 0 }
    }
    case 'loaded':
      return {
        ...common,
        consecutiveErrors: 0,
        totalErrors: 0,
        pollCount: 0,
        loadedAt: report.loadedAt,
        rowCount: report.rows,
      }
    case 'failed':
      return {
        ...common,
        consecutiveErrors: 0,
        totalErrors: 0,
        pollCount: 0,
        failedAt: report.failedAt,
        failure: report.reason,
      }
  }
}

const stateColumnNames = {
  status: 'status',
  requestCount: 'request_count',
  consecutiveErrors: 'consecutive_errors',
  totalErrors: 'total_errors',
  lastError: 'last_error',
  failingSince: 'failing_since',
  dueAt: 'due_at',
  dueSetAt: 'due_set_at',
  deferredSince: 'deferred_since',
  deferralReason: 'deferral_reason',
  amazonReportId: 'amazon_report_id',
  acceptedAt: 'accepted_at',
  pollCount: 'poll_count',
  completedAt: 'completed_at',
  loadedAt: 'loaded_at',
  rowCount: 'row_count',
  failedAt: 'failed_at',
  failure: 'failure',
  unconfirmedFile: 'unconfirmed_file',
  legacyCampaigns: 'legacy_campaigns',
} as const satisfies Partial<Record<keyof ReportColumns, string>>

export function stateAssignments(report: Report): Statement {
  const columns: Partial<Record<keyof ReportColumns, unknown>> = toReportColumns(report)
  return join(
    Object.entries(stateColumnNames).map(
      ([name, column]) => sql`${raw(column)} = ${columns[name as keyof typeof stateColumnNames] ?? null}`,
    ),
    ', ',
  )
}

const waitingColumns = ({
  consecutiveErrors,
  totalErrors,
  lastError,
  failingSince,
  dueAt,
  dueSetAt,
  deferredSince,
  deferralReason,
}: Extract<Report, { dueAt: Date }>) => ({
  consecutiveErrors,
  totalErrors,
  lastError,
  failingSince,
  dueAt,
  dueSetAt,
  deferredSince,
  deferralReason,
})

export const toSyncRun = ({
  id,
  connectionId,
  kind,
  dayFrom,
  dayTo,
  requestedAt,
}: SyncRunColumns): SyncRun => ({
  id: id as SyncRunId,
  connectionId: connectionId as ConnectionId,
  kind,
  days: { from: dayFrom as Day, to: dayTo as Day },
  requestedAt,
})

export function toReport(row: ReportColumns): Report {
  const common = {
    id: row.id as ReportId,
    syncRunId: row.syncRunId as SyncRunId,
    connectionId: row.connectionId as ConnectionId,
    type: row.type,
    days: { from: row.dayFrom as Day, to: row.dayTo as Day },
    isInteractive: row.isInteractive,
    requestCount: row.requestCount,
    ...(row.unconfirmedFile && { unconfirmedFile: row.unconfirmedFile }),
    ...(typeof row.legacyCampaigns === 'number' && { legacyCampaigns: row.legacyCampaigns }),
  }
  const waitingFields = () => ({
    consecutiveErrors: row.consecutiveErrors,
    totalErrors: row.totalErrors,
    lastError: row.lastError ?? null,
    failingSince: row.failingSince ?? null,
    dueAt: requireValue(row.dueAt, row),
    dueSetAt: requireValue(row.dueSetAt, row),
    deferredSince: row.deferredSince ?? null,
    deferralReason: row.deferralReason ?? null,
  })
  const acceptedFields = () => ({
    amazonReportId: requireValue(row.amazonReportId, row) as AmazonReportId,
    acceptedAt: requireValue(row.acceptedAt, row),
  })
  switch (row.status) {
    case 'requested':
      return { status: 'requested', ...common, ...waitingFields() }
    case 'generating':
      return {
        status: 'generating',
        ...common,
        ...waitingFields(),
        ...acceptedFields(),
        pollCount: row.pollCount,
      }
    case 'completed':
      return {
        status: 'completed',
        ...common,
        ...waitingFields(),
        ...acceptedFields(),
        completedAt: requireValue(row.completedAt, row),
      }
    case 'loaded':
      return {
        status: 'loaded',
        ...common,
        loadedAt: requireValue(row.loadedAt, row),
        rows: requireValue(row.rowCount, row),
      }
    case 'failed':
      return {
        status: 'failed',
        ...common,
        failedAt: requireValue(row.failedAt, row),
        reason: requireValue(row.failure, row),
      }
  }
}

function requireValue<Value>(value: Value | null | undefined, { id, status }: ReportColumns): Value {
  if (value === null || value === undefined) throw new Error(`report ${id} is ${status} but incomplete`)
  return value
}
