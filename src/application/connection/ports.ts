import type { Subscription } from '../../domain/access/subscription.ts'
import type { Attempt } from '../../domain/connection/attempt.ts'
import type {
  ClosedConnection,
  Connection,
  Grant,
  HeldConnection,
} from '../../domain/connection/connection.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-list.ts'
import type { PendingConnection, RegionReading } from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, PendingConnectionId, PersonId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

/** For remembering who left for Amazon. Only a hash of `state` is kept. */
export abstract class Attempts {
  abstract save(attempt: Attempt, state: Secret): Promise<void>
  /** Holds the attempt until the unit of work ends. */
  abstract lockByState(state: Secret): Promise<Attempt | null>
  abstract markReturned(attempt: Attempt, at: Date): Promise<void>
  /** Where the person's Amazon login lived the last time they came back from it; null for the first time. */
  abstract lastRegionOf(personId: PersonId): Promise<Region | null>
  /** Of attempts that had expired by then. @returns of how many. */
  abstract eraseVerifiers(by: Date): Promise<number>
}

/** For keeping what was authorised until a profile is chosen; one for each person at most. */
export abstract class PendingConnections {
  /** Takes the place of an older one of the same person, whose tokens are erased. */
  abstract put(pending: PendingConnection): Promise<{ readonly replacedId: PendingConnectionId | null }>
  /** Expired ones included: what the hour means is the domain's word. */
  abstract of(personId: PersonId): Promise<PendingConnection | null>
  /** Keeps what a region answered, if the pending connection is still there. */
  abstract keepReading(id: PendingConnectionId, region: Region, reading: RegionReading): Promise<void>
  abstract keepAmazonUser(id: PendingConnectionId, user: AmazonUser): Promise<void>
  abstract keepAccessToken(id: PendingConnectionId, token: Secret, expiresAt: Date): Promise<void>
  /** Erases the row, tokens and all. False when it was gone already. */
  abstract erase(id: PendingConnectionId): Promise<boolean>
  abstract expired(now: Date, limit: number): Promise<readonly PendingConnection[]>
}

/** For keeping connections. A person can never reach another person's connection. */
export abstract class Connections {
  /** In the order of connecting. */
  abstract heldBy(personId: PersonId): Promise<readonly HeldConnection[]>
  /** Those whose data may still be kept, closed last first; erased ones are left out. */
  abstract closedBy(personId: PersonId): Promise<readonly ClosedConnection[]>
  /** @throws {ConnectionNotFound} also when it belongs to someone else. */
  abstract get(id: ConnectionId, owner: PersonId): Promise<Connection>
  /** For the worker, which acts for no one. Null when it is unknown. */
  abstract find(id: ConnectionId): Promise<Connection | null>
  /** How many grants Amazon refused since then without a refresh that succeeded in between. */
  abstract grantLosses(since: Date): Promise<number>
  /** Authorised ones of which nobody knows yet who said yes, and whose time to be asked again has come. */
  abstract unnamed(now: Date, limit: number): Promise<readonly ConnectionId[]>
  abstract postponeNaming(id: ConnectionId, to: Date): Promise<void>
  /**
   * Who gave this consent. Joins the unit of work.
   * @returns false when another consent has taken its place, or it is known by now.
   */
  abstract name(id: ConnectionId, consentedAt: Date, amazonUser: AmazonUser): Promise<boolean>
  /** A connection without a grant loses its tokens in the same statement. */
  abstract save(connection: Connection): Promise<void>
}

/** What a person has with us. */
export interface SellerRecord {
  readonly subscription: Subscription | null
  /** In the order of connecting. */
  readonly held: readonly HeldConnection[]
  /** An expired one, too: what the hour means is the domain's word. */
  readonly pending: PendingConnection | null
}

/** For pages, which all begin with it. Whoever decides by it reads it again, in the unit of work of the decision. */
export abstract class SellerRecords {
  /** All of it as of one moment. */
  abstract of(personId: PersonId): Promise<SellerRecord>
}

