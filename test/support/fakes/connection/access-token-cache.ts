import {
  AccessTokenCache,
  type CachedToken,
  type RefreshClaim,
} from '../../../../src/application/connection/ports.ts'
import type { ConnectionId, PendingConnectionId } from '../../../../src/domain/identifiers.ts'
import type { Secret } from '../../../../src/domain/secret.ts'
import type { FakeConnections } from './connections.ts'

export class FakeAccessTokenCache extends AccessTokenCache {
  readonly #connections: FakeConnections

  constructor(connections: FakeConnections) {
    super()
    this.#connections = connections
  }

  async read(connectionId: ConnectionId): Promise<CachedToken | null> {
    const row = this.#connections.cache.get(connectionId)
    if (!row) return null
    const { accessToken, expiresAt, version } = row
    const pendingConnectionId = await this.#pendingConnectionIdOf(connectionId)
    return accessToken
      ? { state: 'cached', accessToken, expiresAt, version, pendingConnectionId }
      : { state: 'none', version, pendingConnectionId }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    const connection = await this.#connections.find(connectionId)
    // No await from here on, so that only one caller gets the claim.
    const row = this.#connections.cache.get(connectionId)
    if (row?.version !== version || row.claimed || connection?.status !== 'active') return null
    const claimedVersion = this.#connections.nextVersion()
    this.#connections.cache.set(connectionId, { ...row, claimed: true, version: claimedVersion })
    const { refreshToken, loginRegion: region } = connection.grant
    const { pendingConnectionId } = connection
    return { refreshToken, region, version: claimedVersion, pendingConnectionId }
  }

  async store(
    connectionId: ConnectionId,
    { version }: RefreshClaim,
    refreshed: { accessToken: Secret; expiresAt: Date; refreshToken: Secret | null },
  ): Promise<void> {
    const row = this.#connections.cache.get(connectionId)
    const connection = await this.#connections.find(connectionId)
    if (row?.version !== version || connection?.status !== 'active') return
    const { accessToken, expiresAt, refreshToken } = refreshed
    const grant = refreshToken ? { ...connection.grant, refreshToken } : connection.grant
    await this.#connections.save({ ...connection, grant, doubtedAt: null })
    const next = this.#connections.cache.get(connectionId)
    if (next) this.#connections.cache.set(connectionId, { ...next, accessToken, expiresAt })
  }

  async releaseClaim(connectionId: ConnectionId, { version }: RefreshClaim): Promise<void> {
    const row = this.#connections.cache.get(connectionId)
    if (row?.version === version) this.#connections.cache.set(connectionId, { ...row, claimed: false })
  }

  async #pendingConnectionIdOf(id: ConnectionId): Promise<PendingConnectionId> {
    const connection = await this.#connections.find(id)
    if (connection?.status !== 'active') throw new Error(`connection ${id} has no grant`)
    return connection.pendingConnectionId
  }

  letClaimsRunOut(connectionId: ConnectionId): void {
    const row = this.#connections.cache.get(connectionId)
    if (row) this.#connections.cache.set(connectionId, { ...row, claimed: false })
  }
}
