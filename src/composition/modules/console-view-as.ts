import { PostgresAuditLog } from '../../adapters/postgres/console/audit-log.ts'
import { PostgresStaffAccessLog } from '../../adapters/postgres/console/staff-access-log.ts'
import { PostgresViewAsSessions } from '../../adapters/postgres/console/view-as-sessions.ts'
import { ListAuditEntries } from '../../admin/audit/list-audit-entries.ts'
import { AuthenticateViewAs } from '../../admin/view-as/authenticate-view-as.ts'
import { EndViewAs } from '../../admin/view-as/end-view-as.ts'
import { StartViewAs } from '../../admin/view-as/start-view-as.ts'
import { AuditLog, Sessions, StaffAccessLog, Users, ViewAsSessions } from '../../application/access/ports.ts'
import { VerifyIdentity } from '../../application/access/second-factor/verify-identity.ts'
import { Clock, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConsoleViewAs({ provide, useCase, get }: Bindings, { database }: ExternalServices): void {
  provide(StaffAccessLog, () => new PostgresStaffAccessLog(database.sql))
  provide(ViewAsSessions, () => new PostgresViewAsSessions(database.sql))
  provide(AuditLog, () => new PostgresAuditLog(database.sql))
  useCase(StartViewAs, () => ({
    users: get(Users),
    sessions: get(Sessions),
    verifyIdentity: get(VerifyIdentity),
    viewAsSessions: get(ViewAsSessions),
    endViewAs: get(EndViewAs),
    audit: get(AuditLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(AuthenticateViewAs, () => ({ viewAsSessions: get(ViewAsSessions), clock: get(Clock) }))
  useCase(EndViewAs, () => ({
    viewAsSessions: get(ViewAsSessions),
    audit: get(AuditLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ListAuditEntries, () => ({ users: get(Users), audit: get(AuditLog) }))
}
