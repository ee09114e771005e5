import type { AccessLink, LinkPurpose } from '../../domain/access/access-link.ts'
import type { AuditEntry, AuditEntryWithNames, AuditFilter } from '../../domain/access/audit.ts'
import type { SecondFactor } from '../../domain/access/second-factor.ts'
import type { Session, SessionKind } from '../../domain/access/session.ts'
import type { FailureCount, FailureCounter } from '../../domain/access/sign-in-failures.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type {
  SubscriptionEvent,
  SubscriptionEventOutcome,
  UserReference,
} from '../../domain/access/subscription-event.ts'
import type { Role, User } from '../../domain/access/user.ts'
import type { ViewAsConditions, ViewAsSession } from '../../domain/access/view-as-session.ts'
import type { SecurityNotice } from '../../domain/email/security-notice.ts'
import type {
  AuditEntryId,
  ConnectionId,
  KnownDeviceId,
  SessionId,
  SubscriptionEventId,
  UserId,
  ViewAsSessionId,
} from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

export abstract class Users {
  /** False for a known email; concurrent calls insert once. */
  abstract insert(user: User, at: Date): Promise<boolean>
  /**
   * Serialises decisions about a user's connections until the transaction ends.
   * @throws {Error} outside a transaction.
   */
  abstract lock(id: UserId): Promise<User>
  abstract byId(id: UserId): Promise<User | null>
  abstract idOf(about: UserReference): Promise<UserId | null>
  /** Call it under the user's lock. */
  abstract saveRole(id: UserId, role: Role): Promise<void>
  /** Locks all admins who aren't disabled, so that one remains. Call it before `lock`. */
  abstract lockAdmins(): Promise<readonly UserId[]>
  /** Null while the account is enabled. */
  abstract disabledSince(id: UserId): Promise<Date | null>
  /** Call it under the user's lock. */
  abstract saveDisabled(id: UserId, since: Date | null): Promise<void>
  /** Sorted by email. */
  abstract listAfter(email: string | null, limit: number): Promise<readonly UserWithSubscription[]>
  abstract listOf(roles: readonly Role[]): Promise<readonly User[]>
}

export abstract class StoredPasswords {
  /** `passwordHash` is null until a password was chosen, and while the account is disabled. */
  abstract find(email: string): Promise<{ readonly user: User; readonly passwordHash: Secret | null } | null>
  /** Call it under the user's lock. */
  abstract save(id: UserId, hash: Secret): Promise<void>
}

export abstract class Subscriptions {
  abstract of(userId: UserId): Promise<Subscription | null>
  /** Call it under the user's lock. */
  abstract save(userId: UserId, subscription: Subscription | null): Promise<void>
}

export interface UserWithSubscription {
  readonly user: User
  readonly subscription: Subscription | null
}

