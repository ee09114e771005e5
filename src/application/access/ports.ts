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

/** For knowing people and what they pay for. */
export abstract class People {
  /** The hash is null until a password was chosen. */
  abstract byEmail(
    email: string,
  ): Promise<{ readonly person: Person; readonly passwordHash: Secret | null } | null>
  /** Without a password. Of two who come at once under one address, one is known already. @returns false then. */
  abstract admit(person: Person, at: Date): Promise<boolean>
  /** Under the person's lock. */
  abstract savePassword(id: PersonId, hash: Secret): Promise<void>
  /**
   * Holds the person until the unit of work ends: whoever decides about a person's connections does so alone.
   * @throws {Error} outside a unit of work.
   */
  abstract lock(id: PersonId): Promise<Person>
  abstract byId(id: PersonId): Promise<Person | null>
  abstract subscriptionOf(id: PersonId): Promise<Subscription | null>
  abstract idOf(about: Addressee): Promise<PersonId | null>
  /** Null takes the subscription away. Under the person's lock. */
  abstract saveSubscription(id: PersonId, subscription: Subscription | null): Promise<void>
  /** Under the person's lock. */
  abstract saveRole(id: PersonId, role: Role): Promise<void>
  /** By their address, those that follow it; null for the first ones. */
  abstract listAfter(email: string | null, limit: number): Promise<readonly Subscriber[]>
  /** Everybody with one of these roles, by their address: for roles that few have. */
  abstract listOf(roles: readonly Role[]): Promise<readonly Person[]>
}

export interface Subscriber {
  readonly person: Person
  readonly subscription: Subscription | null
}

