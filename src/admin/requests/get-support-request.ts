import type { StaffAccessLog, Users } from '../../application/access/ports.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { SupportRequestComments, SupportRequests } from '../../application/help/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { User } from '../../domain/access/user.ts'
import type { ClosedConnection, LiveConnection } from '../../domain/connection/connection.ts'
import type { SupportRequestComment } from '../../domain/help/comment.ts'
import { type SupportRequest, SupportRequestNotFound } from '../../domain/help/support-request.ts'
import type { SupportRequestId, UserId } from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId'>
  readonly supportRequests: Pick<SupportRequests, 'byId'>
  readonly comments: Pick<SupportRequestComments, 'listFor'>
  readonly connections: Pick<Connections, 'liveByUser' | 'closedByUser'>
  readonly staffAccessLog: Pick<StaffAccessLog, 'record'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface SupportRequestDetails {
  readonly request: SupportRequest
  readonly user: User
  /** Live ones in order of connecting, then retained ones. */
  readonly connections: readonly (LiveConnection | ClosedConnection)[]
  readonly comments: readonly SupportRequestComment[]
  readonly names: ReadonlyMap<UserId, string>
}

/** Logged as staff access: shows the user's email (S-30). */
export class GetSupportRequest {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {StaffOnly | SupportRequestNotFound} */
  execute({ by, requestId }: { by: UserId; requestId: SupportRequestId }): Promise<SupportRequestDetails> {
    const { users, supportRequests, comments, connections, staffAccessLog, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const request = await supportRequests.byId(requestId)
      const user = request && (await users.byId(request.userId))
      if (!user) throw new SupportRequestNotFound()
      const { id: userId } = user
      if (by !== userId)
        await staffAccessLog.record({ userId, viewerId: by, connectionId: null, at: clock.now() })
      const requestComments = await comments.listFor(requestId)
      return {
        request,
        user,
        connections: [...(await connections.liveByUser(userId)), ...(await connections.closedByUser(userId))],
        comments: requestComments,
        names: await this.#findNames([request.status.by, ...requestComments.map(({ authorId }) => authorId)]),
      }
    })
  }

  async #findNames(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    const names = new Map<UserId, string>()
    for (const id of new Set(ids)) {
      const user = id && (await this.#deps.users.byId(id))
      if (user) names.set(user.id, user.name)
    }
    return names
  }
}
