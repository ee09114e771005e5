import {
  type CheckPassword,
  type Credentials,
  createSessionCredentials,
  isPasswordUnchanged,
  type OpenedSession,
} from '../../application/access/index.ts'
import type { Sessions, SignInFailures, StoredPasswords, Users } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { openSession } from '../../domain/access/session.ts'
import { InvalidCredentials, isStaff } from '../../domain/access/user.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly sessions: Sessions
  readonly signInFailures: SignInFailures
  readonly checkPassword: CheckPassword
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
  async execute(credentials: Credentials): Promise<OpenedSession> {
    const { sessions, signInFailures, checkPassword, unitOfWork, clock } = this.#deps
    const checked = await checkPassword.atSignIn(credentials)
    // A seller's right password counts as a failure, because the answer must not disclose it.
    if (!checked || !isStaff(checked.user.role)) throw new InvalidCredentials()

    const { user, passwordHash, counter } = checked
    const { id: userId } = user
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, user, passwordHash))) throw new InvalidCredentials()
      await signInFailures.reset(counter)
      const now = clock.now()
      const { id, token } = createSessionCredentials()
      const { device } = credentials
      const session = openSession({ id, userId, kind: 'staff_pending_second_factor', device }, now)
      await sessions.open(session)
      return { session, token }
    })
  }
}
