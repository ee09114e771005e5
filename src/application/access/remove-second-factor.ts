import type { SecondFactor } from '../../domain/access/second-factor.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { People, SecondFactors, Sessions } from './ports.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** For a lost phone; the next sign-in sets up a new one. */
export class RemoveSecondFactor {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  run(
    about: Addressee,
    its: {
      /** If it throws, nothing changes. */
      readonly demand?: () => Promise<void>
      /** In the same transaction. */
      readonly alongside?: (removed: SecondFactor, at: Date) => Promise<void>
    } = {},
  ): Promise<'removed' | 'had_none' | 'nobody'> {
    const { people, sessions, factors, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const personId = await people.idOf(about)
      if (!personId) return 'nobody'
      await people.lock(personId)
      await its.demand?.()
      const now = clock.now()
      const had = await factors.of(personId)
      await factors.remove(personId)
      // Current sessions may be those of a thief.
      await sessions.closeAllOf(personId, now, { kinds: ['staff', 'half_staff'] })
      if (had) await its.alongside?.(had, now)
      return had ? 'removed' : 'had_none'
    })
  }
}
