import { OneTimeCodes, SecondFactors } from '../../../src/application/access/ports.ts'
import type { SecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

export class FakeSecondFactors extends SecondFactors {
  readonly #factors = new Table<PersonId, SecondFactor>()
  readonly #codes = new Table<PersonId, readonly string[]>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#factors, this.#codes)
  }

  async of(personId: PersonId): Promise<SecondFactor | null> {
    return this.#factors.get(personId) ?? null
  }

  async confirmedOf(personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
    return new Set(personIds.filter(id => this.#factors.get(id)?.confirmedAt))
  }

  async save(factor: SecondFactor): Promise<void> {
    this.#factors.set(factor.personId, factor)
  }

  async remove(personId: PersonId): Promise<void> {
    this.#factors.delete(personId)
    this.#codes.delete(personId)
  }

  async saveRecoveryCodes(personId: PersonId, codes: readonly Secret[]): Promise<void> {
    this.#codes.set(
      personId,
      codes.map(code => code.reveal()),
    )
  }

  async spendRecoveryCode(personId: PersonId, code: Secret): Promise<boolean> {
    const codes = this.#codes.get(personId) ?? []
    const left = codes.filter(each => each !== code.reveal())
    this.#codes.set(personId, left)
    return left.length < codes.length
  }
}

/** A device whose code is the number of the 30-second step. */
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

  addressFor(secret: Secret, email: string): Secret {
    return new Secret(`otpauth://${email}?secret=${secret.reveal()}`)
  }

  code(secret: Secret, step: number): string {
    return `${secret.reveal().replace(/\s/g, '')}:${step}`
  }
}

export const stepAt = (now: Date): number => Math.floor(now.getTime() / 30_000)
