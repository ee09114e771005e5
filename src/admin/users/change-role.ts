import {
  hasSecondFactor,
  type IssueAccessLink,
  type Passkeys,
  secondFactorsOf,
} from '../../application/access/index.ts'
import type { AccessEmails, SecondFactors, Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { LastAdmin } from '../../domain/access/staff-action.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import { isStaff, losesRights, type Role, type User } from '../../domain/access/user.ts'
import { entry, type StaffActor } from '../../domain/timeline/entry.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly passkeys: Passkeys
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly emails: AccessEmails
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Disconnects nothing. Applies to the next profile choice, under the same lock (S-18). */
export class ChangeRole {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Ends every session of a user who loses a right. New staff get a link to set up their second factor.
   * @throws {LastAdmin}
   */
  execute({
    about,
    role,
    source,
    by,
  }: {
    readonly about: UserReference
    readonly role: Role
    readonly source: 'console' | 'command'
    readonly by?: StaffActor
  }): Promise<'changed' | 'unchanged' | 'user_not_found'> {
    const { users, sessions, emails, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const admins = await users.lockAdmins()
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      const user = await users.lock(userId)
      const { role: before } = user
      if (before === role) return 'unchanged'
      if (admins.length === 1 && admins[0] === userId) throw new LastAdmin()
      const now = clock.now()
      await users.saveRole(userId, role)
      if (losesRights(before, role)) await sessions.closeAllOf(userId, now)
      await emails.sendNotice(user, { event: 'role_changed', role })
      await this.#sendEnrolmentLink({ ...user, role }, before)
      const event = { kind: 'role_changed', source, before, after: role, ...(by && { by }) } as const
      await timeline.append(entry(now, { userId }, event))
      return 'changed'
    })
  }

  async #sendEnrolmentLink(user: User, before: Role): Promise<void> {
    const { issueAccessLink, emails } = this.#deps
    if (isStaff(before) || !isStaff(user.role)) return
    if (hasSecondFactor(await secondFactorsOf(this.#deps, user.id))) return
    await emails.sendLink(user, 'enrolment', await issueAccessLink.make(user.id, 'enrolment'))
  }
}
