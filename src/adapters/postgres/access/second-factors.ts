import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { SecondFactors } from '../../../application/access/ports.ts'
import type { SecondFactor } from '../../../domain/access/second-factor.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { PendingAppRow, RecoveryCodeRow, SecondFactorRow } from './access-rows.ts'

export class PostgresSecondFactors extends SecondFactors {
  readonly #em: EntityManager
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#cipher = cipher
  }

  async of(userId: UserId): Promise<SecondFactor | null> {
    const row = await this.#em.findOne(SecondFactorRow, { userId }, { disableIdentityMap: true })
    if (!row) return null
    return {
      userId,
      secret: this.#cipher.decrypt(row.secret, secretRecordOf(userId)),
      confirmedAt: row.confirmedAt ?? null,
      lastAcceptedStep: row.lastAcceptedStep ?? null,
      failedCodes: row.failedCodes,
      lastFailedAt: row.lastFailedAt ?? null,
    }
  }

  async confirmedOf(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const rows = await this.#em.find(
      SecondFactorRow,
      { userId: { $in: [...userIds] }, confirmedAt: { $ne: null } },
      { fields: ['userId'], disableIdentityMap: true },
    )
    return new Set(rows.map(({ userId }) => userId as UserId))
  }

  async save(factor: SecondFactor): Promise<void> {
    const secret = await this.#cipher.encrypt(factor.secret, secretRecordOf(factor.userId))
    await this.#em.upsert(SecondFactorRow, { ...factor, secret }, { disableIdentityMap: true })
    await this.#em.nativeDelete(PendingAppRow, { userId: factor.userId })
  }

  async pendingOf(userId: UserId): Promise<Secret | null> {
    const row = await this.#em.findOne(PendingAppRow, { userId }, { disableIdentityMap: true })
    return row && this.#cipher.decrypt(row.secret, pendingRecordOf(userId))
  }

  async savePendingApp(userId: UserId, newSecret: Secret): Promise<void> {
    const secret = await this.#cipher.encrypt(newSecret, pendingRecordOf(userId))
    await this.#em.upsert(PendingAppRow, { userId, secret }, { disableIdentityMap: true })
  }

  countRecoveryCodes(userId: UserId): Promise<number> {
    return this.#em.count(RecoveryCodeRow, { userId })
  }

  async remove(userId: UserId): Promise<void> {
    await this.#em.nativeDelete(SecondFactorRow, { userId })
    await this.#em.nativeDelete(PendingAppRow, { userId })
  }

  async saveRecoveryCodes(userId: UserId, codes: readonly Secret[]): Promise<void> {
    await this.#em.nativeDelete(RecoveryCodeRow, { userId })
    const rows = codes.map(code => ({ userId, codeHash: hash(code) }))
    await this.#em.insertMany(RecoveryCodeRow, rows)
  }

  async spendRecoveryCode(userId: UserId, code: Secret): Promise<boolean> {
    return (await this.#em.nativeDelete(RecoveryCodeRow, { userId, codeHash: hash(code) })) === 1
  }
}

const pendingRecordOf = (id: string) => ({ table: 'pending_authenticator_app', column: 'secret', id })
const secretRecordOf = (id: string) => ({ table: 'second_factor', column: 'secret', id })

/** 80 random bits can't be guessed, so a slow hash would add nothing. */
const hash = (code: Secret): string => createHash('sha256').update(code.reveal()).digest('base64url')
