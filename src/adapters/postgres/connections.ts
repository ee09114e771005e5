import { randomInt } from 'node:crypto'
import { sql } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Connections } from '../../application/connection/ports.ts'
import type { Connection, Grant, HeldConnection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { ConnectionId, PendingConnectionId, PersonId, ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { type ConnectionColumns, ConnectionRow, type GrantColumns, GrantRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresConnections extends Connections {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async heldBy(personId: PersonId): Promise<HeldConnection[]> {
    const rows = await this.#em.find(
      ConnectionRow,
      { personId, status: { $ne: 'closed' } },
      { orderBy: { connectedAt: 'asc', id: 'asc' }, disableIdentityMap: true },
    )
    const connections = await this.#withGrants(rows)
    return connections.filter(connection => connection.status !== 'closed')
  }

  async get(id: ConnectionId, owner: PersonId): Promise<Connection> {
    const row = await this.#em.findOne(ConnectionRow, { id, personId: owner }, { disableIdentityMap: true })
    const [connection] = row ? await this.#withGrants([row]) : []
    if (!connection) throw new ConnectionNotFound()
    return connection
  }

  async find(id: ConnectionId): Promise<Connection | null> {
    const row = await this.#em.findOne(ConnectionRow, { id }, { disableIdentityMap: true })
    const [connection] = row ? await this.#withGrants([row]) : []
    return connection ?? null
  }

  async grantLosses(since: Date): Promise<number> {
    // An access token lives for an hour: when the youngest was minted is when a refresh succeeded last.
    const [row] = await this.#em.execute<{ lost: string }[]>(
      `select count(*) as lost from connection
       where status = 'needs_authorisation' and loss = 'grant_gone' and since > ?
         and since > coalesce((select max(access_token_expires_at) - interval '1 hour' from connection_grant), ?)`,
      [since, since],
    )
    return Number(row?.lost ?? 0)
  }

  async save(connection: Connection): Promise<void> {
    const { id: connectionId } = connection
    await this.#em.upsert(ConnectionRow, toColumns(connection), { disableIdentityMap: true })
    if (connection.status !== 'active') {
      await this.#em.nativeDelete(GrantRow, { connectionId })
      return
    }
    const { refreshToken, loginRegion, consentedAt, amazonUser } = connection.grant
    const grant = {
      loginRegion,
      refreshToken: await this.#seal.close(refreshToken, refreshTokenOf(connectionId)),
      consentedAt,
      amazonUser,
      accessToken: null,
      accessTokenExpiresAt: null,
      refreshingUntil: null,
    }
    // A new grant mints its own access tokens: those of the one before go with it.
    // Counted by PostgreSQL: between a reading and this a refresh may be claimed, and it would store the old grant's.
    const tokenVersion = sql`token_version + 1`
    const updated = await this.#em.nativeUpdate(GrantRow, { connectionId }, { ...grant, tokenVersion })
    // Not from 0 again: what belongs to a grant that was lost must not be taken for this one's.
    if (updated === 0)
      await this.#em.insert(GrantRow, { connectionId, ...grant, tokenVersion: randomInt(1_000_000_000) })
  }

  async #withGrants(rows: readonly ConnectionColumns[]): Promise<Connection[]> {
    const ids = rows.filter(({ status }) => status === 'active').map(({ id }) => id)
    const grants =
      ids.length === 0
        ? []
        : await this.#em.find(GrantRow, { connectionId: { $in: ids } }, { disableIdentityMap: true })
    const byConnection = new Map(grants.map(grant => [grant.connectionId, grant]))
    return rows.map(row => this.#toConnection(row, byConnection.get(row.id)))
  }

  #toConnection(row: ConnectionColumns, grant: GrantColumns | undefined): Connection {
    const owned = {
      id: row.id as ConnectionId,
      personId: row.personId as PersonId,
      profile: toProfile(row),
      connectedAt: row.connectedAt,
      isExclusive: row.isExclusive,
      chosenFrom: row.chosenFrom as PendingConnectionId,
    }
    switch (row.status) {
      case 'active':
        return { status: 'active', ...owned, grant: this.#toGrant(present(grant, row)) }
      case 'needs_authorisation': {
        const [since, why, consentedAt] = [
          present(row.since, row),
          present(row.loss, row),
          present(row.consentedAt, row),
        ]
        return { status: 'needs_authorisation', ...owned, consentedAt, since, why }
      }
      case 'closed':
        return {
          status: 'closed',
          ...owned,
          closedAt: present(row.closedAt, row),
          reason: present(row.closeReason, row),
        }
    }
  }

  #toGrant(row: GrantColumns): Grant {
    return {
      refreshToken: this.#seal.open(row.refreshToken, refreshTokenOf(row.connectionId)),
      loginRegion: row.loginRegion,
      consentedAt: row.consentedAt,
      amazonUser: row.amazonUser ?? null,
    }
  }
}

export const refreshTokenOf = (id: string) => ({ table: 'connection_grant', column: 'refresh_token', id })

/** @throws {Error} a state without what belongs to it is a defect, never a default. */
function present<Value>(value: Value | null | undefined, { id, status }: ConnectionColumns): Value {
  if (value === null || value === undefined) throw new Error(`connection ${id} is ${status} but incomplete`)
  return value
}

function toColumns(connection: Connection) {
  const { id, personId, status, isExclusive, chosenFrom, connectedAt } = connection
  const { id: profileId, ...profile } = connection.profile
  const owned = { id, personId, status, isExclusive, chosenFrom, connectedAt, profileId, ...profile }
  const none = { consentedAt: null, since: null, loss: null, closedAt: null, closeReason: null }
  switch (connection.status) {
    case 'active':
      return { ...owned, ...none, consentedAt: connection.grant.consentedAt }
    case 'needs_authorisation':
      return {
        ...owned,
        ...none,
        consentedAt: connection.consentedAt,
        since: connection.since,
        loss: connection.why,
      }
    case 'closed':
      return { ...owned, ...none, closedAt: connection.closedAt, closeReason: connection.reason }
  }
}

export const toProfile = (row: ConnectionColumns): AdvertisingProfile => ({
  id: row.profileId as ProfileId,
  region: row.region,
  country: row.country,
  currency: row.currency,
  timezone: row.timezone,
  accountId: row.accountId,
  accountName: row.accountName ?? null,
  accountType: row.accountType,
  mayEdit: row.mayEdit,
})
