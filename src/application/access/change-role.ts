import type { Role } from '../../domain/access/person.ts'
import { mayHold, sessionKinds } from '../../domain/access/session.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import { type DoneBy, entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { People, Sessions } from './ports.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * A person's role is given or taken away (S-18): that disconnects nothing, and counts at the next choice, which waits
 * for the same lock.
 */
export class ChangeRole {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  run(change: {
    readonly about: Addressee
    readonly role: Role
    readonly source: 'console' | 'command'
    /** Whoever does it keeps their own role meanwhile. */
    readonly by?: DoneBy
    /** Asked with the role as it is, which stays so meanwhile; what it throws changes nothing. */
    readonly demand?: (before: Role) => Promise<void>
    /** What is kept with the change, or not at all. */
    readonly alongside?: (before: Role, at: Date) => Promise<void>
  }): Promise<'changed' | 'unchanged' | 'nobody'> {
    const { people, sessions, timeline, unitOfWork, clock } = this.#needs
    const { about, role, source, by } = change
    return unitOfWork.run(async () => {
      const personId = await people.idOf(about)
      if (!personId) return 'nobody'
      // In one order: two admins who take each other's role away at once take turns, and the second is none any more.
      const both = new Set([personId, by?.personId ?? personId])
      for (const id of [...both].sort()) await people.lock(id)
      const { role: before } = await people.lock(personId)
      await change.demand?.(before)
      if (before === role) return 'unchanged'
      const now = clock.now()
      await people.saveRole(personId, role)
      // What the role does not open is over for good: it must not come back with the next one.
      const kinds = sessionKinds.filter(kind => !mayHold(kind, role))
      if (kinds.length > 0) await sessions.closeAllOf(personId, now, { kinds })
      const happening = { kind: 'role_changed', source, before, after: role, ...(by && { by }) } as const
      await timeline.append(entry(now, { personId }, happening))
      await change.alongside?.(before, now)
      return 'changed'
    })
  }
}
