import type { Role } from '../../domain/access/person.ts'
import { mayHold, sessionKinds } from '../../domain/access/session.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import { entry } from '../../domain/timeline/entry.ts'
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
  }): Promise<'changed' | 'unchanged' | 'nobody'> {
    const { people, sessions, timeline, unitOfWork, clock } = this.#needs
    const { about, role, source } = change
    return unitOfWork.run(async () => {
      const personId = await people.idOf(about)
      if (!personId) return 'nobody'
      const { role: before } = await people.lock(personId)
      if (before === role) return 'unchanged'
      const now = clock.now()
      await people.saveRole(personId, role)
      // What the role does not open is over for good: it must not come back with the next one.
      const kinds = sessionKinds.filter(kind => !mayHold(kind, role))
      if (kinds.length > 0) await sessions.closeAllOf(personId, now, { kinds })
      await timeline.append(entry(now, { personId }, { kind: 'role_changed', source, before, after: role }))
      return 'changed'
    })
  }
}
