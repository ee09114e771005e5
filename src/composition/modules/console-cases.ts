import { PostgresCaseSummaries } from '../../adapters/postgres/console/case-summaries.ts'
import { PostgresTimelineReader } from '../../adapters/postgres/console/timeline-reader.ts'
import { CaseReader } from '../../admin/cases/case-state.ts'
import { ListUserCases } from '../../admin/cases/list-user-cases.ts'
import { OpenCase } from '../../admin/cases/open-case.ts'
import { PerformCaseAction } from '../../admin/cases/perform-case-action.ts'
import { RefreshCaseSummaries } from '../../admin/cases/refresh-case-summaries.ts'
import { SearchCases } from '../../admin/cases/search-cases.ts'
import { TestConnection } from '../../admin/cases/test-connection.ts'
import { CaseSummaries, TimelineReader, WorkerHeartbeats } from '../../admin/ports.ts'
import { AuditLog, StaffAccessLog, Subscriptions, Users } from '../../application/access/ports.ts'
import { VerifyIdentity } from '../../application/access/second-factor/verify-identity.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../application/connection/authorisation/get-access-token.ts'
import { Disconnect } from '../../application/connection/disconnect.ts'
import { EndPendingConnection } from '../../application/connection/end-pending-connection.ts'
import {
  AmazonLogin,
  Connections,
  PendingConnections,
  ProfileDirectory,
  SellerStates,
} from '../../application/connection/ports.ts'
import { ControlSync } from '../../application/ingestion/control-sync.ts'
import { SyncDurations, SyncHistories } from '../../application/ingestion/ports.ts'
import { AdvertisingReports } from '../../application/ingestion/report-ports.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConsoleCases({ provide, useCase, get }: Bindings, { database }: ExternalServices): void {
  provide(TimelineReader, () => new PostgresTimelineReader(database.sql))
  provide(CaseSummaries, () => new PostgresCaseSummaries(database.em, database.sql))
  useCase(ListUserCases, () => ({ caseReader: get(CaseReader) }))
  useCase(CaseReader, () => ({
    users: get(Users),
    sellers: get(SellerStates),
    connections: get(Connections),
    syncHistories: get(SyncHistories),
    syncDurations: get(SyncDurations),
    timelineReader: get(TimelineReader),
    workerHeartbeats: get(WorkerHeartbeats),
    clock: get(Clock),
  }))
  useCase(RefreshCaseSummaries, () => ({
    summaries: get(CaseSummaries),
    caseReader: get(CaseReader),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(SearchCases, () => ({
    users: get(Users),
    summaries: get(CaseSummaries),
    audit: get(AuditLog),
    clock: get(Clock),
  }))
  useCase(OpenCase, () => ({
    users: get(Users),
    connections: get(Connections),
    summaries: get(CaseSummaries),
    timelineReader: get(TimelineReader),
    caseReader: get(CaseReader),
    staffAccessLog: get(StaffAccessLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(PerformCaseAction, () => ({
    verifyIdentity: get(VerifyIdentity),
    users: get(Users),
    connections: get(Connections),
    pendingConnections: get(PendingConnections),
    subscriptions: get(Subscriptions),
    syncHistories: get(SyncHistories),
    controlSync: get(ControlSync),
    disconnect: get(Disconnect),
    endPendingConnection: get(EndPendingConnection),
    recordAuthorisationLoss: get(RecordAuthorisationLoss),
    audit: get(AuditLog),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(TestConnection, () => ({
    users: get(Users),
    connections: get(Connections),
    pendingConnections: get(PendingConnections),
    timelineReader: get(TimelineReader),
    login: get(AmazonLogin),
    profiles: get(ProfileDirectory),
    reports: get(AdvertisingReports),
    getAccessToken: get(GetAccessToken),
    audit: get(AuditLog),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
