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

/** One of the staff begins to look at somebody's pages as they see them: says why, and shows a code again (S-44). */
export class BeginViewing {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Whose pages these would be, for the form that asks.
   * @throws {StaffAlone}
   * @throws {PersonUnknown}
   * @throws {NotToBeViewed}
   */
  async asks({ by, personId }: { by: PersonId; personId: PersonId }) {
    const { people } = this.#needs
    const [viewer, person] = await Promise.all([people.byId(by), people.byId(personId)])
    if (!viewer || !isStaff(viewer.role)) throw new StaffAlone()
    if (!person) throw new PersonUnknown()
    demandViewable(viewer, person)
    return person
  }

  /**
   * In the place of the viewer's last one, if it lasts. A recovery code is for a lost phone, and is not taken here.
   * @throws {ReasonRefused} before the code is read, which then serves for the next try.
   * @throws {StaffAlone} when the role, or the sign-in, ended meanwhile.
   * @throws {PersonUnknown}
   * @throws {NotToBeViewed}
   * @throws {CodeRefused} for a wrong code, an old one, one that was taken already.
   * @throws {CodesPaused} after too many wrong ones in a row, here and at sign-ins together.
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
    // What was wrong has to be counted: it is told after the commit.
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
