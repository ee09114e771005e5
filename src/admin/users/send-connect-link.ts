import type { IssueAccessLink } from '../../application/access/index.ts'
import type { AccessEmails, AccessLinks, AuditLog, Users } from '../../application/access/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { createAccessLink } from '../../domain/access/access-link.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { parseReason, UserHasNoDashboard, UserNotFound } from '../../domain/access/staff-action.ts'
import { canUseDashboard } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { requireStaff } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly links: AccessLinks
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly emails: AccessEmails
  readonly timeline: Timeline
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-43 */
export class SendConnectLink {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * The sender doesn't see the link.
   * @throws {InvalidReason | StaffOnly | UserNotFound | UserHasNoDashboard}
   */
  execute(request: {
    readonly by: UserId
    readonly userId: UserId
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<void> {
    const { users, links, issueAccessLink, emails, timeline, audit, unitOfWork, clock } = this.#deps
    const { by, userId, from } = request
    return unitOfWork.transaction(async () => {
      const reason = parseReason(request.reason)
      await requireStaff(users, by)
      if (!(await users.byId(userId))) throw new UserNotFound()
      const user = await users.lock(userId)
      if (!canUseDashboard(user.role)) throw new UserHasNoDashboard()
      await links.eraseAllOf(userId, 'connect')
      await emails.sendConnectLink(user, await issueAccessLink.make(userId, 'connect'))
      const at = clock.now()
      const event = { kind: 'connect_link_sent', by: { userId: by, reason } } as const
      await timeline.append(entry(at, { userId }, event))
      const validUntil = createAccessLink(userId, 'connect', at).expiresAt.toISOString()
      const about = { staffId: by, userId, connectionId: null, before: null, after: { validUntil } }
      await audit.append({ ...about, at, action: 'connect_link_sent', reason, from })
    })
  }
}
