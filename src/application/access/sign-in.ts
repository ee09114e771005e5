import { openSession } from '../../domain/access/session.ts'
import {
  canUseDashboard,
  DashboardNotForSupport,
  InvalidCredentials,
  normaliseEmail,
} from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { isPasswordUnchanged } from './password-unchanged.ts'
import type { Passwords, Sessions, StoredPasswords, Users } from './ports.ts'
import { createSessionCredentials, type OpenedSession } from './session-token.ts'

export interface Credentials {
  readonly email: string
  readonly password: Secret
  readonly device: string
}

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-01 */
export class SignIn {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * A new token prevents session fixation.
   * @throws {InvalidCredentials} also for an unknown address.
   * @throws {DashboardNotForSupport} with the right password.
   */
  async execute({ email, password, device }: Credentials): Promise<OpenedSession> {
    const { storedPasswords, sessions, passwords, unitOfWork, clock } = this.#deps
    const found = await storedPasswords.find(normaliseEmail(email))
    const matches = await passwords.matches(password, found?.passwordHash ?? null)
    if (!found || !matches) throw new InvalidCredentials()
    if (!canUseDashboard(found.user.role)) throw new DashboardNotForSupport()

    const { id, token } = createSessionCredentials()
    const session = openSession({ id, userId: found.user.id, kind: 'seller', device }, clock.now())
    await unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, found.user, found.passwordHash)))
        throw new InvalidCredentials()
      await sessions.open(session)
    })
    return { session, token }
  }
}
