import {
  type CheckPassword,
  type Credentials,
  createSessionCredentials,
  isPasswordUnchanged,
  type OpenedSession,
} from '../../application/access/index.ts'
import type {
  OneTimeCodes,
  SecondFactors,
  Sessions,
  SignInFailures,
  StoredPasswords,
  Users,
} from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { createSecondFactor } from '../../domain/access/second-factor.ts'
import { openSession } from '../../domain/access/session.ts'
import { InvalidCredentials, isStaff } from '../../domain/access/user.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly sessions: Sessions
  readonly signInFailures: SignInFailures
  readonly checkPassword: CheckPassword
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

  /**
   * @throws {InvalidCredentials} also for an unknown address and a user who isn't staff.
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without comparing the password.
   */
  async execute(credentials: Credentials): Promise<OpenedSession & { readonly isKnownDevice: boolean }> {
    const { sessions, signInFailures, checkPassword, factors, codes, unitOfWork, clock } = this.#deps
    const checked = await checkPassword.atSignIn(credentials)
    // A seller's right password counts as a failure, because the answer must not disclose it.
    if (!checked || !isStaff(checked.user.role)) throw new InvalidCredentials()

    const { user, passwordHash, counter, isKnownDevice } = checked
    const { id: userId } = user
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, user, passwordHash))) throw new InvalidCredentials()
      await signInFailures.reset(counter)
      const now = clock.now()
      const factor = await factors.of(userId)
      if (!factor?.confirmedAt) {
        await factors.save(createSecondFactor(userId, codes.newSecret()))
        // Earlier pending sessions would show the new secret.
        await sessions.closeAllOf(userId, now, { kinds: ['staff_pending_second_factor'] })
      }
      const { id, token } = createSessionCredentials()
      const { device } = credentials
      const session = openSession({ id, userId, kind: 'staff_pending_second_factor', device }, now)
      await sessions.open(session)
      return { session, token, isKnownDevice }
    })
  }
}
