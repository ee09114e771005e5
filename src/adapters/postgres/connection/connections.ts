import { randomInt } from 'node:crypto'
import { raw } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Connections } from '../../../application/connection/ports.ts'
import {
  type ActiveConnection,
  type ClosedConnection,
  type Connection,
  isLive,
  type LiveConnection,
} from '../../../domain/connection/connection.ts'
import type { AmazonUser } from '../../../domain/connection/consent.ts'
import { ConnectionNotFound } from '../../../domain/connection/errors.ts'
import type { ConnectionId, PendingConnectionId, UserId } from '../../../domain/identifiers.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { type Sql, type Statement, sql } from '../engine/sql.ts'
import { refreshTokenRecord, toColumns, toConnection } from './connection-mapping.ts'
import { ConnectionRow, GrantRow } from './connection-rows.ts'

export class PostgresConnections extends Connections {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, sql: Sql, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#sql = sql
    this.#cipher = cipher
  }

  async liveByUser(userId: UserId): Promise<LiveConnection[]> {
    const live = await this.#read(
      sql`user_id = ${userId} and status in ('active', 'needs_authorisation') order by connected_at, connection.id`,
    )
    return live.filter(isLive)
  }

  async closedByUser(userId: UserId): Promise<ClosedConnection[]> {
    const closed = await this.#read(
      sql`user_id = ${userId} and status = 'closed' order by closed_at desc, connection.id`,
    )
    return closed.filter(({ status }) => status === 'closed') as ClosedConnection[]
  }

  async get(id: ConnectionId, owner: UserId): Promise<Connection> {
    const [connection] = await this.#read(sql`connection.id = ${id} and user_id = ${owner}`)
    if (!connection) throw new ConnectionNotFound()
    return connection
  }

  async find(id: ConnectionId): Promise<Connection | null> {
    const [connection] = await this.#read(sql`connection.id = ${id}`)
    return connection ?? null
  }

  async countLosses(since: Date): Promise<number> {
    const { count } = await countLossesSince(this.#sql, since)
    return count
  }

  async recordDoubt(id: ConnectionId, pendingConnectionId: PendingConnectionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(
      ConnectionRow,
      { id, pendingConnectionId, status: 'active' },
      { doubtedAt: at },
    )
  }

  findInvalidated(limit: number): Promise<Pick<ActiveConnection, 'id' | 'pendingConnectionId'>[]> {
    return this.#sql.query(
      sql`select id, pending_connection_id as "pendingConnectionId" from connection
        where ${isInvalidated} order by doubted_at limit ${limit}`,
    )
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

  async saveAmazonUser(
    id: ConnectionId,
    pendingConnectionId: PendingConnectionId,
    amazonUser: AmazonUser,
  ): Promise<boolean> {
    const filter = {
      id,
      status: 'active',
      pendingConnectionId,
      amazonUserLookupDueAt: { $ne: null },
    } as const
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
    const tokenVersion = raw('token_version + 1')
    const updated = await this.#em.nativeUpdate(GrantRow, { connectionId }, { ...grant, tokenVersion })
    // Random, not 0: it must not match the version of an earlier grant whose refresh still runs.
    if (updated === 0)
      await this.#em.insert(GrantRow, { connectionId, ...grant, tokenVersion: randomInt(1_000_000_000) })
  }

  /** One statement: between two, a revocation could delete an active connection's grant. */
  async #read(condition: Statement): Promise<Connection[]> {
    const rows = await this.#sql.query<{ connection: JsonRow; grant: JsonRow | null }>(
      sql`select to_jsonb(connection) as connection, to_jsonb(connection_grant) as grant
        from connection left join connection_grant on connection_id = connection.id
        where ${condition}`,
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

/** See {@link Connections.findInvalidated}. Access tokens last an hour. */
export const isInvalidated = sql`status = 'active' and doubted_at is not null and not exists (
  select from connection_grant as refreshed
  where refreshed.consented_at < connection.doubted_at
    and refreshed.access_token_expires_at > connection.doubted_at + interval '1 hour')`

/** Counts as {@link Connections.countLosses}; the result's `since` is the first of them. */
export async function countLossesSince(
  statements: Sql,
  since: Date,
): Promise<{ readonly count: number; readonly since: Date | null }> {
  // Access tokens last an hour: the last refresh was one hour before the latest expiry. The search for a load since
  // usually ends at the first connections, one index entry each.
  const [row] = await statements.query<{ count: number; since: Date | null }>(
    sql`select count(*)::int as count, min(authorisation_lost_at) as since from connection
      where status = 'needs_authorisation' and authorisation_lost_at > ${since} and case authorisation_loss_reason
        when 'marked_by_staff' then false
        when 'profile_access_lost' then not exists (select from connection active where active.status = 'active'
          and (select max(loaded_at) from report where connection_id = active.id) >= connection.authorisation_lost_at)
        else authorisation_lost_at >
          coalesce((select max(access_token_expires_at) - interval '1 hour' from connection_grant), ${since})
      end`,
  )
  return row ?? { count: 0, since: null }
}
