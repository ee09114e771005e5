import { createHash } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { AuthorisationAttempts } from '../../../application/connection/ports.ts'
import type { AuthorisationAttempt } from '../../../domain/connection/authorisation-attempt.ts'
import type { AttemptId, ConnectionId, SessionId, UserId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { AuthorisationAttemptRow } from './connection-rows.ts'

export class PostgresAuthorisationAttempts extends AuthorisationAttempts {
  readonly #em: EntityManager
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#cipher = cipher
  }

  async save(attempt: AuthorisationAttempt, state: Secret): Promise<void> {
    const verifier =
      attempt.verifier && (await this.#cipher.encrypt(attempt.verifier, verifierRecord(attempt.id)))
    await this.#em.insert(AuthorisationAttemptRow, {
      ...attempt,
      verifier,
      stateHash: hash(state),
    })
  }

  async lockByState(state: Secret): Promise<AuthorisationAttempt | null> {
    const row = await this.#em.findOne(
      AuthorisationAttemptRow,
      { stateHash: hash(state) },
      { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    if (!row) return null
    const { region, startedAt, expiresAt } = row
    return {
      id: row.id as AttemptId,
      userId: row.userId as UserId,
      sessionId: row.sessionId as SessionId,
      reauthorisedConnectionId: (row.reauthorisedConnectionId ?? null) as ConnectionId | null,
      region,
      // Null once the callback was accepted.
      verifier: row.verifier ? this.#cipher.decrypt(row.verifier, verifierRecord(row.id)) : null,
      startedAt,
      expiresAt,
      returnedAt: row.returnedAt ?? null,
    }
  }

  async lastRegionOf(userId: UserId): Promise<Region | null> {
    const row = await this.#em.findOne(
      AuthorisationAttemptRow,
      { userId, returnedAt: { $ne: null } },
      { orderBy: { startedAt: 'desc' }, disableIdentityMap: true },
    )
    return row?.region ?? null
  }

  async markReturned({ id }: AuthorisationAttempt, at: Date): Promise<void> {
    await this.#em.nativeUpdate(AuthorisationAttemptRow, { id }, { returnedAt: at, verifier: null })
  }

  eraseExpiredVerifiers(now: Date): Promise<number> {
    const expired = { verifier: { $ne: null }, expiresAt: { $lte: now } }
    return this.#em.nativeUpdate(AuthorisationAttemptRow, expired, { verifier: null })
  }
}

const verifierRecord = (id: string) => ({ table: 'authorisation_attempt', column: 'verifier', id })

/** Only the hash is stored: with the state, a reader of the table could forge the callback. */
const hash = (state: Secret): string => createHash('sha256').update(state.reveal()).digest('base64url')
