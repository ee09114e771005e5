import { randomInt } from 'node:crypto'
import { sql } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Connections } from '../../../application/connection/ports.ts'
import { after, minutes } from '../../../domain/calendar.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  isAmazonUserUnknown,
  isErased,
  isLive,
  type LiveConnection,
} from '../../../domain/connection/connection.ts'
import type { AmazonUser, Consent } from '../../../domain/connection/consent.ts'
import { ConnectionNotFound } from '../../../domain/connection/errors.ts'
import type { ConnectionId, PendingConnectionId, ProfileId, UserId } from '../../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../domain/profile/profile.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { type ConnectionColumns, ConnectionRow, type GrantColumns, GrantRow } from '../engine/schema.ts'

export class PostgresConnections extends Connections {
  readonly #em: EntityManager
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#cipher = cipher
  }

  async liveByUser(userId: UserId): Promise<LiveConnection[]> {
    const live = await this.#read(
      `user_id = ? and status in ('active', 'needs_authorisation') order by connected_at, connection.id`,
      [userId],
    )
    return live.filter(isLive)
  }

  async closedByUser(userId: UserId): Promise<ClosedConnection[]> {
    const closed = await this.#read(
      `user_id = ? and status = 'closed' order by closed_at desc, connection.id`,
      [userId],
    )
    return closed.filter(({ status }) => status === 'closed') as ClosedConnection[]
  }

  async get(id: ConnectionId, owner: UserId): Promise<Connection> {
    const [connection] = await this.#read('connection.id = ? and user_id = ?', [id, owner])
    if (!connection) throw new ConnectionNotFound()
    return connection
  }

  async find(id: ConnectionId): Promise<Connection | null> {
    const [connection] = await this.#read('connection.id = ?', [id])
    return connection ?? null
  }

  async countRevocations(since: Date): Promise<number> {
    const { count } = await countRevocationsSince(this.#em, since)
    return count
  }

  async findWithUnknownAmazonUser(now: Date, limit: number): Promise<ConnectionId[]> {
    const rows = await this.#em.find(
      ConnectionRow,
      { status: 'active', amazonUserLookupDueAt: { $lte: now } },
      { fields: ['id'], orderBy: { amazonUserLookupDueAt: 'asc' }, limit, disableIdentityMap: true },
    )
    return rows.map(({ id }) => id as ConnectionId)
  }

  async postponeAmazonUserLookup(id: ConnectionId, to: Date): Promise<void> {
    await this.#em.nativeUpdate(
      ConnectionRow,
      { id, amazonUserLookupDueAt: { $ne: null } },
      { amazonUserLookupDueAt: to },
    )
  }

  async saveAmazonUser(id: ConnectionId, consentedAt: Date, amazonUser: AmazonUser): Promise<boolean> {
    const filter = { id, status: 'active', consentedAt, amazonUserLookupDueAt: { $ne: null } } as const
    return (
      (await this.#em.nativeUpdate(ConnectionRow, filter, { amazonUser, amazonUserLookupDueAt: null })) > 0
    )
  }

  async save(connection: Connection): Promise<void> {
    const { id: connectionId } = connection
    await this.#em.upsert(ConnectionRow, toColumns(connection), { disableIdentityMap: true })
    if (connection.status !== 'active') {
      await this.#em.nativeDelete(GrantRow, { connectionId })
      return
    }
    const { refreshToken, loginRegion, consentedAt } = connection.grant
    const grant = {
      loginRegion,
      refreshToken: await this.#cipher.encrypt(refreshToken, refreshTokenRecord(connectionId)),
      consentedAt,
      accessToken: null,
      accessTokenExpiresAt: null,
      refreshingUntil: null,
    }
    // Incremented in SQL, so that a refresh claimed since the read can't store the old grant's access token.
    const tokenVersion = sql`token_version + 1`
    const updated = await this.#em.nativeUpdate(GrantRow, { connectionId }, { ...grant, tokenVersion })
    // Random, not 0: it must not match the version of an earlier grant whose refresh still runs.
    if (updated === 0)
      await this.#em.insert(GrantRow, { connectionId, ...grant, tokenVersion: randomInt(1_000_000_000) })
  }

  /** One statement: between two, a revocation could delete an active connection's grant. */
  async #read(condition: string, values: readonly string[]): Promise<Connection[]> {
    const rows = await this.#em.execute<{ connection: JsonRow; grant: JsonRow | null }[]>(
      `select to_jsonb(connection) as connection, to_jsonb(connection_grant) as grant
       from connection left join connection_grant on connection_id = connection.id
       where ${condition}`,
      [...values],
    )
    return rows.map(({ connection, grant }) =>
      toConnection(
        columnsFromJson(this.#em, ConnectionRow, connection),
        grant ? columnsFromJson(this.#em, GrantRow, grant) : undefined,
        this.#cipher,
      ),
    )
  }
}

export const refreshTokenRecord = (id: string) => ({ table: 'connection_grant', column: 'refresh_token', id })