/** For erasing what a closed connection had, for good (S-27). */
export abstract class Erasures {
  /** Closed connections that are kept no longer, and those whose erasure was begun; the longest due first. */
  abstract due(now: Date, limit: number): Promise<readonly ConnectionId[]>
  /**
   * All that names people, or things of Amazon's, but for the connection itself: its runs, reports and mails, and the
   * words of its timeline and of the attempts that led to it, whose times and kinds stay. What another connection of the
   * same person has in common with it stays. Joins the unit of work.
   */
  abstract eraseDetails(connection: ClosedConnection): Promise<void>
  /** In pieces, each committed by itself: millions of rows keep nobody waiting. Begun twice, it ends once. */
  abstract eraseFigures(id: ConnectionId): Promise<void>
}

/** A fresh access token at hand, or the right to fetch one. */
export type TokenState =
  | {
      readonly state: 'cached'
      readonly accessToken: Secret
      readonly expiresAt: Date
      readonly version: number
      readonly consentedAt: Date
    }
  | { readonly state: 'none'; readonly version: number; readonly consentedAt: Date }

/** The right to fetch a token for the others; it counts up the version, so that a later claim shuts it out. */
export interface RefreshClaim {
  readonly refreshToken: Grant['refreshToken']
  readonly region: Region
  readonly version: number
  /** Whose grant it is: a version also counts the claims of others. */
  readonly consentedAt: Date
}

/** For caching access tokens, encrypted, and for electing the one caller that refreshes. */
export abstract class AccessTokens {
  /** Null when the connection has no grant. */
  abstract read(connectionId: ConnectionId): Promise<TokenState | null>
  /**
   * Elects one caller across processes, until it stores or releases; one that is killed is followed by the next within
   * three seconds.
   * @param version that the caller has read.
   * @returns what the winner needs, null for everyone else.
   */
  abstract claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null>
  /** Of claims that followed each other only the last one's token is kept: an earlier winner came too late. */
  abstract store(
    connectionId: ConnectionId,
    claim: RefreshClaim,
    minted: { readonly accessToken: Secret; readonly expiresAt: Date; readonly refreshToken: Secret | null },
  ): Promise<void>
  abstract releaseClaim(connectionId: ConnectionId, claim: RefreshClaim): Promise<void>
}

/** What Amazon's token address hands out. */
export interface Tokens {
  readonly accessToken: Secret
  readonly expiresInSeconds: number
  /** A refresh returns the same one; null when Amazon sent none. */
  readonly refreshToken: Secret | null
}

/**
 * For Login with Amazon. Every call throws `AmazonRefused`, `AmazonUnreachable`, `AmazonTimeout`,
 * `AmazonThrottled` or `AmazonUnreadable`, and nothing else.
 */
export abstract class AmazonLogin {
  /** The address of the consent page and the PKCE verifier to keep (null where PKCE is off). */
  abstract invite(
    region: Region,
    state: Secret,
  ): Promise<{ readonly url: string; readonly verifier: Secret | null }>
  /** At most five seconds: the person is looking at an empty page meanwhile. */
  abstract exchange(region: Region, code: Secret, verifier: Secret | null): Promise<Tokens>
  abstract refresh(region: Region, refreshToken: Secret): Promise<Tokens>
  abstract describeUser(accessToken: Secret): Promise<AmazonUser>
}

/**
 * For asking one region which advertising profiles a person can reach, and what they have beside them. Throws as
 * `AmazonLogin` does; every answer is here within the time that a person waits.
 */
export abstract class ProfileDirectory {
  /** Those that may only be looked at, or only be reported on, are among them, told apart by `mayEdit`. */
  abstract read(region: Region, accessToken: Secret): Promise<readonly AdvertisingProfile[]>
  /** How many accounts of sellers and vendors the person's manager accounts link, whether or not they may open them. */
  abstract countLinkedAccounts(region: Region, accessToken: Secret): Promise<number>
  /** How each advertising account stands that the person has or was invited to, with a profile or without. */
  abstract adsAccounts(region: Region, accessToken: Secret): Promise<readonly AdsAccountStatus[]>
}
