import type { IssueAccessLink } from '../../application/access/index.ts'
import type { AccessEmails, AccessLinks } from '../../application/access/ports.ts'
import type { Timeline } from '../../application/ports.ts'
import { createAccessLink } from '../../domain/access/access-link.ts'
import { UserHasNoDashboard } from '../../domain/access/staff-action.ts'
import { canUseDashboard } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { type AuditedDependencies, audited, type StaffRequest } from '../audited.ts'
import { requireStaff } from '../require-staff.ts'
import { lockUser } from './lock-user.ts'

interface Dependencies extends AuditedDependencies {
  readonly links: AccessLinks
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly emails: AccessEmails
  readonly timeline: Timeline
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
  execute(request: StaffRequest & { readonly userId: UserId }): Promise<void> {
    const { users, issueAccessLink, emails, timeline, clock } = this.#deps
    const { userId } = request
    return audited(this.#deps, requireStaff, request, async by => {
      const user = await lockUser(users, userId)
      if (!canUseDashboard(user.role)) throw new UserHasNoDashboard()
      await emails.sendLink(user, 'connect', await issueAccessLink.make(userId, 'connect'))
      const at = clock.now()
      await timeline.append(entry(at, { userId }, { kind: 'connect_link_sent', by }))
      const validUntil = createAccessLink(userId, 'connect', at).expiresAt.toISOString()
      const change = { before: null, after: { validUntil } }
      return { result: undefined, entry: { action: 'connect_link_sent', userId, ...change } }
    })
  }
}
