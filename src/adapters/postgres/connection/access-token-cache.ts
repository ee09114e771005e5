import type { EntityManager } from '@mikro-orm/postgresql'
import {
  AccessTokenCache,
  type CachedToken,
  type RefreshClaim,
} from '../../../application/connection/ports.ts'
import type { ConnectionId, PendingConnectionId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { Database } from '../engine/database.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { hitFailpoint, withFailpoints } from '../engine/failpoints.ts'
import { type Sql, sql } from '../engine/sql.ts'
import { claimTtlSeconds, isFree, startHeartbeat } from '../ingestion/heartbeat.ts'
import { refreshTokenRecord } from './connection-mapping.ts'
import { GrantRow } from './connection-rows.ts'

export class PostgresAccessTokenCache extends AccessTokenCache {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #cipher: TokenCipher
  readonly #onError: (error: unknown) => void
  readonly #heartbeats = new WeakMap<RefreshClaim, () => void>()

  constructor(
    { em, sql }: Pick<Database, 'em' | 'sql'>,
    cipher: TokenCipher,
    onError: (error: unknown) => void,
  ) {
    super()
    this.#em = em
    this.#sql = sql
    this.#cipher = cipher
    this.#onError = onError
  }

  async read(connectionId: ConnectionId): Promise<CachedToken | null> {
    const [row] = await this.#sql.query<TokenRow>(
      sql`select access_token as "accessToken", access_token_expires_at as "expiresAt", token_version as version,
          pending_connection_id as "pendingConnectionId"
        from connection_grant join connection on id = connection_id where connection_id = ${connectionId}`,
      { preparedAs: 'access token' },
    )
    if (!row) return null
    const { accessToken, expiresAt, version, pendingConnectionId } = row
    if (!accessToken || !expiresAt) return { state: 'none', version, pendingConnectionId }
    return {
      state: 'cached',
      accessToken: this.#cipher.decrypt(accessToken, accessTokenRecord(connectionId)),
      expiresAt,
      version,
      pendingConnectionId,
    }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    hitFailpoint('before', 'refresh claimed')
    const [row] = await this.#sql.query<ClaimedRow>(
      sql`update connection_grant
        set refreshing_until = clock_timestamp() + make_interval(secs => ${claimTtlSeconds}), token_version = token_version + 1
        from connection
        where id = ${connectionId} and connection_id = id and token_version = ${version} and ${isFree('refreshing_until')}
        returning refresh_token, connection_grant.login_region, token_version, pending_connection_id`,
    )
    if (!row) return null
    hitFailpoint('after', 'refresh claimed')
    const claim = {
      refreshToken: this.#cipher.decrypt(row.refresh_token, refreshTokenRecord(connectionId)),
      region: row.login_region,
      version: row.token_version,
      pendingConnectionId: row.pending_connection_id,
    }
    this.#keepAlive(connectionId, claim)
    return claim
  }

  async store(
    connectionId: ConnectionId,
    claim: RefreshClaim,
    refreshed: { accessToken: Secret; expiresAt: Date; refreshToken: Secret | null },
  ): Promise<void> {
    const { version } = claim
    const { accessToken, expiresAt, refreshToken } = refreshed
    this.#heartbeats.get(claim)?.()
    const encrypted = {
      accessToken: await this.#cipher.encrypt(accessToken, accessTokenRecord(connectionId)),
      // Amazon returns the same refresh token; a different one is stored (docs/product/amazon.md).
      ...(refreshToken && {
        refreshToken: await this.#cipher.encrypt(refreshToken, refreshTokenRecord(connectionId)),
      }),
    }
    await withFailpoints('refresh stored', () =>
      this.#em.nativeUpdate(
        GrantRow,
        { connectionId, tokenVersion: version },
        { ...encrypted, accessTokenExpiresAt: expiresAt, tokenVersion: version + 1, refreshingUntil: null },
      ),
    )
  }

  async releaseClaim(connectionId: ConnectionId, claim: RefreshClaim): Promise<void> {
    const { version } = claim
    this.#heartbeats.get(claim)?.()
    await withFailpoints('refresh released', () =>
      this.#em.nativeUpdate(GrantRow, { connectionId, tokenVersion: version }, { refreshingUntil: null }),
    )
  }

  /** An expired claim is never revived. */
  #keepAlive(connectionId: ConnectionId, claim: RefreshClaim): void {
    const extend = async () => {
      const extended = await this.#sql.query(
        sql`update connection_grant set refreshing_until = clock_timestamp() + make_interval(secs => ${claimTtlSeconds})
          from connection
        where id = ${connectionId} and connection_id = id and token_version = ${claim.version} and refreshing_until > clock_timestamp()
          returning connection_id`,
      )
      return extended.length > 0
    }
    // A process that lost its claim finds its version outdated when it stores.
    this.#heartbeats.set(claim, startHeartbeat(extend, { onLost: () => undefined, onError: this.#onError }))
  }
}

interface TokenRow {
  readonly accessToken: string | null
  readonly expiresAt: Date | null
  readonly version: number
  readonly pendingConnectionId: PendingConnectionId
}

interface ClaimedRow {
  readonly refresh_token: string
  readonly login_region: Region
  readonly token_version: number
  readonly pending_connection_id: PendingConnectionId
}

const accessTokenRecord = (id: string) => ({ table: 'connection_grant', column: 'access_token', id })
