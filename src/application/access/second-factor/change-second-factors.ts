import { LastSecondFactor } from '../../../domain/access/second-factor.ts'
import { isFreshlyVerified, type Session, VerificationRequired } from '../../../domain/access/session.ts'
import { InvalidCredentials, isStaff, type User } from '../../../domain/access/user.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../../ports.ts'
import type { AccessEmails, SecondFactors, Sessions, Users } from '../ports.ts'
import { createRecoveryCodes } from './enrol-second-factor.ts'
import type { Passkeys } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly passkeys: Passkeys
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** What users change on their own account page, after verifying their identity. */
export class ChangeSecondFactors {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Ends every session of the user, including this one. Without an app, nothing changes.
   * @throws {VerificationRequired | InvalidCredentials | LastSecondFactor}
   */
  removeApp(session: Session): Promise<void> {
    const { factors } = this.#deps
    return this.#remove(session, async ({ id }) => {
      const hadApp = (await factors.of(id)) !== null
      await factors.remove(id)
      return hadApp
    })
  }

  /**
   * As {@link removeApp}. An unknown passkey changes nothing.
   * @throws {VerificationRequired | InvalidCredentials | LastSecondFactor}
   */
  removePasskey(session: Session, passkeyId: string): Promise<void> {
    const { passkeys } = this.#deps
    return this.#remove(session, ({ id }) => passkeys.remove(id, passkeyId))
  }

  /**
   * Voids the earlier ones.
   * @throws {VerificationRequired | InvalidCredentials}
   */
  renewRecoveryCodes(session: Session): Promise<readonly Secret[]> {
    const { factors, emails } = this.#deps
    return this.#transact(session, async user => {
      const { id } = user
      if (!(await factors.of(id))?.confirmedAt) return []
      const codes = createRecoveryCodes()
      await factors.saveRecoveryCodes(id, codes)
      await emails.sendNotice(user, { event: 'recovery_codes_renewed' })
      return codes
    })
  }

  #remove(session: Session, remove: (user: User) => Promise<boolean>): Promise<void> {
    const { sessions, factors, passkeys, emails, clock } = this.#deps
    return this.#transact(session, async user => {
      const removed = await remove(user)
      if (!removed) return
      const isWithout = !(await factors.of(user.id))?.confirmedAt && (await passkeys.of(user.id)).length === 0
      // Throwing undoes the removal.
      if (isStaff(user.role) && isWithout) throw new LastSecondFactor()
      await sessions.closeAllOf(user.id, clock.now())
      await emails.sendNotice(user, { event: 'second_factor_removed' })
    })
  }

  #transact<Result>({ id, userId }: Session, perform: (user: User) => Promise<Result>): Promise<Result> {
    const { users, sessions, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      const now = clock.now()
      const session = (await sessions.find(id, now))?.session
      if (session?.userId !== userId) throw new InvalidCredentials()
      if (!isFreshlyVerified(session, now)) throw new VerificationRequired()
      return perform(user)
    })
  }
}
