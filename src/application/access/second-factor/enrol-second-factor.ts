import { randomBytes } from 'node:crypto'
import { EnrolmentLinkInvalid } from '../../../domain/access/access-link.ts'
import { maxPasskeys, PasskeyRejected, TooManyPasskeys } from '../../../domain/access/passkey.ts'
import {
  formatRecoveryCode,
  recoveryCodeBytes,
  recoveryCodeCount,
} from '../../../domain/access/recovery-code.ts'
import { acceptCode, createSecondFactor, InvalidCode } from '../../../domain/access/second-factor.ts'
import {
  isFreshlyVerified,
  isPending,
  roleAllowsSession,
  type Session,
  VerificationRequired,
  verificationLifetime,
} from '../../../domain/access/session.ts'
import { InvalidCredentials, isStaff, type User } from '../../../domain/access/user.ts'
import { after } from '../../../domain/calendar.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type Clock, decryptSecret, type UnitOfWork } from '../../ports.ts'
import type {
  AccessEmails,
  AccessLinks,
  KnownDevices,
  OneTimeCodes,
  SecondFactors,
  Sessions,
  Users,
} from '../ports.ts'
import { type CompletedSignIn, completeSignIn, type SigningInDevice } from './complete-sign-in.ts'
import type { PasskeyChallenges, Passkeys, PasskeyVerifier } from './ports.ts'
import { hasSecondFactor, secondFactorsOf } from './second-factors-of.ts'

interface Dependencies {
  readonly users: Users
  readonly sessions: Sessions
  readonly knownDevices: KnownDevices
  readonly links: AccessLinks
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly passkeys: Passkeys
  readonly challenges: PasskeyChallenges
  readonly passkeyVerifier: PasskeyVerifier
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Who may add a second factor: a freshly verified user, or one without a second factor who has a one-time link. Staff
 * need the link for their first one: the password alone is not enough.
 */
export interface Enrolment {
  readonly session: Session
  readonly link: Secret | null
}

export interface EnrolledApp {
  /** Shown once. */
  readonly recoveryCodes: readonly Secret[]
  /** Replaces a pending session; null otherwise. */
  readonly opened: CompletedSignIn | null
}

/** S-46 */
export class EnrolSecondFactor {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {EnrolmentLinkInvalid | VerificationRequired | InvalidCredentials} */
  async checkAllowed(enrolment: Enrolment): Promise<void> {
    await this.#transact(enrolment, async () => undefined)
  }

