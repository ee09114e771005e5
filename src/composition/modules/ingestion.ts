import { AmazonAdvertisingReports } from '../../adapters/amazon/advertising-reports.ts'
import { PostgresReconciliations } from '../../adapters/postgres/facts/reconciliations.ts'
import { PostgresReportLoader } from '../../adapters/postgres/facts/report-loader.ts'
import { PostgresCallStatistics } from '../../adapters/postgres/ingestion/call-statistics.ts'
import { PostgresLeases } from '../../adapters/postgres/ingestion/leases.ts'
import { PostgresProgressQueries } from '../../adapters/postgres/ingestion/progress-queries.ts'
import { PostgresRegionRateLimiter } from '../../adapters/postgres/ingestion/region-rate-limiter.ts'
import { PostgresReportQueue } from '../../adapters/postgres/ingestion/report-queue.ts'
import { PostgresSyncDurations } from '../../adapters/postgres/ingestion/sync-durations.ts'
import { PostgresSyncHistories } from '../../adapters/postgres/ingestion/sync-histories.ts'
import { PostgresSyncRuns } from '../../adapters/postgres/ingestion/sync-runs.ts'
import { PostgresSyncSchedule } from '../../adapters/postgres/ingestion/sync-schedule.ts'
import { TracedLeases } from '../../adapters/telemetry/traced-leases.ts'
import { AuthenticateSession } from '../../application/access/authenticate-session.ts'
import { ConfirmProfileLoss } from '../../application/connection/authorisation/confirm-profile-loss.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../application/connection/authorisation/get-access-token.ts'
import { Outbox } from '../../application/email/ports.ts'
import { ControlSync } from '../../application/ingestion/control-sync.ts'
import { FindDueReports } from '../../application/ingestion/find-due-reports.ts'
import { GetSyncProgress } from '../../application/ingestion/get-sync-progress.ts'
import { ListReports } from '../../application/ingestion/list-reports.ts'
import { PollSyncProgress } from '../../application/ingestion/poll-sync-progress.ts'
import {
  JobQueue,
  ProgressQueries,
  Reconciliations,
  SyncDurations,
  SyncHistories,
  SyncRuns,
  SyncSchedule,
} from '../../application/ingestion/ports.ts'
import { ReconcileFigures } from '../../application/ingestion/reconcile-figures.ts'
import { AdvanceReport } from '../../application/ingestion/report/advance-report.ts'
import {
  AdsApiAccess,
  AdvertisingReports,
  CallStatistics,
  Leases,
  RegionRateLimiter,
  ReportLoader,
  ReportQueue,
} from '../../application/ingestion/report-ports.ts'
import { RequestSync } from '../../application/ingestion/request-sync.ts'
import { ResumeSyncs } from '../../application/ingestion/resume-syncs.ts'
import {
  Clock,
  CorrelationContext,
  OutageDetector,
  RandomSource,
  Timeline,
  UnitOfWork,
} from '../../application/ports.ts'
import { ConnectionAccess } from '../bridges/connection-access.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindIngestion(
  { provide, useCase, get }: Bindings,
  { database, jobQueue, amazon, onError, reportPoll }: ExternalServices,
): void {
  provide(AdvertisingReports, () => new AmazonAdvertisingReports(amazon))
  provide(
    AdsApiAccess,
    () => new ConnectionAccess(get(GetAccessToken), get(RecordAuthorisationLoss), get(ConfirmProfileLoss)),
  )
  provide(SyncRuns, () => new PostgresSyncRuns(database.em, database.sql, get(CorrelationContext)))
  provide(SyncDurations, () => new PostgresSyncDurations(database.sql))
  provide(ReportQueue, () => new PostgresReportQueue(database.sql))
  provide(SyncHistories, () => new PostgresSyncHistories(database.em, database.sql))
  provide(ProgressQueries, () => new PostgresProgressQueries(database.sql))
  provide(SyncSchedule, () => new PostgresSyncSchedule(database.sql))
  provide(Leases, () => new TracedLeases(new PostgresLeases(database.em, database.sql, onError)))
  provide(RegionRateLimiter, () => new PostgresRegionRateLimiter(database.pool))
  provide(CallStatistics, () => new PostgresCallStatistics(database.pool, onError))
  provide(Reconciliations, () => new PostgresReconciliations(database.sql))
  provide(ReportLoader, () => new PostgresReportLoader(database.pool))
  provide(JobQueue, () => jobQueue)
  useCase(RequestSync, () => ({
    syncRuns: get(SyncRuns),
    reportQueue: get(ReportQueue),
    syncSchedule: get(SyncSchedule),
    rateLimiter: get(RegionRateLimiter),
    jobQueue: get(JobQueue),
    timeline: get(Timeline),
    clock: get(Clock),
  }))
  useCase(AdvanceReport, () => ({
    leases: get(Leases),
    syncRuns: get(SyncRuns),
    reportQueue: get(ReportQueue),
    access: get(AdsApiAccess),
    jobQueue: get(JobQueue),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
    random: get(RandomSource),
    rateLimiter: get(RegionRateLimiter),
    callStatistics: get(CallStatistics),
    reports: get(AdvertisingReports),
    loader: get(ReportLoader),
    outageDetector: get(OutageDetector),
    poll: reportPoll,
  }))
  useCase(ControlSync, () => ({
    syncRuns: get(SyncRuns),
    syncHistories: get(SyncHistories),
    syncSchedule: get(SyncSchedule),
    reports: get(AdvertisingReports),
    access: get(AdsApiAccess),
    jobQueue: get(JobQueue),
    timeline: get(Timeline),
    clock: get(Clock),
  }))
  useCase(FindDueReports, () => ({
    reportQueue: get(ReportQueue),
    loader: get(ReportLoader),
    clock: get(Clock),
    random: get(RandomSource),
  }))
  useCase(GetSyncProgress, () => ({
    syncHistories: get(SyncHistories),
    syncRuns: get(SyncRuns),
    syncDurations: get(SyncDurations),
    clock: get(Clock),
  }))
  useCase(ListReports, () => ({ syncHistories: get(SyncHistories) }))
  useCase(PollSyncProgress, () => ({
    progressQueries: get(ProgressQueries),
    authenticateSession: get(AuthenticateSession),
    syncDurations: get(SyncDurations),
    getSyncProgress: get(GetSyncProgress),
    clock: get(Clock),
  }))
  useCase(ReconcileFigures, () => ({
    reconciliations: get(Reconciliations),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ResumeSyncs, () => ({ syncSchedule: get(SyncSchedule), clock: get(Clock) }))
}
