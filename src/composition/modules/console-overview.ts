import { PostgresDatabaseHealth } from '../../adapters/postgres/console/database-health.ts'
import { PostgresOverviewReader } from '../../adapters/postgres/console/overview-reader.ts'
import {
  PostgresRecurringJobRuns,
  PostgresWorkerHeartbeats,
} from '../../adapters/postgres/console/worker-heartbeats.ts'
import { CheckReadiness } from '../../admin/overview/check-readiness.ts'
import { CollectSystemMetrics } from '../../admin/overview/collect-system-metrics.ts'
import { GetOverview } from '../../admin/overview/get-overview.ts'
import { RecordHeartbeat } from '../../admin/overview/record-heartbeat.ts'
import { RunRecurringJob } from '../../admin/overview/run-recurring-job.ts'
import {
  CaseSummaries,
  DatabaseHealth,
  OverviewReader,
  RecurringJobRuns,
  WorkerHeartbeats,
} from '../../admin/ports.ts'
import { Users } from '../../application/access/ports.ts'
import { Clock } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConsoleOverview(
  { provide, useCase, get }: Bindings,
  { database }: ExternalServices,
): void {
  provide(WorkerHeartbeats, () => new PostgresWorkerHeartbeats(database.sql))
  provide(RecurringJobRuns, () => new PostgresRecurringJobRuns(database.sql))
  provide(OverviewReader, () => new PostgresOverviewReader(database.sql))
  provide(DatabaseHealth, () => new PostgresDatabaseHealth(database))
  useCase(GetOverview, () => ({
    overviews: get(OverviewReader),
    summaries: get(CaseSummaries),
    workerHeartbeats: get(WorkerHeartbeats),
    recurringJobRuns: get(RecurringJobRuns),
    clock: get(Clock),
    users: get(Users),
  }))
  useCase(RecordHeartbeat, () => ({ workerHeartbeats: get(WorkerHeartbeats), clock: get(Clock) }))
  useCase(RunRecurringJob, () => ({ recurringJobRuns: get(RecurringJobRuns), clock: get(Clock) }))
  useCase(CheckReadiness, () => ({
    databaseHealth: get(DatabaseHealth),
    recordHeartbeat: get(RecordHeartbeat),
    clock: get(Clock),
  }))
  useCase(CollectSystemMetrics, () => ({
    overviews: get(OverviewReader),
    summaries: get(CaseSummaries),
    workerHeartbeats: get(WorkerHeartbeats),
    recurringJobRuns: get(RecurringJobRuns),
    clock: get(Clock),
  }))
}
