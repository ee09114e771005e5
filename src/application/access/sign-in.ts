import { randomUUID } from 'node:crypto'
import {
  DashboardNotForStaff,
  normaliseEmail,
  SignInRefused,
  usesDashboard,
} from '../../domain/access/person.ts'
import { after, hours } from '../../domain/calendar.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../ports.ts'
import type { Passwords, People, Session, Sessions } from './ports.ts'

/** Two weeks: a seller looks in most mornings. */
const sessionLifetime = hours(24 * 14)

/** A person signs in to the seller pages with e-mail and password (S-01). */
export class SignIn {
  readonly #needs: { people: People; sessions: Sessions; passwords: Passwords; clock: Clock }

  constructor(needs: { people: People; sessions: Sessions; passwords: Passwords; clock: Clock }) {
    this.#needs = needs
  }

  /**
   * Always a new session with a new id, so that one planted in the browser before is worth nothing.
   * @throws {SignInRefused} the same for an unknown address and a wrong password.
   * @throws {DashboardNotForStaff} for a support agent with the right password.
   */
  async run({ email, password }: { email: string; password: Secret }): Promise<Session> {
    const { people, sessions, passwords, clock } = this.#needs
    const found = await people.byEmail(normaliseEmail(email))
    const matches = await passwords.matches(password, found?.passwordHash ?? null)
    if (!found || !matches) throw new SignInRefused()
    if (!usesDashboard(found.person.role)) throw new DashboardNotForStaff()

    const session: Session = {
      id: randomUUID() as SessionId,
      personId: found.person.id,
      expiresAt: after(clock.now(), sessionLifetime),
      currentConnectionId: null,
    }
    await sessions.open(session)
    return session
  }
}
