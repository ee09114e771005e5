import { CurrentPasswordIncorrect } from '../../../domain/access/password.ts'
import {
  isFreshlyVerified,
  isPending,
  type Session,
  VerificationRequired,
} from '../../../domain/access/session.ts'
import { InvalidCredentials } from '../../../domain/access/user.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../../ports.ts'
import type { CheckedPassword, CheckPassword } from '../check-password.ts'
import type { SecondFactors, Sessions, SignInFailures, Users } from '../ports.ts'
import type { CheckSecondFactor, SecondFactorAnswer } from './check-second-factor.ts'
import type { Passkeys } from './ports.ts'
import { hasSecondFactor, secondFactorsOf } from './second-factors-of.ts'

interface Dependencies {
  readonly users: Users
  readonly checkPassword: Pick<CheckPassword, 'ofSignedIn'>
  readonly signInFailures: Pick<SignInFailures, 'reset'>
  readonly sessions: Sessions
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly checkSecondFactor: Pick<CheckSecondFactor, 'execute'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** A password counts only for a user without a second factor. */
export type IdentityAnswer = SecondFactorAnswer | { readonly password: Secret }

/** Asks again who is there, before an action that a stolen session must not perform. */
export class VerifyIdentity {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * An answer is always checked, and renews the verification of the session.
   * @param answer null when the user entered nothing: then the last verification must be fresh.
   * @throws {VerificationRequired | InvalidCode | PasskeyRejected | SecondFactorLocked | CurrentPasswordIncorrect}
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without comparing the password.
   * @throws {InvalidCredentials} when the session has ended.
   */
  async execute(
    { id, userId }: Pick<Session, 'id' | 'userId'>,
    answer: IdentityAnswer | null,
  ): Promise<void> {
    const { users, sessions, signInFailures, checkSecondFactor, unitOfWork, clock } = this.#deps
    // The slow comparison holds no lock.
    const checked = answer && 'password' in answer ? await this.#checkPassword(userId, answer.password) : null
    const rejected = await unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      const now = clock.now()
      const session = (await sessions.find(id, now))?.session
      if (!session || session.userId !== userId || isPending(session.kind)) return new InvalidCredentials()
      if (!answer) return isFreshlyVerified(session, now) ? null : new VerificationRequired()
      if ('password' in answer) {
        if (hasSecondFactor(await secondFactorsOf(this.#deps, userId))) return new VerificationRequired()
        if (!checked) return new CurrentPasswordIncorrect()
        await signInFailures.reset(checked.counter)
      } else {
        const rejection = await checkSecondFactor.execute(user, answer, { session, now })
        if (rejection) return rejection
      }
      await sessions.saveVerified(id, now)
      return null
    })
    if (rejected) throw rejected
  }

  async #checkPassword(
    userId: Session['userId'],
    password: Secret,
  ): Promise<Pick<CheckedPassword, 'counter'> | null> {
    const user = await this.#deps.users.byId(userId)
    return user && this.#deps.checkPassword.ofSignedIn(user, password)
  }
}
