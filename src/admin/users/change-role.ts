import type { Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { roleAllowsSession, sessionKinds } from '../../domain/access/session.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import type { Role } from '../../domain/access/user.ts'
import { entry, type StaffActor } from '../../domain/timeline/entry.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
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
    const { users, sessions, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      const { role: before } = await users.lock(userId)
      if (before === role) return 'unchanged'
      const now = clock.now()
      await users.saveRole(userId, role)
      // No later role may revive sessions.
      const kinds = sessionKinds.filter(kind => !roleAllowsSession(kind, role))
      if (kinds.length > 0) await sessions.closeAllOf(userId, now, { kinds })
      const event = { kind: 'role_changed', source, before, after: role, ...(by && { by }) } as const
      await timeline.append(entry(now, { userId }, event))
      return 'changed'
    })
  }
}
