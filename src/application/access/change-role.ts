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

/** Disconnects nothing, and applies from the next choice, which needs the same lock (S-18). */
export class ChangeRole {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  run(change: {
    readonly about: Addressee
    readonly role: Role
    readonly source: 'console' | 'command'
    /** This user's role is locked too. */
    readonly by?: DoneBy
    /** Under the lock; if it throws, nothing changes. */
    readonly demand?: (before: Role) => Promise<void>
    /** In the same transaction. */
    readonly alongside?: (before: Role, at: Date) => Promise<void>
  }): Promise<'changed' | 'unchanged' | 'nobody'> {
    const { people, sessions, timeline, unitOfWork, clock } = this.#needs
    const { about, role, source, by } = change
    return unitOfWork.run(async () => {
      const personId = await people.idOf(about)
      if (!personId) return 'nobody'
      // In one order: of two admins who remove each other's role, the second is no longer one.
      const both = new Set([personId, by?.personId ?? personId])
      for (const id of [...both].sort()) await people.lock(id)
      const { role: before } = await people.lock(personId)
      await change.demand?.(before)
      if (before === role) return 'unchanged'
      const now = clock.now()
      await people.saveRole(personId, role)
      // A later role must not revive them.
      const kinds = sessionKinds.filter(kind => !mayHold(kind, role))
      if (kinds.length > 0) await sessions.closeAllOf(personId, now, { kinds })
      const happening = { kind: 'role_changed', source, before, after: role, ...(by && { by }) } as const
      await timeline.append(entry(now, { personId }, happening))
      await change.alongside?.(before, now)
      return 'changed'
    })
  }
}
