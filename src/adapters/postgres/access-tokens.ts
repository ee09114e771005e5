import type { EntityManager } from '@mikro-orm/postgresql'
import { AccessTokens, type RefreshClaim, type TokenState } from '../../application/connection/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { committing, passing } from './boundaries.ts'
import { refreshTokenOf } from './connections.ts'
import type { Database } from './database.ts'
import { beat, claimSeconds, isFree } from './heartbeat.ts'
import { type Prepared, preparedStatement } from './prepared.ts'
import { GrantRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresAccessTokens extends AccessTokens {
  readonly #em: EntityManager
  readonly #prepared: Prepared
  readonly #seal: Seal
  readonly #onError: (error: unknown) => void
  readonly #beats = new WeakMap<RefreshClaim, () => void>()

  constructor(
    { em, prepared }: Pick<Database, 'em' | 'prepared'>,
    seal: Seal,
    onError: (error: unknown) => void,
  ) {
    super()
    this.#em = em
    this.#prepared = prepared
    this.#seal = seal
    this.#onError = onError
  }

  async read(connectionId: ConnectionId): Promise<TokenState | null> {
    const [row] = await this.#prepared.ask<TokenRow>(token, [connectionId])
    if (!row) return null
    const { access_token: accessToken, access_token_expires_at: expiresAt, token_version: version } = row
    const consentedAt = new Date(row.consented_at)
    if (!accessToken || !expiresAt) return { state: 'none', version, consentedAt }
    return {
      state: 'cached',
      accessToken: this.#seal.open(accessToken, accessTokenOf(connectionId)),
      expiresAt: new Date(expiresAt),
      version,
      consentedAt,
    }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    passing('before', 'refresh claimed')
    const rows = await this.#em.execute<ClaimedRow[]>(
      `update connection_grant
       set refreshing_until = clock_timestamp() + make_interval(secs => ?), token_version = token_version + 1
       where connection_id = ? and token_version = ?
         and ${isFree('refreshing_until')}
       returning refresh_token, login_region, token_version, consented_at`,
      [claimSeconds, connectionId, version],
    )
    const [row] = rows
    if (!row) return null
    passing('after', 'refresh claimed')
    const claim = {
      refreshToken: this.#seal.open(row.refresh_token, refreshTokenOf(connectionId)),
      region: row.login_region,
      version: row.token_version,
      consentedAt: new Date(row.consented_at),
    }
    this.#keep(connectionId, claim)
    return claim
  }

  async store(
    connectionId: ConnectionId,
    claim: RefreshClaim,
    minted: { accessToken: Secret; expiresAt: Date; refreshToken: Secret | null },
  ): Promise<void> {
    const { version } = claim
    const { accessToken, expiresAt, refreshToken } = minted
    this.#beats.get(claim)?.()
    const sealed = {
      accessToken: await this.#seal.close(accessToken, accessTokenOf(connectionId)),
      // Amazon returns the same refresh token (docs/product/amazon.md, Login with Amazon: tokens). A new one is stored.
      ...(refreshToken && {
        refreshToken: await this.#seal.close(refreshToken, refreshTokenOf(connectionId)),
      }),
    }
    await committing('refresh stored', () =>
      this.#em.nativeUpdate(
        GrantRow,
        { connectionId, tokenVersion: version },
        { ...sealed, accessTokenExpiresAt: expiresAt, tokenVersion: version + 1, refreshingUntil: null },
      ),
    )
  }

  async releaseClaim(connectionId: ConnectionId, claim: RefreshClaim): Promise<void> {
    const { version } = claim
    this.#beats.get(claim)?.()
    await committing('refresh given up', () =>
      this.#em.nativeUpdate(GrantRow, { connectionId, tokenVersion: version }, { refreshingUntil: null }),
    )
  }

  /** An expired claim is never revived. */
  #keep(connectionId: ConnectionId, claim: RefreshClaim): void {
    const extend = async () => {
      const kept = await this.#em.execute<unknown[]>(
        `update connection_grant set refreshing_until = clock_timestamp() + make_interval(secs => ?)
         where connection_id = ? and token_version = ? and refreshing_until > clock_timestamp()
         returning connection_id`,
        [claimSeconds, connectionId, claim.version],
      )
      return kept.length > 0
    }
    // A process that lost its claim finds its version outdated when it stores.
    this.#beats.set(claim, beat(extend, { onLost: () => undefined, onError: this.#onError }))
  }
}

interface TokenRow {
  readonly access_token: string | null
  readonly access_token_expires_at: string | Date | null
  readonly token_version: number
  readonly consented_at: string | Date
}

const token = preparedStatement(
  'access token',
  'select access_token, access_token_expires_at, token_version, consented_at from connection_grant where connection_id = ?',
)

interface ClaimedRow {
  readonly refresh_token: string
  readonly login_region: Region
  readonly token_version: number
  readonly consented_at: string | Date
}

const accessTokenOf = (id: string) => ({ table: 'connection_grant', column: 'access_token', id })
