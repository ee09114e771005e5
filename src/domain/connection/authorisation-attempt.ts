import { after, minutes } from '../calendar.ts'
import type { AttemptId, ConnectionId, SessionId, UserId } from '../identifiers.ts'
import type { Region } from '../profile/region.ts'
import type { Secret } from '../secret.ts'

export const attemptLifetime = minutes(30)

/** Its callback is accepted once, in the same browser. */
export interface AuthorisationAttempt {
  readonly id: AttemptId
  readonly userId: UserId
  readonly sessionId: SessionId
  /** The connection to reauthorise (S-26); null for a new one. */
  readonly reauthorises: ConnectionId | null
  /** Decides which token endpoint takes the code. */
  readonly region: Region
  /** PKCE verifier (RFC 7636); null when PKCE is off. */
  readonly verifier: Secret | null
  readonly startedAt: Date
  readonly expiresAt: Date
  /** When a callback used it, with any result: a `state` works once. */
  readonly returnedAt: Date | null
}

export function startAuthorisationAttempt(
  start: Pick<AuthorisationAttempt, 'id' | 'userId' | 'sessionId' | 'reauthorises' | 'region' | 'verifier'>,
  now: Date,
): AuthorisationAttempt {
  return { ...start, startedAt: now, expiresAt: after(now, attemptLifetime), returnedAt: null }
}

/** RFC 6749 §10.12: `state` binds the callback to this browser. */
export type StateError = 'unknown' | 'expired' | 'replayed' | 'other_user' | 'other_browser'

/** @param attempt as *before* this callback. @returns null when the callback is accepted. */
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

/** True for transient errors (RFC 6749 §4.1.2.1); others concern our request. */
export const isTransientCallbackError = (error: string): boolean =>
  error === 'server_error' || error === 'temporarily_unavailable'
