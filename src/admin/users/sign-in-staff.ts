import {
  type Credentials,
  createSessionCredentials,
  isPasswordUnchanged,
  type OpenedSession,
} from '../../application/access/index.ts'
import type {
  OneTimeCodes,
  Passwords,
  SecondFactors,
  Sessions,
  StoredPasswords,
  Users,
} from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { createSecondFactor } from '../../domain/access/second-factor.ts'
import { openSession } from '../../domain/access/session.ts'
import { InvalidCredentials, isStaff, normaliseEmail } from '../../domain/access/user.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-46 */
export class SignInStaff {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidCredentials} also for an unknown address and a user who isn't staff. */
  async execute({ email, password, device }: Credentials): Promise<OpenedSession> {
    const { storedPasswords, sessions, passwords, factors, codes, unitOfWork, clock } = this.#deps
    const found = await storedPasswords.find(normaliseEmail(email))
    const matches = await passwords.matches(password, found?.passwordHash ?? null)
    if (!found || !matches || !isStaff(found.user.role)) throw new InvalidCredentials()

    const { id: userId } = found.user
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, found.user, found.passwordHash)))
        throw new InvalidCredentials()
      const now = clock.now()
      const factor = await factors.of(userId)
      if (!factor?.confirmedAt) {
        await factors.save(createSecondFactor(userId, codes.newSecret()))
        // Earlier pending sessions would show the new secret.
        await sessions.closeAllOf(userId, now, { kinds: ['staff_pending_second_factor'] })
      }
      const { id, token } = createSessionCredentials()
      const session = openSession({ id, userId, kind: 'staff_pending_second_factor', device }, now)
      await sessions.open(session)
      return { session, token }
    })
  }
}
