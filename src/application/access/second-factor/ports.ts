import type { Passkey } from '../../../domain/access/passkey.ts'
import type { User } from '../../../domain/access/user.ts'
import type { SessionId, UserId } from '../../../domain/identifiers.ts'

export abstract class Passkeys {
  /** Oldest first. */
  abstract of(userId: UserId): Promise<readonly Passkey[]>
  /** Call it under the user's lock. False for a known credential id. */
  abstract add(passkey: Passkey): Promise<boolean>
  abstract recordUse(passkey: Passkey, use: { readonly signCount: number; readonly at: Date }): Promise<void>
  /** No effect on another user's passkey. */
  abstract remove(userId: UserId, id: string): Promise<boolean>
  abstract removeAllOf(userId: UserId): Promise<void>
  abstract ownersAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>
}

/** What the authenticator signs: random, for one session, valid once within five minutes. */
export abstract class PasskeyChallenges {
  /** Replaces the session's earlier challenge. */
  abstract save(sessionId: SessionId, challenge: string, expiresAt: Date): Promise<void>
  /** Null when there is none, or it has expired. */
  abstract take(sessionId: SessionId, now: Date): Promise<string | null>
}

/** Options for the browser's WebAuthn API, as JSON. */
export interface PasskeyOptions {
  readonly options: object
  readonly challenge: string
}

/** The browser's answers are JSON from outside: any text. */
export abstract class PasskeyVerifier {
  abstract registrationOptions(user: User, known: readonly Passkey[]): Promise<PasskeyOptions>
  /** Null for an invalid answer. */
  abstract verifyRegistration(
    answer: string,
    challenge: string,
  ): Promise<Pick<Passkey, 'id' | 'publicKey' | 'signCount' | 'transports'> | null>
  abstract authenticationOptions(known: readonly Passkey[]): Promise<PasskeyOptions>
  /** Null for an invalid answer, or one of no known passkey. */
  abstract verifyAuthentication(
    answer: string,
    challenge: string,
    known: readonly Passkey[],
  ): Promise<{ readonly passkey: Passkey; readonly signCount: number } | null>
}
