import { Connections } from '../../../../src/application/connection/ports.ts'
import { decryptSecret } from '../../../../src/application/ports.ts'
import { after, hours, minutes } from '../../../../src/domain/calendar.ts'
import {
  type ActiveConnection,
  type ClosedConnection,
  type Connection,
  isAmazonUserUnknown,
  isLive,
  type LiveConnection,
} from '../../../../src/domain/connection/connection.ts'
import type { AmazonUser } from '../../../../src/domain/connection/consent.ts'
import { ConnectionNotFound } from '../../../../src/domain/connection/errors.ts'
import type { ConnectionId, PendingConnectionId, UserId } from '../../../../src/domain/identifiers.ts'
import type { Secret } from '../../../../src/domain/secret.ts'
import { noon } from '../../examples.ts'
import type { FakeSyncRuns } from '../ingestion/sync-runs.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

const hasSameGrant = (one: Connection | undefined, other: Connection): boolean =>
  one?.status === 'active' &&
  other.status === 'active' &&
  one.pendingConnectionId === other.pendingConnectionId

interface CachedTokenRow {
  readonly version: number
  readonly accessToken: Secret | null
  readonly expiresAt: Date
  readonly claimed: boolean
}

export class FakeConnections extends Connections {
  readonly #connections = new Table<ConnectionId, Connection>()
  readonly cache = new Table<ConnectionId, CachedTokenRow>()
  readonly #syncRuns: FakeSyncRuns
  #versions = 0

  constructor(syncRuns: FakeSyncRuns, unitOfWork: FakeUnitOfWork) {
    super()
    this.#syncRuns = syncRuns
    unitOfWork.memories.push(this.#connections, this.cache)
  }

  /** Never repeats, so that an older grant's token isn't mistaken for the current grant's. */
  nextVersion(): number {
    this.#versions += 1
    return this.#versions
  }

  async liveByUser(userId: UserId): Promise<LiveConnection[]> {
    return this.#connections
      .all()
      .filter(isLive)
      .filter(connection => connection.userId === userId)
      .sort((a, b) => a.connectedAt.getTime() - b.connectedAt.getTime() || (a.id < b.id ? -1 : 1))
  }

  async closedByUser(userId: UserId): Promise<ClosedConnection[]> {
    return this.#connections
      .all()
      .flatMap(connection => (connection.status === 'closed' ? [connection] : []))
      .filter(connection => connection.userId === userId)
      .sort((a, b) => b.closedAt.getTime() - a.closedAt.getTime() || (a.id < b.id ? -1 : 1))
  }

  async get(id: ConnectionId, owner: UserId): Promise<Connection> {
    const connection = this.#connections.get(id)
    if (connection?.userId !== owner) throw new ConnectionNotFound()
    return connection
  }

  async find(id: ConnectionId): Promise<Connection | null> {
    return this.#connections.get(id) ?? null
  }

  async save(connection: Connection): Promise<void> {
    const { id, userId, status } = connection
    const others = (await this.liveByUser(userId)).filter(other => other.id !== id)
    const conflicts =
      isLive(connection) &&
      others.some(
        other => other.profile.id === connection.profile.id || (other.isExclusive && connection.isExclusive),
      )
    if (conflicts) throw new Error('the database’s constraint refuses it: one connection too many')
    // The real store encrypts the token, for which it needs the plain text.
    if (connection.status === 'active') await decryptSecret(connection.grant.refreshToken)

    const before = this.#connections.get(id)
    // A refreshed token isn't a new grant.
    if (!hasSameGrant(before, connection)) this.#lookupDueAt.delete(id)
    this.#connections.set(id, connection)
    const version = this.nextVersion()
    if (status === 'active') {
      this.cache.set(id, { version, accessToken: null, expiresAt: noon, claimed: false })
    } else this.cache.delete(id)
  }

  /** Due times of the Amazon user lookups. */
  readonly #lookupDueAt = new Map<ConnectionId, Date>()

  async findWithUnknownAmazonUser(now: Date, limit: number): Promise<ConnectionId[]> {
    const dueAt = (connection: Connection) =>
      isAmazonUserUnknown(connection)
        ? (this.#lookupDueAt.get(connection.id) ?? after(connection.grant.consentedAt, minutes(10)))
        : null
    return this.#connections
      .all()
      .flatMap(connection => {
        const at = dueAt(connection)
        return at && at <= now ? [{ id: connection.id, at: at.getTime() }] : []
      })
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
      .map(({ id }) => id)
  }

  async postponeAmazonUserLookup(id: ConnectionId, dueAt: Date): Promise<void> {
    this.#lookupDueAt.set(id, dueAt)
  }

  async saveAmazonUser(
    id: ConnectionId,
    pendingConnectionId: PendingConnectionId,
    amazonUser: AmazonUser,
  ): Promise<boolean> {
    const connection = this.#connections.get(id)
    if (!connection || !isAmazonUserUnknown(connection)) return false
    if (connection.pendingConnectionId !== pendingConnectionId) return false
    this.#connections.set(id, { ...connection, grant: { ...connection.grant, amazonUser } })
    return true
  }

  async countLosses(since: Date): Promise<number> {
    const refreshed = this.cache.all().map(row => (row.accessToken ? row.expiresAt.getTime() - hours(1) : 0))
    const loaded = this.#syncRuns.reports
      .all()
      .flatMap(({ report }) => (report.status === 'loaded' ? [report.loadedAt.getTime()] : []))
    const lastSuccess = {
      grant_revoked: Math.max(...refreshed),
      consent_expired: Math.max(...refreshed),
      profile_access_lost: Math.max(...loaded),
      marked_by_staff: Number.POSITIVE_INFINITY,
    }
    return this.#connections
      .all()
      .filter(
        connection =>
          connection.status === 'needs_authorisation' &&
          connection.since.getTime() > Math.max(since.getTime(), lastSuccess[connection.why]),
      ).length
  }

  async recordDoubt(id: ConnectionId, pendingConnectionId: PendingConnectionId, at: Date): Promise<void> {
    const connection = this.#connections.get(id)
    if (connection?.status === 'active' && connection.pendingConnectionId === pendingConnectionId)
      this.#connections.set(id, { ...connection, doubtedAt: at })
  }

  async findInvalidated(limit: number): Promise<ActiveConnection[]> {
    const active = this.#connections.all().filter(connection => connection.status === 'active')
    const hasRefreshedSince = (doubtedAt: Date) =>
      active.some(({ id, grant }) => {
        const cached = this.cache.get(id)
        const isRefreshed = cached?.accessToken && cached.expiresAt > after(doubtedAt, hours(1))
        return isRefreshed && grant.consentedAt < doubtedAt
      })
    return active.filter(({ doubtedAt }) => doubtedAt && !hasRefreshedSince(doubtedAt)).slice(0, limit)
  }

  get all(): Connection[] {
    return this.#connections.all()
  }
}
