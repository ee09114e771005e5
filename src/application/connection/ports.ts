import type { Subscription } from '../../domain/access/subscription.ts'
import type { AuthorisationAttempt } from '../../domain/connection/authorisation-attempt.ts'
import type {
  ActiveConnection,
  ClosedConnection,
  Connection,
  Grant,
  LiveConnection,
} from '../../domain/connection/connection.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-profile-list.ts'
import type { PendingConnection, RegionResult } from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, PendingConnectionId, UserId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

/** `state` is stored hashed. */
export abstract class AuthorisationAttempts {
  abstract save(attempt: AuthorisationAttempt, state: Secret): Promise<void>
  /** Locks the attempt until the transaction ends. */
  abstract lockByState(state: Secret): Promise<AuthorisationAttempt | null>
  abstract markReturned(attempt: AuthorisationAttempt, at: Date): Promise<void>
  /** Null before the first callback. */
  abstract lastRegionOf(userId: UserId): Promise<Region | null>
  abstract eraseExpiredVerifiers(now: Date): Promise<number>
}

/** At most one per user. */
export abstract class PendingConnections {
  /** Replaces the user's older one and erases its tokens. */
  abstract put(pending: PendingConnection): Promise<{ readonly replacedId: PendingConnectionId | null }>
  abstract findByUser(userId: UserId): Promise<PendingConnection | null>
  abstract saveRegionResult(
    id: PendingConnectionId,
    region: Region,
    regionResult: RegionResult,
  ): Promise<void>
  abstract saveAmazonUser(id: PendingConnectionId, user: AmazonUser): Promise<void>
  abstract saveAccessToken(id: PendingConnectionId, token: Secret, expiresAt: Date): Promise<void>
  /** Also erases the tokens; false when already gone. */
  abstract erase(id: PendingConnectionId): Promise<boolean>
  abstract expired(now: Date, limit: number): Promise<readonly PendingConnection[]>
}

export abstract class Connections {
  /** In order of connecting. */
  abstract liveByUser(userId: UserId): Promise<readonly LiveConnection[]>
  /** Last closed first, without erased ones. */
  abstract closedByUser(userId: UserId): Promise<readonly ClosedConnection[]>
  /** @throws {ConnectionNotFound} also for another user's. */
  abstract get(id: ConnectionId, owner: UserId): Promise<Connection>
  abstract find(id: ConnectionId): Promise<Connection | null>
  /**
   * Losses that Amazon caused: of grants without a successful refresh since, of profile access without a loaded report
   * since, for any connection.
   */
  abstract countLosses(since: Date): Promise<number>
  /** No effect on a newer grant. */
  abstract recordDoubt(id: ConnectionId, pendingConnectionId: PendingConnectionId, at: Date): Promise<void>
  /**
   * Active connections in doubt, while Amazon has refreshed no grant of an earlier consent since: so a change of the
   * client's credentials looks.
   */
  abstract findInvalidated(
    limit: number,
  ): Promise<readonly Pick<ActiveConnection, 'id' | 'pendingConnectionId'>[]>
  abstract findWithUnknownAmazonUser(now: Date, limit: number): Promise<readonly ConnectionId[]>
  abstract postponeAmazonUserLookup(id: ConnectionId, to: Date): Promise<void>
  /** Joins the transaction. False for an earlier grant, or when already known. */
  abstract saveAmazonUser(
    id: ConnectionId,
    pendingConnectionId: PendingConnectionId,
    amazonUser: AmazonUser,
  ): Promise<boolean>
  /** Without a grant, the same statement deletes the tokens. */
  abstract save(connection: Connection): Promise<void>
}

export interface SellerState {
  readonly subscription: Subscription | null
  /** In order of connecting. */
  readonly live: readonly LiveConnection[]
  /** May be expired. */
  readonly pending: PendingConnection | null
}

/** May be stale: decisions read again, under the lock. */
export abstract class SellerStates {
  abstract of(userId: UserId): Promise<SellerState>
}

/** S-27 */
export abstract class Erasures {
  /** Includes unfinished erasures; longest due first. */
  abstract due(now: Date, limit: number): Promise<readonly ConnectionId[]>
  /** Joins the transaction. Times and kinds stay, and everything shared with the user's other connections. */
  abstract eraseDetails(connection: ClosedConnection): Promise<void>
  /** Commits in batches; safe to run twice. */
  abstract eraseFigures(id: ConnectionId): Promise<void>
}

export type CachedToken =
  | {
      readonly state: 'cached'
      readonly accessToken: Secret
      readonly expiresAt: Date
      readonly version: number
      readonly pendingConnectionId: PendingConnectionId
    }
  | { readonly state: 'none'; readonly version: number; readonly pendingConnectionId: PendingConnectionId }

/** The version is a fencing token. */
export interface RefreshClaim {
  readonly refreshToken: Grant['refreshToken']
  readonly region: Region
  readonly version: number
  /** Identifies the grant, which `version` cannot. */
  readonly pendingConnectionId: PendingConnectionId
}

export abstract class AccessTokenCache {
  /** Null without a grant. */
  abstract read(connectionId: ConnectionId): Promise<CachedToken | null>
  /**
   * Elects one caller across processes until it stores or releases, or for 3 s after a crash. Null for all
   * others.
   */
  abstract claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null>
  /** Ignores tokens of earlier claims. */
  abstract store(
    connectionId: ConnectionId,
    claim: RefreshClaim,
    refreshed: {
      readonly accessToken: Secret
      readonly expiresAt: Date
      readonly refreshToken: Secret | null
    },
  ): Promise<void>
  abstract releaseClaim(connectionId: ConnectionId, claim: RefreshClaim): Promise<void>
}

export interface TokenResponse {
  readonly accessToken: Secret
  readonly expiresInSeconds: number
  /** Null when Amazon sent none. */
  readonly refreshToken: Secret | null
}

/** Throws only `AmazonFailure`. */
export abstract class AmazonLogin {
  /** `verifier` is null when PKCE is off. */
  abstract authorisationUrl(
    region: Region,
    state: Secret,
  ): Promise<{ readonly url: string; readonly verifier: Secret | null }>
  /** Takes at most five seconds: the user sees an empty page. */
  abstract exchangeCode(region: Region, code: Secret, verifier: Secret | null): Promise<TokenResponse>
  abstract refresh(region: Region, refreshToken: Secret): Promise<TokenResponse>
  /** Also tries the other regions if this one fails. */
  abstract fetchUserProfile(region: Region, accessToken: Secret): Promise<AmazonUser>
}

/** Throws like {@link AmazonLogin}, within one timeout per region. */
export abstract class ProfileDirectory {
  /** Includes view-only profiles; see `canEdit`. */
  abstract listProfiles(region: Region, accessToken: Secret): Promise<readonly AdvertisingProfile[]>
  /** Includes linked accounts that the user can't open. */
  abstract countLinkedAccounts(region: Region, accessToken: Secret): Promise<number>
  /** Includes accounts without a profile. */
  abstract listAdsAccounts(region: Region, accessToken: Secret): Promise<readonly AdsAccountStatus[]>
}
