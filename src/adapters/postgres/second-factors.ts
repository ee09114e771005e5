import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { SecondFactors } from '../../application/access/ports.ts'
import type { SecondFactor } from '../../domain/access/second-factor.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { RecoveryCodeRow, SecondFactorRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresSecondFactors extends SecondFactors {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async of(personId: PersonId): Promise<SecondFactor | null> {
    const row = await this.#em.findOne(SecondFactorRow, { personId }, { disableIdentityMap: true })
    if (!row) return null
    return {
      personId,
      secret: this.#seal.open(row.secret, secretOf(personId)),
      confirmedAt: row.confirmedAt ?? null,
      lastStep: row.lastStep ?? null,
      wrongCodes: row.wrongCodes,
      lastWrongAt: row.lastWrongAt ?? null,
    }
  }

  async confirmedOf(personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
    const rows = await this.#em.find(
      SecondFactorRow,
      { personId: { $in: [...personIds] }, confirmedAt: { $ne: null } },
      { fields: ['personId'], disableIdentityMap: true },
    )
    return new Set(rows.map(({ personId }) => personId as PersonId))
  }

  async save(factor: SecondFactor): Promise<void> {
    const secret = await this.#seal.close(factor.secret, secretOf(factor.personId))
    await this.#em.upsert(SecondFactorRow, { ...factor, secret }, { disableIdentityMap: true })
  }

  async remove(personId: PersonId): Promise<void> {
    await this.#em.nativeDelete(SecondFactorRow, { personId })
  }

  async saveRecoveryCodes(personId: PersonId, codes: readonly Secret[]): Promise<void> {
    await this.#em.nativeDelete(RecoveryCodeRow, { personId })
    const rows = codes.map(code => ({ personId, codeHash: hash(code) }))
    await this.#em.insertMany(RecoveryCodeRow, rows)
  }

  async spendRecoveryCode(personId: PersonId, code: Secret): Promise<boolean> {
    return (await this.#em.nativeDelete(RecoveryCodeRow, { personId, codeHash: hash(code) })) === 1
  }
}

const secretOf = (id: string) => ({ table: 'second_factor', column: 'secret', id })

/** 80 random bits can't be guessed, so a slow hash would add nothing. */
const hash = (code: Secret): string => createHash('sha256').update(code.reveal()).digest('base64url')
