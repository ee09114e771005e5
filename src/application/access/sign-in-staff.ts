import { randomUUID } from 'node:crypto'
import { isStaff, normaliseEmail, SignInRefused } from '../../domain/access/person.ts'
import { beginSecondFactor } from '../../domain/access/second-factor.ts'
import { openSession, type Session } from '../../domain/access/session.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { OneTimeCodes, Passwords, People, SecondFactors, Sessions } from './ports.ts'
import type { Credentials } from './sign-in.ts'
import { isUnchanged } from './unchanged.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Checks the password (S-46) and creates a second factor if there is none. */
export class SignInStaff {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @returns a session for the second step only.
   * @throws {InvalidCredentials} alike for an unknown address, a wrong password and a user who isn't staff.
   */
  async run({ email, password, device }: Credentials): Promise<Session> {
    const { people, sessions, passwords, factors, codes, unitOfWork, clock } = this.#needs
    const found = await people.byEmail(normaliseEmail(email))
    const matches = await passwords.matches(password, found?.passwordHash ?? null)
    if (!found || !matches || !isStaff(found.person.role)) throw new SignInRefused()

    const { id: personId } = found.person
    return unitOfWork.run(async () => {
      if (!(await isUnchanged(people, found.person, found.passwordHash))) throw new SignInRefused()
      const now = clock.now()
      const factor = await factors.of(personId)
      if (!factor?.confirmedAt) {
        await factors.save(beginSecondFactor(personId, codes.newSecret()))
        // Earlier pending sessions would be shown the new secret.
        await sessions.closeAllOf(personId, now, { kinds: ['half_staff'] })
      }
      const id = randomUUID() as SessionId
      const session = openSession({ id, personId, kind: 'half_staff', device }, now)
      await sessions.open(session)
      return session
    })
  }
}
