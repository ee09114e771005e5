import { OneTimeCodes, SecondFactors } from '../../../../src/application/access/ports.ts'
import type { SecondFactor } from '../../../../src/domain/access/second-factor.ts'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeSecondFactors extends SecondFactors {
  readonly #factors = new Table<UserId, SecondFactor>()
  readonly #codes = new Table<UserId, readonly string[]>()
  readonly #pending = new Table<UserId, Secret>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#factors, this.#codes, this.#pending)
  }

  async of(userId: UserId): Promise<SecondFactor | null> {
    return this.#factors.get(userId) ?? null
  }

  async confirmedOf(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    return new Set(userIds.filter(id => this.#factors.get(id)?.confirmedAt))
  }

  async save(factor: SecondFactor): Promise<void> {
    this.#factors.set(factor.userId, factor)
    this.#pending.delete(factor.userId)
  }

  async pendingOf(userId: UserId): Promise<Secret | null> {
    return this.#pending.get(userId) ?? null
  }

  async savePendingApp(userId: UserId, secret: Secret): Promise<void> {
    this.#pending.set(userId, secret)
  }

  async countRecoveryCodes(userId: UserId): Promise<number> {
    return this.#codes.get(userId)?.length ?? 0
  }

  async remove(userId: UserId): Promise<void> {
    this.#factors.delete(userId)
    this.#pending.delete(userId)
    this.#codes.delete(userId)
  }

  async saveRecoveryCodes(userId: UserId, codes: readonly Secret[]): Promise<void> {
    this.#codes.set(
      userId,
      codes.map(code => code.reveal()),
    )
  }

  async spendRecoveryCode(userId: UserId, code: Secret): Promise<boolean> {
    const codes = this.#codes.get(userId) ?? []
    const remaining = codes.filter(each => each !== code.reveal())
    this.#codes.set(userId, remaining)
    return remaining.length < codes.length
  }
}

/** A device whose code is its secret and the number of the 30-second step. */
export class FakeOneTimeCodes extends OneTimeCodes {
  #made = 0

  newSecret(): Secret {
    this.#made += 1
    return new Secret(`secret ${this.#made}`)
  }

  stepOf(secret: Secret, code: string, now: Date): number | null {
    const near = [0, -1, 1].map(drift => stepAt(now) + drift)
    return near.find(step => code === this.code(secret, step)) ?? null
  }

  enrolmentUri(secret: Secret, email: string): Secret {
    return new Secret(`otpauth://${email}?secret=${secret.reveal()}`)
  }

  code(secret: Secret, step: number): string {
    return `${secret.reveal().replace(/\s/g, '')}:${step}`
  }
}

export const stepAt = (now: Date): number => Math.floor(now.getTime() / 30_000)
