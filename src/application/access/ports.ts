import type { AccessLink, LinkPurpose } from '../../domain/access/access-link.ts'
import type { AuditEntry, AuditFilter, NamedAuditEntry } from '../../domain/access/audit.ts'
import type { Person, Role } from '../../domain/access/person.ts'
import type { SecondFactor } from '../../domain/access/second-factor.ts'
import type { Session, SessionKind } from '../../domain/access/session.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { Addressee, EventOutcome, SubscriptionEvent } from '../../domain/access/subscription-event.ts'
import type { Viewing, ViewingGrounds } from '../../domain/access/viewing.ts'
import type {
  AuditEntryId,
  ConnectionId,
  PersonId,
  SessionId,
  SubscriptionEventId,
  ViewingId,
} from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

export abstract class People {
  /** `passwordHash` is null until a password was chosen. */
  abstract byEmail(
    email: string,
  ): Promise<{ readonly person: Person; readonly passwordHash: Secret | null } | null>
  /** Inserts a user without a password. @returns false for a known email; concurrent calls insert once. */
  abstract admit(person: Person, at: Date): Promise<boolean>
  /** Call it under the user's lock. */
  abstract savePassword(id: PersonId, hash: Secret): Promise<void>
  /**
   * Locks the user until the transaction ends, so that decisions about a user's connections are serialised.
   * @throws {Error} outside a transaction.
   */
  abstract lock(id: PersonId): Promise<Person>
  abstract byId(id: PersonId): Promise<Person | null>
  abstract subscriptionOf(id: PersonId): Promise<Subscription | null>
  abstract idOf(about: Addressee): Promise<PersonId | null>
  /** Call it under the user's lock. */
  abstract saveSubscription(id: PersonId, subscription: Subscription | null): Promise<void>
  /** Call it under the user's lock. */
  abstract saveRole(id: PersonId, role: Role): Promise<void>
  /** Sorted by email; null starts at the beginning. */
  abstract listAfter(email: string | null, limit: number): Promise<readonly Subscriber[]>
  /** Sorted by email; only for roles with few users. */
  abstract listOf(roles: readonly Role[]): Promise<readonly Person[]>
}

export interface Subscriber {
  readonly person: Person
  readonly subscription: Subscription | null
}

