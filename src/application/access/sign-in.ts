import { randomUUID } from 'node:crypto'
import {
  DashboardNotForStaff,
  normaliseEmail,
  SignInRefused,
  usesDashboard,
} from '../../domain/access/person.ts'
import { openSession, type Session } from '../../domain/access/session.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { Passwords, People, Sessions } from './ports.ts'
import { isUnchanged } from './unchanged.ts'

export interface Credentials {
  readonly email: string
  readonly password: Secret
  readonly device: string
}

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** To the seller pages (S-01). */
export class SignIn {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Always a new id, so that a session planted in the browser is useless.
   * @throws {InvalidCredentials} alike for an unknown address and a wrong password.
   * @throws {DashboardNotForStaff} with the right password.
   */
  async run({ email, password, device }: Credentials): Promise<Session> {
    const { people, sessions, passwords, unitOfWork, clock } = this.#needs
    const found = await people.byEmail(normaliseEmail(email))
    const matches = await passwords.matches(password, found?.passwordHash ?? null)
    if (!found || !matches) throw new SignInRefused()
    if (!usesDashboard(found.person.role)) throw new DashboardNotForStaff()

    const id = randomUUID() as SessionId
    const session = openSession({ id, personId: found.person.id, kind: 'seller', device }, clock.now())
    await unitOfWork.run(async () => {
      if (!(await isUnchanged(people, found.person, found.passwordHash))) throw new SignInRefused()
      await sessions.open(session)
    })
    return session
  }
}
