import type { SecondFactors, Sessions, Users } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** The next sign-in sets up a new second factor. */
export class RemoveSecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  execute(about: UserReference): Promise<'removed' | 'had_none' | 'user_not_found'> {
    const { users, sessions, factors, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      await users.lock(userId)
      const removed = await factors.of(userId)
      await factors.remove(userId)
      // Sessions may be stolen, too.
      await sessions.closeAllOf(userId, clock.now(), { kinds: ['staff', 'staff_pending_second_factor'] })
      return removed ? 'removed' : 'had_none'
    })
  }
}
