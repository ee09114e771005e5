import { randomBytes } from 'node:crypto'
import {
  createSessionCredentials,
  type OpenedSession,
  rememberDevice,
} from '../../application/access/index.ts'
import type {
  KnownDevices,
  OneTimeCodes,
  SecondFactors,
  Sessions,
  Users,
} from '../../application/access/ports.ts'
import { type Clock, decryptSecret, type UnitOfWork } from '../../application/ports.ts'
import {
  formatRecoveryCode,
  parseRecoveryCode,
  recoveryCodeBytes,
  recoveryCodeCount,
} from '../../domain/access/recovery-code.ts'
import { acceptRecoveryCode, type SecondFactor } from '../../domain/access/second-factor.ts'
import { openSession, roleAllowsSession, type Session } from '../../domain/access/session.ts'
import { InvalidCredentials } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { checkCode } from './check-code.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly knownDevices: KnownDevices
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type SecondFactorPrompt =
  | { readonly step: 'enter' }
  | { readonly step: 'enrol'; readonly secret: Secret; readonly enrolmentUri: Secret }

export interface SignedInStaff extends OpenedSession {
  /** Shown once; null unless just set up. */
  readonly recoveryCodes: readonly Secret[] | null
  readonly isKnownDevice: boolean
  /** For the device cookie. */
  readonly deviceToken: Secret
}

/** S-46 */
export class VerifySecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidCredentials} when a newer session has ended this one. */
  async prompt({ id, userId }: Session): Promise<SecondFactorPrompt> {
    const { users, sessions, factors, codes, unitOfWork, clock } = this.#deps
    const { email, factor } = await unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      if (!(await sessions.find(id, clock.now()))) throw new InvalidCredentials()
      return { email: user.email, factor: await factors.of(userId) }
    })
    if (!factor || factor.confirmedAt) return { step: 'enter' }
    const secret = await decryptSecret(factor.secret)
    return { step: 'enrol', secret, enrolmentUri: codes.enrolmentUri(secret, email) }
  }

  /**
   * Replaces the pending session.
   * @throws {InvalidCode}
   * @throws {InvalidCredentials} when the pending session has ended.
   * @throws {SecondFactorLocked} after ending all pending sessions of the user.
   */
  async execute(
    pendingSession: Session,
    { code, device, deviceToken }: { code: string; device: string; deviceToken: Secret | null },
  ): Promise<SignedInStaff> {
    const { users, sessions, knownDevices, factors, unitOfWork, clock } = this.#deps
    const { userId } = pendingSession
    // Throw after the commit, so that the failed attempt is counted.
    const outcome = await unitOfWork.transaction(async () => {
      const { role } = await users.lock(userId)
      const now = clock.now()
      const factor = await factors.of(userId)
      if (!factor || !roleAllowsSession('staff', role) || !(await sessions.find(pendingSession.id, now)))
        return { rejected: new InvalidCredentials() }
      const codeCheck = await checkCode(this.#deps, factor, {
        typed: code,
        now,
        fallback: () => this.#spendRecoveryCode(factor, code),
      })
      if ('rejected' in codeCheck) return codeCheck

      await factors.save(codeCheck.accepted)
      await sessions.close(pendingSession.id, now)
      const { id, token } = createSessionCredentials()
      const session = openSession({ id, userId, kind: 'staff', device }, now)
      await sessions.open(session)
      const recoveryCodes = factor.confirmedAt ? null : await this.#makeRecoveryCodes(userId)
      const remembered = await rememberDevice(knownDevices, { userId, token: deviceToken, now })
      return { session, token, recoveryCodes, ...remembered }
    })
    if ('rejected' in outcome) throw outcome.rejected
    return outcome
  }

  async #spendRecoveryCode(factor: SecondFactor, typed: string): Promise<SecondFactor | null> {
    const recovery = factor.confirmedAt ? parseRecoveryCode(typed) : null
    const isSpent = recovery && (await this.#deps.factors.spendRecoveryCode(factor.userId, recovery))
    return isSpent ? acceptRecoveryCode(factor) : null
  }

  async #makeRecoveryCodes(userId: UserId): Promise<Secret[]> {
    const codes = Array.from({ length: recoveryCodeCount }, () =>
      formatRecoveryCode(randomBytes(recoveryCodeBytes)),
    )
    await this.#deps.factors.saveRecoveryCodes(userId, codes)
    return codes
  }
}
