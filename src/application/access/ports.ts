import type { Person } from '../../domain/access/person.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
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
  abstract makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void>
}

/** For comparing a password with its hash, in the same time whether or not there is one. */
export abstract class Passwords {
  abstract matches(password: Secret, hash: Secret | null): Promise<boolean>
}
