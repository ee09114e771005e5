import { after, minutes, seconds } from '../calendar.ts'
import type { AttemptId, ConnectionId, SessionId, UserId } from '../identifiers.ts'
import type { Region } from '../profile/region.ts'
import type { Secret } from '../secret.ts'

export const attemptLifetime = minutes(30)

export interface AuthorisationAttempt {
  readonly id: AttemptId
  readonly userId: UserId
  readonly sessionId: SessionId
  /** Null for a new connection (S-26). */
  readonly reauthorisedConnectionId: ConnectionId | null
  readonly region: Region
  /** PKCE (RFC 7636); null when PKCE is off. */
  readonly verifier: Secret | null
  readonly startedAt: Date
  readonly expiresAt: Date
  /** Set by a callback with any result: a `state` works once. */
  readonly returnedAt: Date | null
}

export function startAuthorisationAttempt(
  start: Pick<
    AuthorisationAttempt,
    'id' | 'userId' | 'sessionId' | 'reauthorisedConnectionId' | 'region' | 'verifier'
  >,
  now: Date,
): AuthorisationAttempt {
  return { ...start, startedAt: now, expiresAt: after(now, attemptLifetime), returnedAt: null }
}

/** Reading and confirming a page takes longer. */
const fastestConsent = seconds(5)

/** False when unknown: Amazon doesn't report its pages, and signing in takes as long as confirming (S-26). */
export const isConsentPageSkipped = ({
  startedAt,
  returnedAt,
}: Pick<AuthorisationAttempt, 'startedAt' | 'returnedAt'>): boolean =>
  returnedAt !== null && returnedAt < after(startedAt, fastestConsent)

/** RFC 6749 §10.12: `state` binds the callback to this browser. */
export type StateError = 'unknown' | 'expired' | 'replayed' | 'other_user' | 'other_browser'

/** Pass the attempt as read before this callback. Null when the callback is accepted. */
export function checkState(
  attempt: AuthorisationAttempt | null,
  by: { readonly userId: UserId; readonly sessionId: SessionId },
  now: Date,
): StateError | null {
  if (!attempt) return 'unknown'
  if (attempt.userId !== by.userId) return 'other_user'
  if (attempt.returnedAt) return 'replayed'
  if (attempt.sessionId !== by.sessionId) return 'other_browser'
  return now >= attempt.expiresAt ? 'expired' : null
}

/** RFC 6749 §4.1.2.1 */
export const isTransientCallbackError = (error: string): boolean =>
  error === 'server_error' || error === 'temporarily_unavailable'
