import { createHash } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Attempts } from '../../application/connection/ports.ts'
import type { Attempt } from '../../domain/connection/attempt.ts'
import type { AttemptId, ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { AttemptRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresAttempts extends Attempts {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async save(attempt: Attempt, state: Secret): Promise<void> {
    const verifier = attempt.verifier && (await this.#seal.close(attempt.verifier, verifierOf(attempt.id)))
    await this.#em.insert(AttemptRow, { ...attempt, verifier, stateHash: hash(state) })
  }

  async lockByState(state: Secret): Promise<Attempt | null> {
    const row = await this.#em.findOne(
      AttemptRow,
      { stateHash: hash(state) },
      { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    if (!row) return null
    const { region, startedAt, expiresAt } = row
    return {
      id: row.id as AttemptId,
      personId: row.personId as PersonId,
      sessionId: row.sessionId as SessionId,
      renews: (row.renews ?? null) as ConnectionId | null,
      region,
      // Null once the callback was accepted.
      verifier: row.verifier ? this.#seal.open(row.verifier, verifierOf(row.id)) : null,
      startedAt,
      expiresAt,
      returnedAt: row.returnedAt ?? null,
    }
  }

  async lastRegionOf(personId: PersonId): Promise<Region | null> {
    const row = await this.#em.findOne(
      AttemptRow,
      { personId, returnedAt: { $ne: null } },
      { orderBy: { startedAt: 'desc' }, disableIdentityMap: true },
    )
    return row?.region ?? null
  }

  async markReturned({ id }: Attempt, at: Date): Promise<void> {
    await this.#em.nativeUpdate(AttemptRow, { id }, { returnedAt: at, verifier: null })
  }

  eraseVerifiers(by: Date): Promise<number> {
    const left = { verifier: { $ne: null }, expiresAt: { $lte: by } }
    return this.#em.nativeUpdate(AttemptRow, left, { verifier: null })
  }
}

const verifierOf = (id: string) => ({ table: 'attempt', column: 'verifier', id })

/** Only the hash is stored: with the state, a reader of the table could answer for the seller. */
const hash = (state: Secret): string => createHash('sha256').update(state.reveal()).digest('base64url')
