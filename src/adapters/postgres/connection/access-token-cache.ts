import type { EntityManager } from '@mikro-orm/postgresql'
import {
  AccessTokenCache,
  type CachedToken,
  type RefreshClaim,
} from '../../../application/connection/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { Database } from '../engine/database.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { hitFailpoint, withFailpoints } from '../engine/failpoints.ts'
import { type PreparedStatements, preparedStatement } from '../engine/prepared-statements.ts'
import { claimTtlSeconds, isFree, startHeartbeat } from '../ingestion/heartbeat.ts'
import { refreshTokenRecord } from './connection-mapping.ts'
import { GrantRow } from './connection-rows.ts'

export class PostgresAccessTokenCache extends AccessTokenCache {
  readonly #em: EntityManager
  readonly #prepared: PreparedStatements
  readonly #cipher: TokenCipher
  readonly #onError: (error: unknown) => void
  readonly #heartbeats = new WeakMap<RefreshClaim, () => void>()

  constructor(
    { em, prepared }: Pick<Database, 'em' | 'prepared'>,
    cipher: TokenCipher,
    onError: (error: unknown) => void,
  ) {
    super()
    this.#em = em
    this.#prepared = prepared
    this.#cipher = cipher
    this.#onError = onError
  }

  async read(connectionId: ConnectionId): Promise<CachedToken | null> {
    const [row] = await this.#prepared.query<TokenRow>(tokenQuery, [connectionId])
    if (!row) return null
    const { access_token: accessToken, access_token_expires_at: expiresAt, token_version: version } = row
    const consentedAt = new Date(row.consented_at)
    if (!accessToken || !expiresAt) return { state: 'none', version, consentedAt }
    return {
      state: 'cached',
      accessToken: this.#cipher.decrypt(accessToken, accessTokenRecord(connectionId)),
      expiresAt: new Date(expiresAt),
      version,
      consentedAt,
    }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    hitFailpoint('before', 'refresh claimed')
    const rows = await this.#em.execute<ClaimedRow[]>(
      `update connection_grant
       set refreshing_until = clock_timestamp() + make_interval(secs => ?), token_version = token_version + 1
       where connection_id = ? and token_version = ?
         and ${isFree('refreshing_until')}
       returning refresh_token, login_region, token_version, consented_at`,
      [claimTtlSeconds, connectionId, version],
    )
    const [row] = rows
    if (!row) return null
    hitFailpoint('after', 'refresh claimed')
    const claim = {
      refreshToken: this.#cipher.decrypt(row.refresh_token, refreshTokenRecord(connectionId)),
      region: row.login_region,
      version: row.token_version,
      consentedAt: new Date(row.consented_at),
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
      const extended = await this.#em.execute<unknown[]>(
        `update connection_grant set refreshing_until = clock_timestamp() + make_interval(secs => ?)
         where connection_id = ? and token_version = ? and refreshing_until > clock_timestamp()
         returning connection_id`,
        [claimTtlSeconds, connectionId, claim.version],
      )
      return extended.length > 0
    }
    // A process that lost its claim finds its version outdated when it stores.
    this.#heartbeats.set(claim, startHeartbeat(extend, { onLost: () => undefined, onError: this.#onError }))
  }
}

interface TokenRow {
  readonly access_token: string | null
  readonly access_token_expires_at: string | Date | null
  readonly token_version: number
  readonly consented_at: string | Date
}

const tokenQuery = preparedStatement(
  'access token',
  'select access_token, access_token_expires_at, token_version, consented_at from connection_grant where connection_id = ?',
)

interface ClaimedRow {
  readonly refresh_token: string
  readonly login_region: Region
  readonly token_version: number
  readonly consented_at: string | Date
}

const accessTokenRecord = (id: string) => ({ table: 'connection_grant', column: 'access_token', id })
