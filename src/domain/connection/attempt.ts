import { after, minutes } from '../calendar.ts'
import type { AttemptId, ConnectionId, PersonId, SessionId } from '../identifiers.ts'
import type { Region } from '../profile/region.ts'
import type { Secret } from '../secret.ts'

/** How long Amazon's consent page may lie open. */
export const attemptLifetime = minutes(30)

/** A person has left for Amazon and is expected back, in the same browser, once. */
export interface Attempt {
  readonly id: AttemptId
  readonly personId: PersonId
  readonly sessionId: SessionId
  /** The connection whose authorisation is to be renewed (S-26); null for one that is to be chosen. */
  readonly renews: ConnectionId | null
  /** Where the person's Amazon login lives; which token address takes the code. */
  readonly region: Region
  /** The PKCE verifier (RFC 7636); null where PKCE is switched off. */
  readonly verifier: Secret | null
  readonly startedAt: Date
  readonly expiresAt: Date
  /** When the way back was taken, whatever came of it; a `state` answers once. */
  readonly returnedAt: Date | null
}

export function beginAttempt(
  start: Pick<Attempt, 'id' | 'personId' | 'sessionId' | 'renews' | 'region' | 'verifier'>,
  now: Date,
): Attempt {
  return { ...start, startedAt: now, expiresAt: after(now, attemptLifetime), returnedAt: null }
}

/** Why a return from Amazon is not taken up (RFC 6749 §10.12: `state` binds it to this browser). */
export type StateRefusal = 'unknown' | 'expired' | 'replayed' | 'other_person' | 'other_browser'

/**
 * Whether this browser may take up this attempt now.
 * @param attempt as it was *before* this return consumed it.
 * @returns why not, or null.
 */
export function stateRefusal(
  attempt: Attempt | null,
  by: { readonly personId: PersonId; readonly sessionId: SessionId },
  now: Date,
): StateRefusal | null {
  if (!attempt) return 'unknown'
  if (attempt.personId !== by.personId) return 'other_person'
  if (attempt.returnedAt) return 'replayed'
  if (attempt.sessionId !== by.sessionId) return 'other_browser'
  return now >= attempt.expiresAt ? 'expired' : null
}

/** An error of Amazon's consent page that passes by itself (RFC 6749 §4.1.2.1); all others are about how we ask. */
export const isPassingReturnError = (error: string): boolean =>
  error === 'server_error' || error === 'temporarily_unavailable'
