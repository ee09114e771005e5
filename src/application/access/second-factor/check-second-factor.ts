import { PasskeyRejected } from '../../../domain/access/passkey.ts'
import { parseRecoveryCode } from '../../../domain/access/recovery-code.ts'
import {
  acceptCode,
  acceptRecoveryCode,
  InvalidCode,
  isCodeValid,
  isLockedOut,
  lockoutDuration,
  rejectCode,
  type SecondFactor,
  SecondFactorLocked,
} from '../../../domain/access/second-factor.ts'
import { pendingKinds, type Session } from '../../../domain/access/session.ts'
import type { User } from '../../../domain/access/user.ts'
import { after } from '../../../domain/calendar.ts'
import { decryptSecret } from '../../ports.ts'
import type { AccessEmails, OneTimeCodes, SecondFactors, Sessions } from '../ports.ts'
import type { PasskeyChallenges, Passkeys, PasskeyVerifier } from './ports.ts'

interface Dependencies {
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly passkeys: Passkeys
  readonly challenges: PasskeyChallenges
  readonly passkeyVerifier: PasskeyVerifier
  readonly sessions: Sessions
  readonly emails: AccessEmails
}

/** As typed, or as the browser's WebAuthn API returned it. */
export type SecondFactorAnswer = { readonly code: string } | { readonly passkey: string }

export type RejectedAnswer = InvalidCode | SecondFactorLocked | PasskeyRejected

/** Codes of an app and recovery codes are limited; a passkey's signature can't be guessed. */
export class CheckSecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Call it under the user's lock, and commit after a rejection too, so that wrong codes count (S-46).
   * @returns null when the answer is accepted.
   */
  async execute(
    user: User,
    answer: SecondFactorAnswer,
    {
      session,
      now,
      allowRecoveryCode = false,
    }: { readonly session: Session; readonly now: Date; readonly allowRecoveryCode?: boolean },
  ): Promise<RejectedAnswer | null> {
    if ('passkey' in answer) return this.#checkPasskey(user, answer.passkey, session, now)
    return this.#checkCode(user, answer.code, now, allowRecoveryCode)
  }

  async #checkPasskey({ id }: User, answer: string, session: Session, now: Date) {
    const { passkeys, challenges, passkeyVerifier } = this.#deps
    const challenge = await challenges.take(session.id, now)
    const verified =
      challenge && (await passkeyVerifier.verifyAuthentication(answer, challenge, await passkeys.of(id)))
    if (!verified) return new PasskeyRejected()
    await passkeys.recordUse(verified.passkey, { signCount: verified.signCount, at: now })
    return null
  }

  async #checkCode(user: User, typed: string, now: Date, allowRecoveryCode: boolean) {
    const { factors, codes, sessions, emails } = this.#deps
    const factor = await factors.of(user.id)
    if (!factor?.confirmedAt) return new InvalidCode()
    if (isLockedOut(factor, now)) return new SecondFactorLocked()
    const step = codes.stepOf(await decryptSecret(factor.secret), typed.replace(/\s/g, ''), now)
    const accepted = isCodeValid(factor, step)
      ? acceptCode(factor, step, now)
      : allowRecoveryCode && (await this.#spendRecoveryCode(user, factor, typed))
    if (accepted) {
      await factors.save(accepted)
      return null
    }
    const rejected = rejectCode(factor, now)
    await factors.save(rejected)
    if (!isLockedOut(rejected, now)) return new InvalidCode()
    await sessions.closeAllOf(user.id, now, { kinds: pendingKinds })
    const until = after(now, lockoutDuration(rejected.failedCodes)).toISOString()
    await emails.sendNotice(user, { event: 'codes_locked', until })
    return new SecondFactorLocked()
  }

  async #spendRecoveryCode(user: User, factor: SecondFactor, typed: string): Promise<SecondFactor | null> {
    const { factors, emails } = this.#deps
    const recovery = parseRecoveryCode(typed)
    if (!recovery || !(await factors.spendRecoveryCode(user.id, recovery))) return null
    await emails.sendNotice(user, { event: 'recovery_code_used' })
    return acceptRecoveryCode(factor)
  }
}
