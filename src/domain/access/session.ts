import { after, hours, minutes } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { ConnectionId, SessionId, UserId } from '../identifiers.ts'
import { canUseDashboard, isStaff, type Role } from './user.ts'

/** A pending session opens only the pages of the second factor. */
export const sessionKinds = [
  'seller',
  'seller_pending_second_factor',
  'staff',
  'staff_pending_second_factor',
] as const
export type SessionKind = (typeof sessionKinds)[number]

/** Sellers use the dashboard, staff the console. */
export type Face = 'seller' | 'staff'
export type PendingKind = `${Face}_pending_second_factor`
export const pendingKinds = ['seller_pending_second_factor', 'staff_pending_second_factor'] as const

export const faceOf = (kind: SessionKind): Face => (kind.startsWith('staff') ? 'staff' : 'seller')
export const isPending = (kind: SessionKind): kind is PendingKind => kind.endsWith('_pending_second_factor')

/** Stored on the server: a copied cookie is useless after signing out. */
export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly kind: SessionKind
  readonly openedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly device: string
  /** When the second factor, or without one the password, was last checked. Null while pending. */
  readonly verifiedAt: Date | null
  /** Null means the first connection. */
  readonly currentConnectionId: ConnectionId | null
}

/** Shorter for staff, who see other users' data. */
const limits: Readonly<Record<SessionKind, { readonly idle: number; readonly total: number }>> = {
  seller: { idle: hours(7 * 24), total: hours(14 * 24) },
  staff: { idle: minutes(30), total: hours(12) },
  seller_pending_second_factor: { idle: minutes(5), total: minutes(5) },
  staff_pending_second_factor: { idle: minutes(5), total: minutes(5) },
}

export const lastSeenResolution = minutes(1)
export const endedSessionRetention = hours(30 * 24)

export function openSession(
  { id, userId, kind, device }: Pick<Session, 'id' | 'userId' | 'kind' | 'device'>,
  now: Date,
): Session {
  const expiresAt = endOf(kind, now, now)
  const times = { openedAt: now, lastSeenAt: now, expiresAt, verifiedAt: isPending(kind) ? null : now }
  return { id, userId, kind, device, ...times, currentConnectionId: null }
}

export const isLastSeenOutdated = ({ lastSeenAt }: Session, now: Date): boolean =>
  now >= after(lastSeenAt, lastSeenResolution)

export const touchSession = (session: Session, now: Date): Session => ({
  ...session,
  lastSeenAt: now,
  expiresAt: endOf(session.kind, session.openedAt, now),
})

/** S-01 */
export const roleAllowsSession = (kind: SessionKind, role: Role): boolean =>
  faceOf(kind) === 'seller' ? canUseDashboard(role) : isStaff(role)

/** For actions that a stolen session must not perform. */
export const verificationLifetime = minutes(5)

export const isFreshlyVerified = ({ verifiedAt }: Session, now: Date): boolean =>
  verifiedAt !== null && now < after(verifiedAt, verificationLifetime)

/** The action needs a code, passkey or password entered in the last five minutes. */
export class VerificationRequired extends DomainError {
  readonly code = 'verification_required'
}

function endOf(kind: SessionKind, openedAt: Date, lastSeenAt: Date): Date {
  const { idle, total } = limits[kind]
  const [idleEnd, lastEnd] = [after(lastSeenAt, idle), after(openedAt, total)]
  return idleEnd < lastEnd ? idleEnd : lastEnd
}
