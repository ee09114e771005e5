import type { ConnectionId, PersonId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import type { Secret } from '../secret.ts'
import type { AmazonUser, PendingConnection } from './pending-connection.ts'

interface Owned {
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
  readonly connectedAt: Date
}

/** The seller's yes at Amazon, as long as it stands. */
export interface Grant {
  readonly refreshToken: Secret
  /** Consents given since 30 July 2026 end 365 days after this moment. */
  readonly consentedAt: Date
  readonly amazonUser: AmazonUser | null
}

/** The seller chose a profile; its data may be read. Loading, ready and paused follow from facts elsewhere. */
export interface ActiveConnection extends Owned {
  readonly status: 'active'
  readonly grant: Grant
}

/** Why Amazon no longer lets us in. */
export type AuthorisationLoss = 'grant_gone' | 'profile_rights_lost'

/** Amazon said that the seller's yes is gone; the history stays, and the slot is held. */
export interface UnauthorisedConnection extends Owned {
  readonly status: 'needs_authorisation'
  readonly consentedAt: Date
  readonly since: Date
  readonly why: AuthorisationLoss
}

export type CloseReason = 'replaced' | 'disconnected'

export interface ClosedConnection extends Owned {
  readonly status: 'closed'
  readonly closedAt: Date
  readonly reason: CloseReason
}

/** Connected in the words of S-17: it holds the slot. */
export type HeldConnection = ActiveConnection | UnauthorisedConnection
export type Connection = HeldConnection | ClosedConnection

const grantOf = ({ refreshToken, savedAt, amazonUser }: PendingConnection): Grant => ({
  refreshToken,
  consentedAt: savedAt,
  amazonUser,
})

/** S-11. */
export function connect(
  id: ConnectionId,
  pending: PendingConnection,
  profile: AdvertisingProfile,
  now: Date,
): ActiveConnection {
  return {
    status: 'active',
    id,
    personId: pending.personId,
    profile,
    connectedAt: now,
    grant: grantOf(pending),
  }
}

/** S-19: choosing the profile that is connected already is no second account, but a new yes for the same one. */
export function renew(
  { id, personId, connectedAt }: HeldConnection,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  return { status: 'active', id, personId, profile, connectedAt, grant: grantOf(pending) }
}

/** Amazon answered `invalid_grant`, or the person lost the rights to the profile. */
export function loseAuthorisation(
  { id, personId, profile, connectedAt, grant }: ActiveConnection,
  why: AuthorisationLoss,
  now: Date,
): UnauthorisedConnection {
  const { consentedAt } = grant
  return { status: 'needs_authorisation', id, personId, profile, connectedAt, consentedAt, since: now, why }
}

/** The token goes at once: a closed connection has no place for one. */
export function close(
  { id, personId, profile, connectedAt }: HeldConnection,
  reason: CloseReason,
  now: Date,
): ClosedConnection {
  return { status: 'closed', id, personId, profile, connectedAt, closedAt: now, reason }
}
