import { PostgresSupportInbox } from '../../adapters/postgres/console/support-inbox.ts'
import { PostgresSupportRequestComments } from '../../adapters/postgres/console/support-request-comments.ts'
import { ChangeSupportRequestStatus } from '../../admin/requests/change-support-request-status.ts'
import { CommentOnSupportRequest } from '../../admin/requests/comment-on-support-request.ts'
import { GetSupportRequest } from '../../admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../../admin/requests/list-support-requests.ts'
import { ListUserSupportRequests } from '../../admin/requests/list-user-support-requests.ts'
import { StaffAccessLog, Users } from '../../application/access/ports.ts'
import { Connections } from '../../application/connection/ports.ts'
import { Outbox } from '../../application/email/ports.ts'
import { SupportInbox, SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConsoleRequests(
  { provide, useCase, get }: Bindings,
  { database }: ExternalServices,
): void {
  provide(SupportRequestComments, () => new PostgresSupportRequestComments(database.em))
  provide(SupportInbox, () => new PostgresSupportInbox(database.em, database.sql))
  useCase(ListSupportRequests, () => ({ users: get(Users), inbox: get(SupportInbox) }))
  useCase(GetSupportRequest, () => ({
    users: get(Users),
    supportRequests: get(SupportRequests),
    comments: get(SupportRequestComments),
    connections: get(Connections),
    staffAccessLog: get(StaffAccessLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ListUserSupportRequests, () => ({ users: get(Users), supportRequests: get(SupportRequests) }))
  useCase(ChangeSupportRequestStatus, () => ({
    users: get(Users),
    supportRequests: get(SupportRequests),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(CommentOnSupportRequest, () => ({
    users: get(Users),
    supportRequests: get(SupportRequests),
    comments: get(SupportRequestComments),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
