import { PostgresDatabaseHealth } from '../../adapters/postgres/console/database-health.ts'
import { PostgresOverviewReader } from '../../adapters/postgres/console/overview-reader.ts'
import {
  PostgresRecurringJobRuns,
  PostgresWorkerHeartbeats,
} from '../../adapters/postgres/console/worker-heartbeats.ts'
import { AskAllToAuthoriseAgain } from '../../admin/overview/ask-all-to-authorise-again.ts'
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
import { AuditLog, Users } from '../../application/access/ports.ts'
import { VerifyIdentity } from '../../application/access/second-factor/verify-identity.ts'
import { RecordAuthorisationLoss } from '../../application/connection/authorisation/get-access-token.ts'
import { Connections } from '../../application/connection/ports.ts'
import { Clock, UnitOfWork } from '../../application/ports.ts'
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
  useCase(AskAllToAuthoriseAgain, () => ({
    users: get(Users),
    audit: get(AuditLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
    verifyIdentity: get(VerifyIdentity),
    connections: get(Connections),
    recordAuthorisationLoss: get(RecordAuthorisationLoss),
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