/** For remembering what was said about subscriptions, each thing once. */
export abstract class SubscriptionEvents {
  /**
   * It waits until it is settled. Of two that are recorded at once under one id, one is known already.
   * @returns false for an id that is known already, whatever it says.
   */
  abstract record(event: SubscriptionEvent, receivedAt: Date): Promise<boolean>
  /** The newest of those that are settled for the person. */
  abstract latestOf(personId: PersonId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null>
  abstract settle(
    id: SubscriptionEventId,
    personId: PersonId,
    outcome: Exclude<EventOutcome, 'waiting'>,
  ): Promise<void>
  /** People who exist by now, and whom something that waits is about. */
  abstract awaited(limit: number): Promise<readonly PersonId[]>
  /** What waits for the person, in no order that matters. */
  abstract waitingFor(personId: PersonId): Promise<readonly SubscriptionEvent[]>
}

/** For letting a person's syncs go on that a lacking plan has paused (S-03). */
export abstract class SyncResumption {
  /** Joins the unit of work. */
  abstract resume(personId: PersonId): Promise<void>
}

export type { Session } from '../../domain/access/session.ts'

/** For remembering who is signed in. */
export abstract class Sessions {
  abstract open(session: Session): Promise<void>
  /** Null when it is unknown, over or closed. */
  abstract find(
    id: SessionId,
    now: Date,
  ): Promise<{ readonly session: Session; readonly person: Person } | null>
  /** Of several that note it at once one writes: nothing is written where it was seen after `unlessAfter`. */
  abstract noteSeen(session: Session, unlessAfter: Date): Promise<void>
  /** Those that are open, the one that was seen last first. */
  abstract openOf(personId: PersonId, now: Date): Promise<readonly Session[]>
  abstract close(id: SessionId, at: Date): Promise<void>
  /** Nothing, when it is somebody else's. */
  abstract closeOneOf(personId: PersonId, id: SessionId, at: Date): Promise<void>
  /** All of them, or those of some kinds, or all but one. */
  abstract closeAllOf(
    personId: PersonId,
    at: Date,
    which?: { readonly kinds?: readonly SessionKind[]; readonly but?: SessionId },
  ): Promise<void>
  abstract makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void>
  /** Those that were closed, or had run out, by then. @returns how many. */
  abstract eraseEnded(by: Date): Promise<number>
}

/** For keeping passwords without knowing them; compared in the same time whether or not there is one. */
export abstract class Passwords {
  abstract matches(password: Secret, hash: Secret | null): Promise<boolean>
  abstract hash(password: Secret): Promise<Secret>
}

/** For reading the codes that a device shows for 30 seconds each. */
export abstract class OneTimeCodes {
  abstract newSecret(): Secret
  /** The count of the 30 seconds to which the code belongs: now, or one before or after; null for any other code. */
  abstract stepOf(secret: Secret, code: string, now: Date): number | null
  /** For an authenticator app: `otpauth://totp/…`, the secret in it. */
  abstract addressFor(secret: Secret, email: string): Secret
}

/** For keeping second factors. Secrets lie sealed, of recovery codes there is a hash. */
export abstract class SecondFactors {
  abstract of(personId: PersonId): Promise<SecondFactor | null>
  /** Who of them has one that is confirmed; nothing is opened for it. */
  abstract confirmedOf(personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>>
  /** In the place of the one before. Under the person's lock. */
  abstract save(factor: SecondFactor): Promise<void>
  /** With its recovery codes. */
  abstract remove(personId: PersonId): Promise<void>
  /** In the place of those before. */
  abstract saveRecoveryCodes(personId: PersonId, codes: readonly Secret[]): Promise<void>
  /** @returns false for one that is unknown, or was spent already. */
  abstract spendRecoveryCode(personId: PersonId, code: Secret): Promise<boolean>
}

/** For keeping links that were sent to people. Of their tokens there is a hash. */
export abstract class AccessLinks {
  abstract save(link: AccessLink, token: Secret): Promise<void>
  /** Null for one that is unknown, erased, expired, or for something else. */
  abstract find(token: Secret, purpose: LinkPurpose, now: Date): Promise<AccessLink | null>
  /** How many were made later than that, expired ones included as long as they are kept. */
  abstract countSince(personId: PersonId, purpose: LinkPurpose, since: Date): Promise<number>
  /** All of them, or those for one purpose. */
  abstract eraseAllOf(personId: PersonId, purpose?: LinkPurpose): Promise<void>
  /** Those that had expired by then. @returns how many. */
  abstract eraseExpired(by: Date): Promise<number>
}

/** For mailing a person what leads them in. Joins the unit of work: the link is sent if it is kept. */
export abstract class AccessMails {
  abstract resetPassword(person: Person, link: Secret): Promise<void>
  abstract invite(person: Person, link: Secret): Promise<void>
  abstract inviteToConnect(person: Person, link: Secret): Promise<void>
}

/** A member of staff looked at a person's account. */
export interface AccountView {
  readonly personId: PersonId
  readonly viewerId: PersonId
  /** Null for a look at the person alone. */
  readonly connectionId: ConnectionId | null
  readonly at: Date
}

/** A page of the console was looked at, or the person's own pages for some minutes. */
export type NamedView = { readonly viewerName: string; readonly at: Date } & (
  | { readonly looked: 'in_console'; readonly connectionId: ConnectionId | null }
  /** `until` lies ahead while it lasts. */
  | { readonly looked: 'as_seller'; readonly until: Date }
)

/** For telling people who of the staff looked at their account (S-44). */
export abstract class AccountViews {
  /** Joins the unit of work. */
  abstract note(view: AccountView): Promise<void>
  /**
   * The newest first, {@link Viewings} among them. What one viewer looked at again in the console within an hour of the
   * clock is one view, at the last moment: nobody pushes the others' off the list.
   */
  abstract latestOf(personId: PersonId, limit: number): Promise<readonly NamedView[]>
}

/** A viewing, and all that it rests on, as it is now. */
export interface KnownViewing extends ViewingGrounds {
  readonly viewing: Viewing
  readonly viewer: Person
  readonly person: Person
  /** The account that the person looked at last, in whichever browser; null for their only or first one. */
  readonly accountId: ConnectionId | null
}

/** For remembering who looks at whose pages as they see them (S-44). Whether one has run out is the domain's to say. */
export abstract class Viewings {
  /** Joins the unit of work. */
  abstract begin(viewing: Viewing): Promise<void>
  /** Null for one that is unknown, or was ended. */
  abstract find(id: ViewingId): Promise<KnownViewing | null>
  /** Those that nobody has ended, the oldest first. */
  abstract notEnded(limit: number): Promise<readonly KnownViewing[]>
  /** The same of one viewer. */
  abstract notEndedOf(viewerId: PersonId): Promise<readonly KnownViewing[]>
  /** Of several who end it at once one does. @returns false for one that was ended already. */
  abstract end(id: ViewingId, at: Date): Promise<boolean>
}

/** For keeping what the staff did, and why. It is added to, and never changed. */
export abstract class AuditLog {
  /** Joins the unit of work: it is kept if what it tells of is. */
  abstract append(entry: AuditEntry): Promise<void>
  /** The last written first. @param page from the newest, or those that were written before that one. */
  abstract latest(
    filter: AuditFilter,
    page: { readonly before: AuditEntryId | null; readonly limit: number },
  ): Promise<readonly NamedAuditEntry[]>
}