  /**
   * Each call makes a new secret: others may have seen the last one.
   * @throws {EnrolmentLinkInvalid | VerificationRequired | InvalidCredentials}
   */
  beginApp(enrolment: Enrolment): Promise<{ readonly secret: Secret; readonly uri: Secret }> {
    const { factors, codes } = this.#deps
    return this.#transact(enrolment, async ({ id, email }) => {
      const secret = codes.newSecret()
      await factors.savePendingApp(id, secret)
      return { secret, uri: codes.enrolmentUri(secret, email) }
    })
  }

  /** The secret of an app that is being set up, to show it again after a wrong code. */
  pendingApp(enrolment: Enrolment): Promise<{ readonly secret: Secret; readonly uri: Secret } | null> {
    const { factors, codes } = this.#deps
    return this.#transact(enrolment, async ({ id, email }) => {
      const pending = await factors.pendingOf(id)
      if (!pending) return null
      const secret = await decryptSecret(pending)
      return { secret, uri: codes.enrolmentUri(secret, email) }
    })
  }

  /**
   * Replaces an earlier app and its recovery codes.
   * @throws {EnrolmentLinkInvalid | VerificationRequired | InvalidCredentials | InvalidCode}
   */
  confirmApp(enrolment: Enrolment, code: string, signingIn: SigningInDevice): Promise<EnrolledApp> {
    const { factors, codes, emails } = this.#deps
    return this.#transact(enrolment, async (user, now, isFirst) => {
      const pending = await factors.pendingOf(user.id)
      const secret = pending && (await decryptSecret(pending))
      const step = secret && codes.stepOf(secret, code.replace(/\s/g, ''), now)
      if (!secret || step === null) throw new InvalidCode()
      await factors.save(acceptCode(createSecondFactor(user.id, secret), step, now))
      const recoveryCodes = createRecoveryCodes()
      await factors.saveRecoveryCodes(user.id, recoveryCodes)
      await emails.sendNotice(user, { event: 'app_added' })
      return { recoveryCodes, opened: await this.#finish(enrolment, signingIn, { now, isFirst }) }
    })
  }

  /** @throws {EnrolmentLinkInvalid | VerificationRequired | InvalidCredentials | TooManyPasskeys} */
  passkeyOptions(enrolment: Enrolment): Promise<object> {
    const { passkeys, challenges, passkeyVerifier } = this.#deps
    return this.#transact(enrolment, async (user, now) => {
      const known = await passkeys.of(user.id)
      if (known.length >= maxPasskeys) throw new TooManyPasskeys()
      const { options, challenge } = await passkeyVerifier.registrationOptions(user, known)
      await challenges.save(enrolment.session.id, challenge, after(now, verificationLifetime))
      return options
    })
  }

  /** @throws {EnrolmentLinkInvalid | VerificationRequired | InvalidCredentials | TooManyPasskeys | PasskeyRejected} */
  async addPasskey(
    enrolment: Enrolment,
    answer: string,
    signingIn: SigningInDevice,
  ): Promise<CompletedSignIn | null> {
    const { passkeys, challenges, passkeyVerifier, emails } = this.#deps
    const outcome = await this.#transact(enrolment, async (user, now, isFirst) => {
      if ((await passkeys.of(user.id)).length >= maxPasskeys) throw new TooManyPasskeys()
      const challenge = await challenges.take(enrolment.session.id, now)
      const verified = challenge && (await passkeyVerifier.verifyRegistration(answer, challenge))
      const passkey = verified && {
        ...verified,
        userId: user.id,
        name: signingIn.device,
        createdAt: now,
        lastUsedAt: null,
      }
      // Commit, so that the challenge is spent.
      if (!passkey || !(await passkeys.add(passkey))) return { rejected: new PasskeyRejected() }
      await emails.sendNotice(user, { event: 'passkey_added' })
      return { opened: await this.#finish(enrolment, signingIn, { now, isFirst }) }
    })
    if ('rejected' in outcome) throw outcome.rejected
    return outcome.opened
  }

  #transact<Result>(
    { session: { id, userId }, link }: Enrolment,
    perform: (user: User, now: Date, isFirst: boolean) => Promise<Result>,
  ): Promise<Result> {
    const { users, sessions, links, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const user = await users.lock(userId)
      const now = clock.now()
      const session = (await sessions.find(id, now))?.session
      if (session?.userId !== userId || !roleAllowsSession(session.kind, user.role))
        throw new InvalidCredentials()
      const isFirst = !hasSecondFactor(await secondFactorsOf(this.#deps, userId))
      if (link) {
        const known = await links.find(link, 'enrolment', now)
        if (known?.userId !== userId || !isFirst) throw new EnrolmentLinkInvalid()
      } else {
        if (isPending(session.kind) || !isFreshlyVerified(session, now)) throw new VerificationRequired()
        // An admin without a second factor opens a seller session with the password alone.
        if (isFirst && isStaff(user.role)) throw new EnrolmentLinkInvalid()
      }
      return perform(user, now, isFirst)
    })
  }

  /** Spends the link; a pending session becomes a full one. A first second factor ends all others. */
  async #finish(
    { session, link }: Enrolment,
    signingIn: SigningInDevice,
    { now, isFirst }: { readonly now: Date; readonly isFirst: boolean },
  ): Promise<CompletedSignIn | null> {
    const { links, sessions } = this.#deps
    const { id, userId } = session
    if (link) await links.eraseAllOf(userId, 'enrolment')
    // The password alone opened and verified them.
    if (isFirst) await sessions.closeAllOf(userId, now, { except: id })
    return isPending(session.kind) ? completeSignIn(this.#deps, session, { ...signingIn, now }) : null
  }
}

export const createRecoveryCodes = (): readonly Secret[] =>
  Array.from({ length: recoveryCodeCount }, () => formatRecoveryCode(randomBytes(recoveryCodeBytes)))
