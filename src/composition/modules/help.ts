import { PostgresSupportRequests } from '../../adapters/postgres/console/support-requests.ts'
import { Users } from '../../application/access/ports.ts'
import { Connections, PendingConnections } from '../../application/connection/ports.ts'
import { Outbox } from '../../application/email/ports.ts'
import { ListOwnSupportRequests } from '../../application/help/list-own-support-requests.ts'
import { SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import { PrefillSupportRequest } from '../../application/help/prefill-support-request.ts'
import { RecordPageFailure } from '../../application/help/record-page-failure.ts'
import { SubmitSupportRequest } from '../../application/help/submit-support-request.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindHelp({ provide, useCase, get }: Bindings, { database }: ExternalServices): void {
  provide(SupportRequests, () => new PostgresSupportRequests(database.em))
  useCase(PrefillSupportRequest, () => ({ connections: get(Connections), clock: get(Clock) }))
  useCase(SubmitSupportRequest, () => ({
    users: get(Users),
    connections: get(Connections),
    pendingConnections: get(PendingConnections),
    supportRequests: get(SupportRequests),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(RecordPageFailure, () => ({ timeline: get(Timeline), clock: get(Clock) }))
  useCase(ListOwnSupportRequests, () => ({
    supportRequests: get(SupportRequests),
    comments: get(SupportRequestComments),
  }))
}
