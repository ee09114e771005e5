import { after, hours } from '../calendar.ts'
import type { ConnectionId, PendingConnectionId, PersonId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import type { Secret } from '../secret.ts'
import type { Consent } from './consent.ts'
import type { PendingConnection } from './pending-connection.ts'

/** S-27: for how long the data of a closed connection is kept. */
export const keptDays = 30

interface Owned {
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
  /** When its profile was chosen for the first time; a renewal or a reopening leaves it. */
  readonly connectedAt: Date
  /** Connected by someone who may hold one alone: the database's second line behind the one-account rule. */
  readonly isExclusive: boolean
  /** The authorisation that its latest choice was made from. */
  readonly chosenFrom: PendingConnectionId
}

/** The seller's yes at Amazon, as long as it stands. */
export interface Grant extends Consent {
  readonly refreshToken: Secret
}

/** The seller chose a profile; its data may be read. Loading, ready and paused follow from facts elsewhere. */
export interface ActiveConnection extends Owned {
  readonly status: 'active'
  readonly grant: Grant
}

/** Why Amazon no longer lets us in. */
export type AuthorisationLoss = 'grant_gone' | 'consent_expired' | 'profile_rights_lost' | 'marked_by_us'

/** Amazon said that the seller's yes is gone; the history stays, and the slot is held. */
export interface UnauthorisedConnection extends Owned {
  readonly status: 'needs_authorisation'
  readonly consent: Consent
  readonly since: Date
  readonly why: AuthorisationLoss
}

export type CloseReason = 'replaced' | 'disconnected'

/** Given up; what was loaded is kept for a while (S-27), and the same choice opens it again. */
export interface ClosedConnection extends Owned {
  readonly status: 'closed'
  readonly consent: Consent
  readonly closedAt: Date
  readonly reason: CloseReason
  /** From then on nothing of it is kept. */
  readonly eraseAt: Date
}

/** What is left of one whose data is erased: no profile, no name, no id of Amazon's. */
export interface ErasedConnection {
  /** `erasing` while figures are still being taken away; there is no way back from it. */
  readonly status: 'erasing' | 'erased'
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly connectedAt: Date
  readonly closedAt: Date
  readonly reason: CloseReason
}

/** Connected in the words of S-17: it holds the slot. */
export type HeldConnection = ActiveConnection | UnauthorisedConnection
export type Connection = HeldConnection | ClosedConnection | ErasedConnection

export const isHeld = (connection: Connection): connection is HeldConnection =>
  connection.status === 'active' || connection.status === 'needs_authorisation'

/** Authorised, and nobody knows yet by whom (S-09). */
export const isUnnamed = (connection: Connection): connection is ActiveConnection =>
  connection.status === 'active' && connection.grant.amazonUser === null

export const isErased = (connection: Connection): connection is ErasedConnection =>
  connection.status === 'erasing' || connection.status === 'erased'

/** The latest yes of a connection, whether or not its token is still there. */
export function consentOf(connection: HeldConnection | ClosedConnection): Consent {
  if (connection.status !== 'active') return connection.consent
  const { loginRegion, consentedAt, amazonUser } = connection.grant
  return { loginRegion, consentedAt, amazonUser }
}

const ownedBy = ({
  id,
  personId,
  profile,
  connectedAt,
  isExclusive,
  chosenFrom,
}: HeldConnection | ClosedConnection): Owned => ({
  id,
  personId,
  profile,
  connectedAt,
  isExclusive,
  chosenFrom,
})

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
  connection: HeldConnection,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  const owned = { ...ownedBy(connection), profile, chosenFrom: pending.id }
  return { status: 'active', ...owned, grant: grantOf(pending) }
}

/** S-27: the same person chooses the same profile while its data is kept; the erasure is off. */
export function reopen(
  connection: ClosedConnection,
  { isExclusive }: Pick<ActiveConnection, 'isExclusive'>,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  const owned = { ...ownedBy(connection), isExclusive, profile, chosenFrom: pending.id }
  return { status: 'active', ...owned, grant: grantOf(pending) }
}

/** Amazon answered `invalid_grant`, or the person lost the rights to the profile. */
export function loseAuthorisation(
  connection: ActiveConnection,
  why: AuthorisationLoss,
  now: Date,
): UnauthorisedConnection {
  const consent = consentOf(connection)
  return { status: 'needs_authorisation', ...ownedBy(connection), consent, since: now, why }
}

/** The token goes at once: a closed connection has no place for one. */
export function close(connection: HeldConnection, reason: CloseReason, now: Date): ClosedConnection {
  return {
    status: 'closed',
    ...ownedBy(connection),
    consent: consentOf(connection),
    closedAt: now,
    reason,
    eraseAt: after(now, hours(24 * keptDays)),
  }
}

/** The seller wants it erased now, not after the thirty days. */
export function eraseNow(connection: ClosedConnection, now: Date): ClosedConnection {
  return { ...connection, eraseAt: now < connection.eraseAt ? now : connection.eraseAt }
}

/** S-27: whether its data is still kept, so that it can be opened again. */
export const isKept = ({ eraseAt }: ClosedConnection, now: Date): boolean => now < eraseAt

/** All that names the seller or Amazon's account goes first; from here there is no way back. */
export function erase(connection: ClosedConnection): ErasedConnection {
  const { id, personId, connectedAt, closedAt, reason } = connection
  return { status: 'erasing', id, personId, connectedAt, closedAt, reason }
}

/** The last figure is gone. */
export const endErasure = (connection: ErasedConnection): ErasedConnection => ({
  ...connection,
  status: 'erased',
})
