import { randomUUID } from 'node:crypto'
import type { Origin } from '../../domain/access/audit.ts'
import { isStaff } from '../../domain/access/person.ts'
import { CodeRefused } from '../../domain/access/second-factor.ts'
import { demandReason, PersonUnknown, StaffAlone } from '../../domain/access/staff-action.ts'
import { beginViewing, demandViewable, type Viewing } from '../../domain/access/viewing.ts'
import type { PersonId, SessionId, ViewingId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { EndViewing } from './end-viewing.ts'
import type { AuditLog, OneTimeCodes, People, SecondFactors, Sessions, Viewings } from './ports.ts'
import { readCode } from './read-code.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly viewings: Viewings
  readonly endViewing: Pick<EndViewing, 'replaced'>
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Staff give a reason and a new one-time code (S-44). */
export class BeginViewing {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Returns the user, for the form. @throws {StaffOnly | UserNotFound | CannotViewAs} */
  async asks({ by, personId }: { by: PersonId; personId: PersonId }) {
    const { people } = this.#needs
    const [viewer, person] = await Promise.all([people.byId(by), people.byId(personId)])
    if (!viewer || !isStaff(viewer.role)) throw new StaffAlone()
    if (!person) throw new PersonUnknown()
    demandViewable(viewer, person)
    return person
  }

  /**
   * Replaces the viewer's running session. Recovery codes are rejected: they are for a lost phone.
   * @throws {InvalidReason} before checking the code, which stays usable.
   * @throws {StaffOnly | UserNotFound | CannotViewAs | InvalidCode}
   * @throws {SecondFactorLocked} after too many wrong codes in a row, sign-ins included.
   */
  async run(asked: {
    readonly by: PersonId
    readonly staffSessionId: SessionId
    readonly personId: PersonId
    readonly reason: string
    readonly code: string
    readonly from: Origin
  }): Promise<Viewing> {
    const { people, sessions, factors, viewings, endViewing, audit, unitOfWork, clock } = this.#needs
    const { by, staffSessionId, personId, from } = asked
    const reason = demandReason(asked.reason)
    await this.asks({ by, personId })
    // Throw after the commit, so that the failed attempt is counted.
    const ending = await unitOfWork.run(async () => {
      const { role } = await people.lock(by)
      const now = clock.now()
      const signIn = await sessions.find(staffSessionId, now)
      if (!isStaff(role) || signIn?.session.kind !== 'staff' || signIn.session.personId !== by)
        return { refused: new StaffAlone() }
      const factor = await factors.of(by)
      if (!factor?.confirmedAt) return { refused: new CodeRefused() }
      const reading = await readCode(this.#needs, factor, { typed: asked.code, now })
      if ('refused' in reading) return reading

      await factors.save(reading.taken)
      await endViewing.replaced(by, from)
      const id = randomUUID() as ViewingId
      const viewing = beginViewing({ id, personId, viewerId: by, staffSessionId, reason }, now)
      await viewings.begin(viewing)
      await audit.append({
        at: now,
        staffId: by,
        action: 'view_begun',
        personId,
        connectionId: null,
        reason,
        before: null,
        after: { viewing: id, endsAt: viewing.endsAt.toISOString() },
        from,
      })
      return { viewing }
    })
    if ('refused' in ending) throw ending.refused
    return ending.viewing
  }
}
