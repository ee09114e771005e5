import { faceOf, roleAllowsSession, type Session } from '../../../domain/access/session.ts'
import { InvalidCredentials, isStaff } from '../../../domain/access/user.ts'
import type { Clock, UnitOfWork } from '../../ports.ts'
import type { AccessEmails, KnownDevices, SecondFactors, Sessions, Users } from '../ports.ts'
import type { CheckSecondFactor, SecondFactorAnswer } from './check-second-factor.ts'
import { type CompletedSignIn, completeSignIn, type SigningInDevice } from './complete-sign-in.ts'
import type { Passkeys } from './ports.ts'
import { type SecondFactorKinds, secondFactorsOf } from './second-factors-of.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly checkSecondFactor: Pick<CheckSecondFactor, 'execute'>
  readonly knownDevices: KnownDevices
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** The second step of a sign-in (S-46). */
export class VerifySecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** What the user can answer with. Without a second factor, staff need an enrolment link. */
  prompt({ userId }: Session): Promise<SecondFactorKinds> {
    return secondFactorsOf(this.#deps, userId)
  }

  /**
   * Replaces the pending session. Staff learn of a new device by email.
   * @throws {InvalidCode | PasskeyRejected}
   * @throws {InvalidCredentials} when the pending session has ended.
   * @throws {SecondFactorLocked} after ending all pending sessions of the user.
   */
  async execute(
    pendingSession: Session,
    { answer, ...signingIn }: SigningInDevice & { readonly answer: SecondFactorAnswer },
  ): Promise<CompletedSignIn> {
    const { users, sessions, checkSecondFactor, emails, unitOfWork, clock } = this.#deps
    const { userId } = pendingSession
    const kind = faceOf(pendingSession.kind)
    // Throw after the commit, so that the failed attempt is counted.
    const outcome = await unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      const now = clock.now()
      if (!roleAllowsSession(kind, user.role) || !(await sessions.find(pendingSession.id, now)))
        return { rejected: new InvalidCredentials() }
      const rejected = await checkSecondFactor.execute(user, answer, {
        session: pendingSession,
        now,
        allowRecoveryCode: true,
      })
      if (rejected) return { rejected }

      const completed = await completeSignIn(this.#deps, pendingSession, { ...signingIn, now })
      if (isStaff(user.role) && !completed.isKnownDevice)
        await emails.sendNotice(user, { event: 'new_device', device: signingIn.device })
      return completed
    })
    if ('rejected' in outcome) throw outcome.rejected
    return outcome
  }
}
