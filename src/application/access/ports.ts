import type { Person, Role } from '../../domain/access/person.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { Addressee, EventOutcome, SubscriptionEvent } from '../../domain/access/subscription-event.ts'
import type { ConnectionId, PersonId, SessionId, SubscriptionEventId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

/** For knowing people and what they pay for. */
export abstract class People {
  abstract byEmail(email: string): Promise<{ readonly person: Person; readonly passwordHash: Secret } | null>
  /**
   * Holds the person until the unit of work ends: whoever decides about a person's connections does so alone.
   * @throws {Error} outside a unit of work.
   */
  abstract lock(id: PersonId): Promise<Person>
  abstract subscriptionOf(id: PersonId): Promise<Subscription | null>
  abstract idOf(about: Addressee): Promise<PersonId | null>
  /** Null takes the subscription away. Under the person's lock. */
  abstract saveSubscription(id: PersonId, subscription: Subscription | null): Promise<void>
  /** Under the person's lock. */
  abstract saveRole(id: PersonId, role: Role): Promise<void>
  /** By their address, those that follow it; null for the first ones. */
  abstract listAfter(email: string | null, limit: number): Promise<readonly Subscriber[]>
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

/** One sign-in, kept on our side: a copied cookie is worth nothing after signing out. */
export interface Session {
  readonly id: SessionId
  readonly personId: PersonId
  readonly expiresAt: Date
  /** The account that this browser looks at; null for the only or first one. */
  readonly currentConnectionId: ConnectionId | null
}

/** For remembering who is signed in. */
export abstract class Sessions {
  abstract open(session: Session): Promise<void>
  /** Null when it is unknown, over or closed. */
  abstract find(
    id: SessionId,
    now: Date,
  ): Promise<{ readonly session: Session; readonly person: Person } | null>
  abstract close(id: SessionId, at: Date): Promise<void>
  abstract closeAllOf(personId: PersonId, at: Date): Promise<void>
  abstract makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void>
}

/** For comparing a password with its hash, in the same time whether or not there is one. */
export abstract class Passwords {
  abstract matches(password: Secret, hash: Secret | null): Promise<boolean>
}
