import { randomBytes, randomUUID } from 'node:crypto'
import { SignInRefused } from '../../domain/access/person.ts'
import {
  readRecoveryCode,
  recoveryCodeBytes,
  recoveryCodeCount,
  recoveryCodeOf,
} from '../../domain/access/recovery-code.ts'
import { type SecondFactor, takeRecoveryCode } from '../../domain/access/second-factor.ts'
import { mayHold, openSession, type Session } from '../../domain/access/session.ts'
import type { PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Clock, opened, type UnitOfWork } from '../ports.ts'
import type { OneTimeCodes, People, SecondFactors, Sessions } from './ports.ts'
import { readCode } from './read-code.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Asked =
  | { readonly step: 'enter' }
  | { readonly step: 'enrol'; readonly secret: Secret; readonly address: Secret }

export interface SignedInStaff {
  readonly session: Session
  /** Shown once; null unless it was just set up. */
  readonly recoveryCodes: readonly Secret[] | null
}

/** Checks a one-time code or a recovery code (S-46). */
export class SecondStep {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {InvalidCredentials} when the pending session ended: the secret is for the one that ended it. */
  async asks({ id, personId }: Session): Promise<Asked> {
    const { people, sessions, factors, codes, unitOfWork, clock } = this.#needs
    const { email, factor } = await unitOfWork.run(async () => {
      const person = await people.lock(personId)
      if (!(await sessions.find(id, clock.now()))) throw new SignInRefused()
      return { email: person.email, factor: await factors.of(personId) }
    })
    if (!factor || factor.confirmedAt) return { step: 'enter' }
    const secret = await opened(factor.secret)
    return { step: 'enrol', secret, address: codes.addressFor(secret, email) }
  }

  /**
   * Replaces the pending session by a new one.
   * @throws {InvalidCode | InvalidCredentials} the latter when the pending session has ended.
   * @throws {SecondFactorLocked} after too many wrong codes in a row; ends all the user's pending sessions.
   */
  async run(half: Session, { code, device }: { code: string; device: string }): Promise<SignedInStaff> {
    const { people, sessions, factors, unitOfWork, clock } = this.#needs
    const { personId } = half
    // Throw after the commit, so that the failed attempt is counted.
    const ending = await unitOfWork.run(async () => {
      const { role } = await people.lock(personId)
      const now = clock.now()
      const factor = await factors.of(personId)
      if (!factor || !mayHold('staff', role) || !(await sessions.find(half.id, now)))
        return { refused: new SignInRefused() }
      const reading = await readCode(this.#needs, factor, {
        typed: code,
        now,
        instead: () => this.#spendRecoveryCode(factor, code),
      })
      if ('refused' in reading) return reading

      await factors.save(reading.taken)
      await sessions.close(half.id, now)
      const id = randomUUID() as SessionId
      const session = openSession({ id, personId, kind: 'staff', device }, now)
      await sessions.open(session)
      return { session, recoveryCodes: factor.confirmedAt ? null : await this.#makeRecoveryCodes(personId) }
    })
    if ('refused' in ending) throw ending.refused
    return ending
  }

  async #spendRecoveryCode(factor: SecondFactor, typed: string): Promise<SecondFactor | null> {
    const recovery = factor.confirmedAt ? readRecoveryCode(typed) : null
    const isSpent = recovery && (await this.#needs.factors.spendRecoveryCode(factor.personId, recovery))
    return isSpent ? takeRecoveryCode(factor) : null
  }

  async #makeRecoveryCodes(personId: PersonId): Promise<Secret[]> {
    const made = Array.from({ length: recoveryCodeCount }, () =>
      recoveryCodeOf(randomBytes(recoveryCodeBytes)),
    )
    await this.#needs.factors.saveRecoveryCodes(personId, made)
    return made
  }
}
