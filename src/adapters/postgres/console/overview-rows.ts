import type { ReportErrorSummary } from '../../../admin/diagnosis/cause-mapping.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import type { AnsweredCallOutcome, CallCount, LatencyBucket } from '../../../domain/ingestion/call-latency.ts'
import type { ReportErrorCode } from '../../../domain/ingestion/report-error.ts'
import type { SyncRunKind } from '../../../domain/ingestion/sync-run.ts'
import type { Region } from '../../../domain/profile/region.ts'

export interface QueueRow {
  readonly open: number
  readonly running: number
  readonly due_long: number
  readonly held_long: number
  readonly late_since: Date | null
  readonly runs: Partial<Record<SyncRunKind, number>> | null
  readonly syncs_due: number
  readonly syncs_since: Date | null
  readonly requested_at: Date | null
  readonly connection_id: ConnectionId | null
  readonly profile_id: string | null
  readonly account_name: string | null
  readonly country: string | null
  readonly user_id: UserId | null
  readonly name: string | null
  readonly email: string | null
}

export interface FailedRow {
  readonly failure_cause: string
  /** Start of the hour; null when older than 24 hours. */
  readonly hour: Date | null
  readonly reports: number
}

export interface OlderFailures {
  readonly countedAt: Date
  readonly since: Date
  /** Exclusive. */
  readonly before: Date
  readonly rows: readonly FailedRow[]
}

export interface CallRow {
  readonly region: Region
  readonly outcome: AnsweredCallOutcome
  readonly latency_bucket_ms: LatencyBucket
  readonly calls: string
  readonly milliseconds: string
}

export const toCallCount = ({
  outcome,
  latency_bucket_ms: within,
  calls,
  milliseconds,
}: CallRow): CallCount => ({
  outcome,
  within,
  calls: Number(calls),
  milliseconds: Number(milliseconds),
})

/** The column holds the error code, then the detail that its cause depends on. */
export function toErrorSummary(failureCause: string): ReportErrorSummary {
  const [error, ...rest] = failureCause.split(' ') as [ReportErrorCode, ...string[]]
  const causeDetail = rest.join(' ')
  if (error === 'token_rejected' && causeDetail) return { error, skewSeconds: Number(causeDetail) }
  return error === 'client_rejected' ? { error, detail: causeDetail } : { error }
}
