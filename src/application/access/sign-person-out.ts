import type { Origin } from '../../domain/access/audit.ts'
import { demandReason, PersonUnknown } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { demandAdmin } from './demand-staff.ts'
import type { EndSessions } from './end-sessions.ts'
import type { AuditLog, People, Sessions } from './ports.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly endSessions: Pick<EndSessions, 'all'>
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** By an admin, with a reason; their own sessions included (S-43). */
export class SignPersonOut {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @returns the number of ended sessions; zero isn't audited. @throws {InvalidReason | AdminsOnly | UserNotFound} */
  run(asked: {
    readonly by: PersonId
    readonly personId: PersonId
    readonly reason: string
    readonly from: Origin
  }): Promise<number> {
    const { people, sessions, endSessions, audit, unitOfWork, clock } = this.#needs
    const { by, personId, from } = asked
    return unitOfWork.run(async () => {
      const reason = demandReason(asked.reason)
      await demandAdmin(people, by)
      if (!(await people.byId(personId))) throw new PersonUnknown()
      // Concurrent sign-ins need this lock too: they are counted, or come after.
      await people.lock(personId)
      const at = clock.now()
      const { length: ended } = await sessions.openOf(personId, at)
      if (ended === 0) return 0
      await endSessions.all(personId)
      const about = { staffId: by, personId, connectionId: null }
      const change = { before: { signIns: ended }, after: { signIns: 0, ended } }
      await audit.append({ ...about, ...change, at, action: 'sessions_ended', reason, from })
      return ended
    })
  }
}
