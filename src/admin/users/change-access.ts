import type { AccessLinks, Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { LastAdmin } from '../../domain/access/staff-action.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import { entry, type StaffActor } from '../../domain/timeline/entry.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly links: AccessLinks
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** No sign-in to a disabled account is accepted. Its connections keep syncing, so that no day is missing later. */
export class ChangeAccess {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Disabling ends all sessions and links of the user.
   * @throws {LastAdmin}
   */
  execute({
    about,
    isDisabled,
    source,
    by,
  }: {
    readonly about: UserReference
    readonly isDisabled: boolean
    readonly source: 'console' | 'command'
    readonly by?: StaffActor
  }): Promise<'changed' | 'unchanged' | 'user_not_found'> {
    const { users, sessions, links, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const admins = await users.lockAdmins()
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      await users.lock(userId)
      if (((await users.disabledSince(userId)) !== null) === isDisabled) return 'unchanged'
      if (isDisabled && admins.length === 1 && admins[0] === userId) throw new LastAdmin()
      const now = clock.now()
      await users.saveDisabled(userId, isDisabled ? now : null)
      if (isDisabled) {
        await sessions.closeAllOf(userId, now)
        await links.eraseAllOf(userId)
      }
      const event = { kind: 'access_changed', source, isDisabled, ...(by && { by }) } as const
      await timeline.append(entry(now, { userId }, event))
      return 'changed'
    })
  }
}