export function toConnection(
  row: ConnectionColumns,
  grant: Pick<GrantColumns, 'connectionId' | 'refreshToken'> | undefined,
  cipher: TokenCipher,
): Connection {
  const { status } = row
  if (status === 'erasing' || status === 'erased') {
    const [closedAt, reason] = [requireValue(row.closedAt, row), requireValue(row.closeReason, row)]
    return { status, ...toIdentity(row), closedAt, reason }
  }
  const owned = {
    ...toIdentity(row),
    profile: toProfile(row),
    isExclusive: row.isExclusive,
    pendingConnectionId: requireValue(row.pendingConnectionId, row) as PendingConnectionId,
  }
  const consent = toConsent(row)
  switch (status) {
    case 'active': {
      const { refreshToken, connectionId } = requireValue(grant, row)
      const token = cipher.decrypt(refreshToken, refreshTokenRecord(connectionId))
      return { status, ...owned, grant: { ...consent, refreshToken: token } }
    }
    case 'needs_authorisation': {
      const [since, why] = [
        requireValue(row.authorisationLostAt, row),
        requireValue(row.authorisationLossReason, row),
      ]
      return { status, ...owned, consent, since, why }
    }
    case 'closed': {
      const [closedAt, reason] = [requireValue(row.closedAt, row), requireValue(row.closeReason, row)]
      return { status, ...owned, consent, closedAt, reason, eraseAt: requireValue(row.eraseAt, row) }
    }
  }
}

function requireValue<Value>(
  value: Value | null | undefined,
  { id, status }: Pick<ConnectionColumns, 'id' | 'status'>,
): Value {
  if (value === null || value === undefined) throw new Error(`connection ${id} is ${status} but incomplete`)
  return value
}

const toIdentity = ({ id, userId, connectedAt }: ConnectionColumns) => ({
  id: id as ConnectionId,
  userId: userId as UserId,
  connectedAt,
})

const toConsent = (row: ConnectionColumns): Consent => ({
  loginRegion: requireValue(row.loginRegion, row),
  consentedAt: requireValue(row.consentedAt, row),
  amazonUser: row.amazonUser ?? null,
})

/** @throws {Error} for an erased connection. */
export const toProfile = (row: ConnectionColumns): AdvertisingProfile => ({
  id: requireValue(row.profileId, row) as ProfileId,
  region: requireValue(row.region, row),
  country: requireValue(row.country, row),
  currency: requireValue(row.currency, row),
  timezone: requireValue(row.timezone, row),
  accountId: requireValue(row.accountId, row),
  accountName: row.accountName ?? null,
  accountType: requireValue(row.accountType, row),
  canEdit: requireValue(row.canEdit, row),
})

const emptyStateColumns = {
  amazonUserLookupDueAt: null,
  authorisationLostAt: null,
  authorisationLossReason: null,
  closedAt: null,
  closeReason: null,
  eraseAt: null,
}

const amazonUserLookupDelay = minutes(10)
const erasedColumns = {
  isExclusive: false,
  pendingConnectionId: null,
  profileId: null,
  region: null,
  country: null,
  currency: null,
  timezone: null,
  accountId: null,
  accountName: null,
  accountType: null,
  canEdit: null,
  loginRegion: null,
  consentedAt: null,
  amazonUser: null,
}

/** Sets every column, so that no value of the previous state remains. */
function toColumns(connection: Connection) {
  const { id, userId, status, connectedAt } = connection
  const identity = { id, userId, status, connectedAt, ...emptyStateColumns }
  if (isErased(connection)) {
    const { closedAt, reason } = connection
    return { ...identity, ...erasedColumns, closedAt, closeReason: reason }
  }
  const { id: profileId, ...profile } = connection.profile
  const { isExclusive, pendingConnectionId } = connection
  const owned = {
    ...identity,
    profileId,
    ...profile,
    isExclusive,
    pendingConnectionId,
    ...consentOf(connection),
  }
  switch (connection.status) {
    case 'active': {
      const { consentedAt } = connection.grant
      return isAmazonUserUnknown(connection)
        ? { ...owned, amazonUserLookupDueAt: after(consentedAt, amazonUserLookupDelay) }
        : owned
    }
    case 'needs_authorisation':
      return { ...owned, authorisationLostAt: connection.since, authorisationLossReason: connection.why }
    case 'closed': {
      const { closedAt, reason, eraseAt } = connection
      return { ...owned, closedAt, closeReason: reason, eraseAt }
    }
  }
}

/**
 * Counts revocations after both `since` and the last successful refresh; the result's `since` is the first of them.
 */
export async function countRevocationsSince(
  em: EntityManager,
  since: Date,
): Promise<{ readonly count: number; readonly since: Date | null }> {
  // Access tokens last an hour: the last refresh was one hour before the latest expiry.
  const [row] = await em.execute<{ lost: string; first: string | null }[]>(
    `select count(*) as lost, min(authorisation_lost_at) as first from connection
     where status = 'needs_authorisation' and authorisation_loss_reason = 'grant_revoked' and authorisation_lost_at > ?
       and authorisation_lost_at > coalesce((select max(access_token_expires_at) - interval '1 hour' from connection_grant), ?)`,
    [since, since],
  )
  return { count: Number(row?.lost ?? 0), since: row?.first ? new Date(row.first) : null }
}
