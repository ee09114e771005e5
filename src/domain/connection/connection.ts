import type { ConnectionId, PendingConnectionId, PersonId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import type { Region } from '../profile/region.ts'
import type { Secret } from '../secret.ts'
import type { AmazonUser, PendingConnection } from './pending-connection.ts'

interface Owned {
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
  readonly connectedAt: Date
  /** Connected by someone who may hold one alone: the database's second line behind the one-account rule. */
  readonly isExclusive: boolean
  /** The authorisation that its latest choice was made from. */
  readonly chosenFrom: PendingConnectionId
}

/** The seller's yes at Amazon, as long as it stands. */
export interface Grant {
  readonly refreshToken: Secret
  /** Where the person's Amazon login lives; its token address mints the access tokens. */
  readonly loginRegion: Region
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
export type AuthorisationLoss = 'grant_gone' | 'consent_expired' | 'profile_rights_lost'

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

const grantOf = ({ refreshToken, region, savedAt, amazonUser }: PendingConnection): Grant => ({
  refreshToken,
  loginRegion: region,
  consentedAt: savedAt,
  amazonUser,
})

/** S-11. */
export function connect(
  { id, isExclusive }: Pick<ActiveConnection, 'id' | 'isExclusive'>,
  pending: PendingConnection,
  profile: AdvertisingProfile,
  now: Date,
): ActiveConnection {
  const { id: chosenFrom, personId } = pending
  const owned = { id, personId, profile, connectedAt: now, isExclusive, chosenFrom }
  return { status: 'active', ...owned, grant: grantOf(pending) }
}

/** S-19: choosing the profile that is connected already is no second account, but a new yes for the same one. */
export function renew(
  { id, personId, connectedAt, isExclusive }: HeldConnection,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  const owned = { id, personId, profile, connectedAt, isExclusive, chosenFrom: pending.id }
  return { status: 'active', ...owned, grant: grantOf(pending) }
}

/** Amazon answered `invalid_grant`, or the person lost the rights to the profile. */
export function loseAuthorisation(
  { id, personId, profile, connectedAt, isExclusive, chosenFrom, grant }: ActiveConnection,
  why: AuthorisationLoss,
  now: Date,
): UnauthorisedConnection {
  const { consentedAt } = grant
  const owned = { id, personId, profile, connectedAt, isExclusive, chosenFrom }
  return { status: 'needs_authorisation', ...owned, consentedAt, since: now, why }
}

/** The token goes at once: a closed connection has no place for one. */
export function close(
  { id, personId, profile, connectedAt, isExclusive, chosenFrom }: HeldConnection,
  reason: CloseReason,
  now: Date,
): ClosedConnection {
  const owned = { id, personId, profile, connectedAt, isExclusive, chosenFrom }
  return { status: 'closed', ...owned, closedAt: now, reason }
}
