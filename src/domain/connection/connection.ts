import { after, hours } from '../calendar.ts'
import type { ConnectionId, PendingConnectionId, UserId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import type { Secret } from '../secret.ts'
import type { Consent } from './consent.ts'
import type { PendingConnection } from './pending-connection.ts'

/** S-27 */
export const retentionDays = 30

interface ConnectionIdentity {
  readonly id: ConnectionId
  readonly userId: UserId
  readonly profile: AdvertisingProfile
  readonly connectedAt: Date
  /** A unique index enforces the one-account rule. */
  readonly isExclusive: boolean
  /** Identifies the grant: the consent's date can stay the same when a new grant replaces it. */
  readonly pendingConnectionId: PendingConnectionId
}

export interface Grant extends Consent {
  readonly refreshToken: Secret
}

/** Loading, ready and paused are derived. */
export interface ActiveConnection extends ConnectionIdentity {
  readonly status: 'active'
  readonly grant: Grant
  /** When Amazon rejected the refresh token while a mass loss was suspected; null after a successful refresh. */
  readonly doubtedAt: Date | null
}

export type AuthorisationLossReason =
  | 'grant_revoked'
  | 'consent_expired'
  | 'profile_access_lost'
  | 'marked_by_staff'

/** S-26 */
export interface UnauthorisedConnection extends ConnectionIdentity {
  readonly status: 'needs_authorisation'
  readonly consent: Consent
  readonly since: Date
  readonly why: AuthorisationLossReason
}

export type CloseReason = 'replaced' | 'disconnected'

/** S-27 */
export interface ClosedConnection extends ConnectionIdentity {
  readonly status: 'closed'
  readonly consent: Consent
  readonly closedAt: Date
  readonly reason: CloseReason
  readonly eraseAt: Date
}

export interface ErasedConnection {
  /** `erasing`: figures are still being deleted. */
  readonly status: 'erasing' | 'erased'
  readonly id: ConnectionId
  readonly userId: UserId
  readonly connectedAt: Date
  readonly closedAt: Date
  readonly reason: CloseReason
}

/** S-17 */
export type LiveConnection = ActiveConnection | UnauthorisedConnection
export type Connection = LiveConnection | ClosedConnection | ErasedConnection

export const isLive = (connection: Connection): connection is LiveConnection =>
  connection.status === 'active' || connection.status === 'needs_authorisation'

/** S-09 */
export const isAmazonUserUnknown = (connection: Connection): connection is ActiveConnection =>
  connection.status === 'active' && connection.grant.amazonUser === null

export const isErased = (connection: Connection): connection is ErasedConnection =>
  connection.status === 'erasing' || connection.status === 'erased'

export function consentOf(connection: LiveConnection | ClosedConnection): Consent {
  if (connection.status !== 'active') return connection.consent
  const { loginRegion, consentedAt, amazonUser } = connection.grant
  return { loginRegion, consentedAt, amazonUser }
}

const identityOf = ({
  id,
  userId,
  profile,
  connectedAt,
  isExclusive,
  pendingConnectionId,
}: LiveConnection | ClosedConnection): ConnectionIdentity => ({
  id,
  userId,
  profile,
  connectedAt,
  isExclusive,
  pendingConnectionId,
})

const grantOf = ({ refreshToken, region, savedAt, amazonUser }: PendingConnection): Grant => ({
  refreshToken,
  loginRegion: region,
  consentedAt: savedAt,
  amazonUser,
})

/** S-11 */
export function connect(
  { id, isExclusive }: Pick<ActiveConnection, 'id' | 'isExclusive'>,
  pending: PendingConnection,
  profile: AdvertisingProfile,
  now: Date,
): ActiveConnection {
  const { id: pendingConnectionId, userId } = pending
  const identity = { id, userId, profile, connectedAt: now, isExclusive, pendingConnectionId }
  return { status: 'active', ...identity, grant: grantOf(pending), doubtedAt: null }
}

/** S-19 */
export function reauthorise(
  connection: LiveConnection,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  const identity = { ...identityOf(connection), profile, pendingConnectionId: pending.id }
  return { status: 'active', ...identity, grant: grantOf(pending), doubtedAt: null }
}

/** S-27 */
export function reopen(
  connection: ClosedConnection,
  { isExclusive }: Pick<ActiveConnection, 'isExclusive'>,
  pending: PendingConnection,
  profile: AdvertisingProfile,
): ActiveConnection {
  const identity = { ...identityOf(connection), isExclusive, profile, pendingConnectionId: pending.id }
  return { status: 'active', ...identity, grant: grantOf(pending), doubtedAt: null }
}

export function markAuthorisationLost(
  connection: ActiveConnection,
  why: AuthorisationLossReason,
  now: Date,
): UnauthorisedConnection {
  const consent = consentOf(connection)
  return { status: 'needs_authorisation', ...identityOf(connection), consent, since: now, why }
}

/** Drops the token immediately. */
export function close(connection: LiveConnection, reason: CloseReason, now: Date): ClosedConnection {
  return {
    status: 'closed',
    ...identityOf(connection),
    consent: consentOf(connection),
    closedAt: now,
    reason,
    eraseAt: after(now, hours(24 * retentionDays)),
  }
}

export function expireRetention(connection: ClosedConnection, now: Date): ClosedConnection {
  return { ...connection, eraseAt: now < connection.eraseAt ? now : connection.eraseAt }
}

/** S-27 */
export const isRetained = ({ eraseAt }: ClosedConnection, now: Date): boolean => now < eraseAt

/** Irreversible. */
export function erase(connection: ClosedConnection): ErasedConnection {
  const { id, userId, connectedAt, closedAt, reason } = connection
  return { status: 'erasing', id, userId, connectedAt, closedAt, reason }
}

export const finishErasure = (connection: ErasedConnection): ErasedConnection => ({
  ...connection,
  status: 'erased',
})
