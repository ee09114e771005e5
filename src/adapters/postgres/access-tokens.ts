import type { EntityManager } from '@mikro-orm/postgresql'
import { AccessTokens, type RefreshClaim, type TokenState } from '../../application/connection/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { committing, passing } from './boundaries.ts'
import { refreshTokenOf } from './connections.ts'
import { GrantRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresAccessTokens extends AccessTokens {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async read(connectionId: ConnectionId): Promise<TokenState | null> {
    const row = await this.#em.findOne(GrantRow, { connectionId }, { disableIdentityMap: true })
    if (!row) return null
    const { accessToken, accessTokenExpiresAt: expiresAt, tokenVersion: version, consentedAt } = row
    if (!accessToken || !expiresAt) return { state: 'none', version, consentedAt }
    return {
      state: 'cached',
      accessToken: this.#seal.open(accessToken, accessTokenOf(connectionId)),
      expiresAt,
      version,
      consentedAt,
    }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    passing('before', 'refresh claimed')
    const rows = await this.#em.execute<ClaimedRow[]>(
      `update connection_grant
       set refreshing_until = clock_timestamp() + interval '3 seconds', token_version = token_version + 1
       where connection_id = ? and token_version = ?
         and (refreshing_until is null or refreshing_until < clock_timestamp())
       returning refresh_token, login_region, token_version, consented_at`,
      [connectionId, version],
    )
    const [row] = rows
    if (!row) return null
    passing('after', 'refresh claimed')
    return {
      refreshToken: this.#seal.open(row.refresh_token, refreshTokenOf(connectionId)),
      region: row.login_region,
      version: row.token_version,
      consentedAt: new Date(row.consented_at),
    }
  }

  async store(
    connectionId: ConnectionId,
    { version }: RefreshClaim,
    minted: { accessToken: Secret; expiresAt: Date; refreshToken: Secret | null },
  ): Promise<void> {
    const { accessToken, expiresAt, refreshToken } = minted
    await committing('refresh stored', () =>
      this.#em.nativeUpdate(
        GrantRow,
        { connectionId, tokenVersion: version },
        {
          accessToken: this.#seal.close(accessToken, accessTokenOf(connectionId)),
          accessTokenExpiresAt: expiresAt,
          tokenVersion: version + 1,
          refreshingUntil: null,
          // Amazon returns the same refresh token; should it ever rotate, the new one counts.
          ...(refreshToken && { refreshToken: this.#seal.close(refreshToken, refreshTokenOf(connectionId)) }),
        },
      ),
    )
  }

  async releaseClaim(connectionId: ConnectionId, { version }: RefreshClaim): Promise<void> {
    await committing('refresh given up', () =>
      this.#em.nativeUpdate(GrantRow, { connectionId, tokenVersion: version }, { refreshingUntil: null }),
    )
  }
}

interface ClaimedRow {
  readonly refresh_token: string
  readonly login_region: Region
  readonly token_version: number
  readonly consented_at: string | Date
}

const accessTokenOf = (id: string) => ({ table: 'connection_grant', column: 'access_token', id })
