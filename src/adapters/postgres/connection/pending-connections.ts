import type { EntityManager } from '@mikro-orm/postgresql'
import { PendingConnections } from '../../../application/connection/ports.ts'
import type { AmazonUser } from '../../../domain/connection/consent.ts'
import type { PendingConnection, RegionResult } from '../../../domain/connection/pending-connection.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, UserId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { raw, type Sql, sql } from '../engine/sql.ts'
import { type PendingConnectionColumns, PendingConnectionRow } from './connection-rows.ts'

export class PostgresPendingConnections extends PendingConnections {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, sql: Sql, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#sql = sql
    this.#cipher = cipher
  }

  async put(pending: PendingConnection): Promise<{ replacedId: PendingConnectionId | null }> {
    const { userId } = pending
    const previous = await this.#em.findOne(PendingConnectionRow, { userId }, { disableIdentityMap: true })
    if (previous) await this.#em.nativeDelete(PendingConnectionRow, { userId })

    const { id, regionResults, refreshToken, accessToken, ...rest } = pending
    await this.#em.insert(PendingConnectionRow, {
      ...rest,
      id,
      refreshToken: await this.#cipher.encrypt(refreshToken, refreshTokenRecordOf(id)),
      accessToken: await this.#cipher.encrypt(accessToken, accessTokenRecordOf(id)),
      profilesNa: regionResults.na,
      profilesEu: regionResults.eu,
      profilesFe: regionResults.fe,
    })
    return { replacedId: (previous?.id ?? null) as PendingConnectionId | null }
  }

  async findByUser(userId: UserId): Promise<PendingConnection | null> {
    const row = await this.#em.findOne(PendingConnectionRow, { userId }, { disableIdentityMap: true })
    return row && toPendingConnection(row, this.#cipher)
  }

  async saveRegionResult(id: PendingConnectionId, region: Region, result: RegionResult): Promise<void> {
    const column = raw(`profiles_${region}`)
    // A failure never overwrites another tab's profiles.
    await this.#sql.query(
      sql`update pending_connection set ${column} = ${JSON.stringify(result)}::jsonb
        where id = ${id} and (${result.state === 'fetched'} or ${column} ->> 'state' <> 'fetched')`,
    )
  }

  async saveAmazonUser(id: PendingConnectionId, user: AmazonUser): Promise<void> {
    await this.#em.nativeUpdate(PendingConnectionRow, { id }, { amazonUser: user })
  }

  async saveAccessToken(id: PendingConnectionId, token: Secret, expiresAt: Date): Promise<void> {
    const accessToken = await this.#cipher.encrypt(token, accessTokenRecordOf(id))
    await this.#em.nativeUpdate(
      PendingConnectionRow,
      { id },
      { accessToken, accessTokenExpiresAt: expiresAt },
    )
  }

  async erase(id: PendingConnectionId): Promise<boolean> {
    return (await this.#em.nativeDelete(PendingConnectionRow, { id })) > 0
  }

  async expired(now: Date, limit: number): Promise<PendingConnection[]> {
    const rows = await this.#em.find(
      PendingConnectionRow,
      { expiresAt: { $lte: now } },
      { limit, orderBy: { expiresAt: 'asc' }, disableIdentityMap: true },
    )
    return rows.map(row => toPendingConnection(row, this.#cipher))
  }
}

export function toPendingConnection(row: PendingConnectionColumns, cipher: TokenCipher): PendingConnection {
  return {
    id: row.id as PendingConnectionId,
    userId: row.userId as UserId,
    attemptId: row.attemptId as AttemptId,
    reauthorisedConnectionId: (row.reauthorisedConnectionId ?? null) as ConnectionId | null,
    region: row.region,
    refreshToken: cipher.decrypt(row.refreshToken, refreshTokenRecordOf(row.id)),
    accessToken: cipher.decrypt(row.accessToken, accessTokenRecordOf(row.id)),
    accessTokenExpiresAt: row.accessTokenExpiresAt,
    isConsentPageSkipped: row.isConsentPageSkipped,
    amazonUser: row.amazonUser ?? null,
    regionResults: { na: row.profilesNa, eu: row.profilesEu, fe: row.profilesFe },
    savedAt: row.savedAt,
    expiresAt: row.expiresAt,
  }
}

const refreshTokenRecordOf = (id: string) => ({ table: 'pending_connection', column: 'refresh_token', id })
const accessTokenRecordOf = (id: string) => ({ table: 'pending_connection', column: 'access_token', id })
