import type { EntityManager } from '@mikro-orm/postgresql'
import { PendingConnections } from '../../application/connection/ports.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { PendingConnection, RegionReading } from '../../domain/connection/pending-connection.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, PersonId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { type PendingConnectionColumns, PendingConnectionRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresPendingConnections extends PendingConnections {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async put(pending: PendingConnection): Promise<{ replacedId: PendingConnectionId | null }> {
    const { personId } = pending
    const older = await this.#em.findOne(PendingConnectionRow, { personId }, { disableIdentityMap: true })
    if (older) await this.#em.nativeDelete(PendingConnectionRow, { personId })

    const { id, readings, refreshToken, accessToken, ...rest } = pending
    await this.#em.insert(PendingConnectionRow, {
      ...rest,
      id,
      refreshToken: await this.#seal.close(refreshToken, refreshTokenOf(id)),
      accessToken: await this.#seal.close(accessToken, accessTokenOf(id)),
      readingNa: readings.na,
      readingEu: readings.eu,
      readingFe: readings.fe,
    })
    return { replacedId: (older?.id ?? null) as PendingConnectionId | null }
  }

  async of(personId: PersonId): Promise<PendingConnection | null> {
    const row = await this.#em.findOne(PendingConnectionRow, { personId }, { disableIdentityMap: true })
    return row && toPending(row, this.#seal)
  }

  async keepReading(id: PendingConnectionId, region: Region, reading: RegionReading): Promise<void> {
    const column = ({ na: 'reading_na', eu: 'reading_eu', fe: 'reading_fe' } as const)[region]
    // A failure never overwrites another tab's profiles.
    await this.#em.execute(
      `update pending_connection set ${column} = ?::jsonb where id = ? and (? or ${column} ->> 'state' <> 'read')`,
      [JSON.stringify(reading), id, reading.state === 'read'],
    )
  }

  async keepAmazonUser(id: PendingConnectionId, user: AmazonUser): Promise<void> {
    await this.#em.nativeUpdate(PendingConnectionRow, { id }, { amazonUser: user })
  }

  async keepAccessToken(id: PendingConnectionId, token: Secret, expiresAt: Date): Promise<void> {
    const accessToken = await this.#seal.close(token, accessTokenOf(id))
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
    return rows.map(row => toPending(row, this.#seal))
  }
}

export function toPending(row: PendingConnectionColumns, seal: Seal): PendingConnection {
  return {
    id: row.id as PendingConnectionId,
    personId: row.personId as PersonId,
    attemptId: row.attemptId as AttemptId,
    renews: (row.renews ?? null) as ConnectionId | null,
    region: row.region,
    refreshToken: seal.open(row.refreshToken, refreshTokenOf(row.id)),
    accessToken: seal.open(row.accessToken, accessTokenOf(row.id)),
    accessTokenExpiresAt: row.accessTokenExpiresAt,
    amazonUser: row.amazonUser ?? null,
    readings: { na: row.readingNa, eu: row.readingEu, fe: row.readingFe },
    savedAt: row.savedAt,
    expiresAt: row.expiresAt,
  }
}

const refreshTokenOf = (id: string) => ({ table: 'pending_connection', column: 'refresh_token', id })
const accessTokenOf = (id: string) => ({ table: 'pending_connection', column: 'access_token', id })