export abstract class SubscriptionEvents {
  /** False for a known id, even with other content; concurrent calls record once. */
  abstract record(event: SubscriptionEvent, receivedAt: Date): Promise<boolean>
  /** The newest finished event. */
  abstract latestOf(userId: UserId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null>
  abstract finish(
    id: SubscriptionEventId,
    userId: UserId,
    outcome: Exclude<SubscriptionEventOutcome, 'waiting'>,
  ): Promise<void>
  abstract usersWithWaitingEvents(limit: number): Promise<readonly UserId[]>
  abstract waitingFor(userId: UserId): Promise<readonly SubscriptionEvent[]>
}

/** S-03 */
export abstract class SyncResumption {
  /** Joins the transaction. */
  abstract resume(userId: UserId): Promise<void>
}

export type { Session } from '../../domain/access/session.ts'

export abstract class Sessions {
  abstract open(session: Session): Promise<void>
  /** Null when unknown, expired or closed. */
  abstract find(id: SessionId, now: Date): Promise<{ readonly session: Session; readonly user: User } | null>
  /** No write if last seen after `unlessAfter`; concurrent calls write once. */
  abstract touch(session: Session, unlessAfter: Date): Promise<void>
  abstract activeByUser(userId: UserId, now: Date): Promise<readonly Session[]>
  abstract close(id: SessionId, at: Date): Promise<void>
  /** No effect on another user's session. */
  abstract closeOneOf(userId: UserId, id: SessionId, at: Date): Promise<void>
  abstract closeAllOf(
    userId: UserId,
    at: Date,
    filter?: { readonly kinds?: readonly SessionKind[]; readonly except?: SessionId },
  ): Promise<void>
  abstract saveVerified(id: SessionId, at: Date): Promise<void>
  abstract selectConnection(id: SessionId, connectionId: ConnectionId): Promise<void>
  abstract eraseEnded(by: Date): Promise<number>
}

/**
 * `matches` is no faster without a hash.
 * @throws {PasswordChecksBusy} at once, from both methods.
 */
export abstract class Passwords {
  abstract matches(password: Secret, hash: Secret | null): Promise<boolean>
  abstract hash(password: Secret): Promise<Secret>
}

export abstract class CommonPasswords {
  /** Takes lower case. 1 for the most common; null when not listed. */
  abstract rankOf(text: string): number | null
}

/** Tokens are stored hashed. */
export abstract class KnownDevices {
  /** Null when unknown, forgotten or another user's. */
  abstract find(token: Secret, userId: UserId): Promise<KnownDeviceId | null>
  /** Joins the transaction, like `touch` and `forgetAllOf`. */
  abstract add(
    device: { readonly id: KnownDeviceId; readonly userId: UserId; readonly createdAt: Date },
    token: Secret,
  ): Promise<void>
  abstract touch(id: KnownDeviceId, at: Date): Promise<void>
  abstract forgetAllOf(userId: UserId, except?: KnownDeviceId): Promise<void>
  abstract eraseUnused(since: Date): Promise<number>
}

/** Counters are stored hashed. */
export abstract class SignInFailures {
  /** Locks the counter until the transaction ends. */
  abstract lock(counter: FailureCounter): Promise<FailureCount>
  /** Call it under the lock. */
  abstract save(counter: FailureCounter, count: FailureCount): Promise<void>
  /** Joins the transaction. */
  abstract reset(counter: FailureCounter): Promise<void>
  /** Keeps counters with `maxFailures`. */
  abstract eraseOld(by: Date): Promise<number>
}

export abstract class OneTimeCodes {
  abstract newSecret(): Secret
  /** Accepts the current, previous and next step. */
  abstract stepOf(secret: Secret, code: string, now: Date): number | null
  /** `otpauth://totp/…`; contains the secret. */
  abstract enrolmentUri(secret: Secret, email: string): Secret
}

/** Secrets are stored encrypted, recovery codes hashed. */
export abstract class SecondFactors {
  abstract of(userId: UserId): Promise<SecondFactor | null>
  abstract confirmedOf(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>
  /** Call it under the user's lock. */
  abstract save(factor: SecondFactor): Promise<void>
  /** Of an app that is being set up. Null after the next `save`. */
  abstract pendingOf(userId: UserId): Promise<Secret | null>
  /** Call it under the user's lock. Keeps the confirmed app. */
  abstract savePendingApp(userId: UserId, secret: Secret): Promise<void>
  abstract countRecoveryCodes(userId: UserId): Promise<number>
  /** Also removes recovery codes. */
  abstract remove(userId: UserId): Promise<void>
  abstract saveRecoveryCodes(userId: UserId, codes: readonly Secret[]): Promise<void>
  abstract spendRecoveryCode(userId: UserId, code: Secret): Promise<boolean>
}

/** Tokens are stored hashed. */
export abstract class AccessLinks {
  /** The user's earlier links for the same purpose expire. */
  abstract save(link: AccessLink, token: Secret): Promise<void>
  /** Null when unknown, expired, or for another purpose. */
  abstract find(token: Secret, purpose: LinkPurpose, now: Date): Promise<AccessLink | null>
  /** Includes expired links not yet erased. */
  abstract countSince(userId: UserId, purpose: LinkPurpose, since: Date): Promise<number>
  abstract eraseAllOf(userId: UserId, purpose?: LinkPurpose): Promise<void>
  abstract eraseExpired(by: Date): Promise<number>
}

/** Joins the transaction: a link is sent only if it is stored. */
export abstract class AccessEmails {
  abstract sendLink(user: User, purpose: LinkPurpose, link: Secret): Promise<void>
  /** Joins the transaction, so that nothing in it happens unseen. */
  abstract sendNotice(user: User, notice: SecurityNotice): Promise<void>
}

export interface StaffAccess {
  readonly userId: UserId
  readonly viewerId: UserId
  /** Null for the user page. */
  readonly connectionId: ConnectionId | null
  readonly at: Date
}

export type StaffAccessEntry = { readonly viewerName: string; readonly at: Date } & (
  | { readonly how: 'in_console'; readonly connectionId: ConnectionId | null }
  /** In the future while the session lasts. */
  | { readonly how: 'as_seller'; readonly until: Date }
)

/** S-44 */
export abstract class StaffAccessLog {
  /** Joins the transaction. */
  abstract record(access: StaffAccess): Promise<void>
  /**
   * Newest first, including view-as sessions. A viewer's views of one account within an hour count once, so
   * that no viewer fills the list.
   */
  abstract latestOf(userId: UserId, limit: number): Promise<readonly StaffAccessEntry[]>
}

export interface ViewAsContext extends ViewAsConditions {
  readonly viewAs: ViewAsSession
  readonly viewer: User
  readonly user: User
  /** Last selected in any browser; null for the first connection. */
  readonly currentConnectionId: ConnectionId | null
}

/** S-44. May return expired sessions. */
export abstract class ViewAsSessions {
  /** Joins the transaction. */
  abstract begin(viewAs: ViewAsSession): Promise<void>
  /** Null when unknown or ended. */
  abstract find(id: ViewAsSessionId): Promise<ViewAsContext | null>
  abstract notEnded(limit: number): Promise<readonly ViewAsContext[]>
  abstract notEndedOf(viewerId: UserId): Promise<readonly ViewAsContext[]>
  /** False when already ended; concurrent calls end it once. */
  abstract end(id: ViewAsSessionId, at: Date): Promise<boolean>
}

/** Append-only. */
export abstract class AuditLog {
  /** Joins the transaction. */
  abstract append(entry: AuditEntry): Promise<void>
  /** Newest first; null starts at the newest. */
  abstract latest(
    filter: AuditFilter,
    page: { readonly before: AuditEntryId | null; readonly limit: number },
  ): Promise<readonly AuditEntryWithNames[]>
}