export abstract class SubscriptionEvents {
  /** Records it as waiting. @returns false for a known id, even with other content; concurrent calls record once. */
  abstract record(event: SubscriptionEvent, receivedAt: Date): Promise<boolean>
  /** Returns the newest finished event. */
  abstract latestOf(personId: PersonId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null>
  abstract settle(
    id: SubscriptionEventId,
    personId: PersonId,
    outcome: Exclude<EventOutcome, 'waiting'>,
  ): Promise<void>
  abstract awaited(limit: number): Promise<readonly PersonId[]>
  abstract waitingFor(personId: PersonId): Promise<readonly SubscriptionEvent[]>
}

/** Resumes syncs that a plan restriction has skipped (S-03). */
export abstract class SyncResumption {
  /** Joins the transaction. */
  abstract resume(personId: PersonId): Promise<void>
}

export type { Session } from '../../domain/access/session.ts'

export abstract class Sessions {
  abstract open(session: Session): Promise<void>
  /** Null when unknown, expired or closed. */
  abstract find(
    id: SessionId,
    now: Date,
  ): Promise<{ readonly session: Session; readonly person: Person } | null>
  /** Doesn't write if last seen after `unlessAfter`; concurrent calls write once. */
  abstract noteSeen(session: Session, unlessAfter: Date): Promise<void>
  /** Last seen first. */
  abstract openOf(personId: PersonId, now: Date): Promise<readonly Session[]>
  abstract close(id: SessionId, at: Date): Promise<void>
  /** No effect on another user's session. */
  abstract closeOneOf(personId: PersonId, id: SessionId, at: Date): Promise<void>
  abstract closeAllOf(
    personId: PersonId,
    at: Date,
    which?: { readonly kinds?: readonly SessionKind[]; readonly but?: SessionId },
  ): Promise<void>
  abstract makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void>
  /** Erases sessions closed or expired by then. @returns their number. */
  abstract eraseEnded(by: Date): Promise<number>
}

/** Comparing takes as long without a hash. */
export abstract class Passwords {
  abstract matches(password: Secret, hash: Secret | null): Promise<boolean>
  abstract hash(password: Secret): Promise<Secret>
}

export abstract class OneTimeCodes {
  abstract newSecret(): Secret
  /** Accepts the current, previous and next step. @returns null for any other code. */
  abstract stepOf(secret: Secret, code: string, now: Date): number | null
  /** `otpauth://totp/…`; contains the secret. */
  abstract addressFor(secret: Secret, email: string): Secret
}

/** Secrets are stored encrypted, recovery codes hashed. */
export abstract class SecondFactors {
  abstract of(personId: PersonId): Promise<SecondFactor | null>
  /** Decrypts nothing. */
  abstract confirmedOf(personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>>
  /** Replaces the previous one. Call it under the user's lock. */
  abstract save(factor: SecondFactor): Promise<void>
  /** Also removes its recovery codes. */
  abstract remove(personId: PersonId): Promise<void>
  /** Replaces all. */
  abstract saveRecoveryCodes(personId: PersonId, codes: readonly Secret[]): Promise<void>
  /** False for an unknown or spent code. */
  abstract spendRecoveryCode(personId: PersonId, code: Secret): Promise<boolean>
}

/** Tokens are stored hashed. */
export abstract class AccessLinks {
  abstract save(link: AccessLink, token: Secret): Promise<void>
  /** Null when unknown, erased, expired, or for another purpose. */
  abstract find(token: Secret, purpose: LinkPurpose, now: Date): Promise<AccessLink | null>
  /** Also counts expired ones not yet erased. */
  abstract countSince(personId: PersonId, purpose: LinkPurpose, since: Date): Promise<number>
  abstract eraseAllOf(personId: PersonId, purpose?: LinkPurpose): Promise<void>
  /** Erases links expired by then. @returns their number. */
  abstract eraseExpired(by: Date): Promise<number>
}

/** Joins the transaction: the link is sent only if it is stored. */
export abstract class AccessMails {
  abstract resetPassword(person: Person, link: Secret): Promise<void>
  abstract invite(person: Person, link: Secret): Promise<void>
  abstract inviteToConnect(person: Person, link: Secret): Promise<void>
}

export interface AccountView {
  readonly personId: PersonId
  readonly viewerId: PersonId
  /** Null when only the user's page was opened. */
  readonly connectionId: ConnectionId | null
  readonly at: Date
}

export type NamedView = { readonly viewerName: string; readonly at: Date } & (
  | { readonly looked: 'in_console'; readonly connectionId: ConnectionId | null }
  /** In the future while it lasts. */
  | { readonly looked: 'as_seller'; readonly until: Date }
)

/** S-44 */
export abstract class AccountViews {
  /** Joins the transaction. */
  abstract note(view: AccountView): Promise<void>
  /**
   * Newest first, with {@link ViewAsSessions}. A viewer's console views of one account within a clock hour count once,
   * at the last time, so that no viewer fills the list.
   */
  abstract latestOf(personId: PersonId, limit: number): Promise<readonly NamedView[]>
}

export interface KnownViewing extends ViewingGrounds {
  readonly viewing: Viewing
  readonly viewer: Person
  readonly person: Person
  /** The account viewed last in any browser; null for the first one. */
  readonly accountId: ConnectionId | null
}

/** S-44. The domain decides which have expired. */
export abstract class Viewings {
  /** Joins the transaction. */
  abstract begin(viewing: Viewing): Promise<void>
  /** Null when unknown or ended. */
  abstract find(id: ViewingId): Promise<KnownViewing | null>
  /** Oldest first. */
  abstract notEnded(limit: number): Promise<readonly KnownViewing[]>
  abstract notEndedOf(viewerId: PersonId): Promise<readonly KnownViewing[]>
  /** Concurrent calls end it once. @returns false when ended already. */
  abstract end(id: ViewingId, at: Date): Promise<boolean>
}

/** Append-only. */
export abstract class AuditLog {
  /** Joins the transaction, so it is stored only with its action. */
  abstract append(entry: AuditEntry): Promise<void>
  /** Newest first. @param page `before` null for the newest. */
  abstract latest(
    filter: AuditFilter,
    page: { readonly before: AuditEntryId | null; readonly limit: number },
  ): Promise<readonly NamedAuditEntry[]>
}
