import { after, hours, minutes } from '../calendar.ts'
import type { ConnectionId, SessionId, UserId } from '../identifiers.ts'
import { canUseDashboard, isStaff, type Role } from './user.ts'

/** `staff_pending_second_factor` opens only the second-factor page. */
export const sessionKinds = ['seller', 'staff', 'staff_pending_second_factor'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** Stored on the server: a copied cookie is useless after signing out. */
export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly kind: SessionKind
  readonly openedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly device: string
  /** Null means the first connection. */
  readonly currentConnectionId: ConnectionId | null
}

/** Shorter for staff, who see other users' data. */
const limits: Readonly<Record<SessionKind, { readonly idle: number; readonly total: number }>> = {
  seller: { idle: hours(7 * 24), total: hours(14 * 24) },
  staff: { idle: minutes(30), total: hours(12) },
  staff_pending_second_factor: { idle: minutes(5), total: minutes(5) },
}

export const lastSeenResolution = minutes(1)
export const endedSessionRetention = hours(30 * 24)

export function openSession(
  { id, userId, kind, device }: Pick<Session, 'id' | 'userId' | 'kind' | 'device'>,
  now: Date,
): Session {
  const expiresAt = endOf(kind, now, now)
  return { id, userId, kind, device, openedAt: now, lastSeenAt: now, expiresAt, currentConnectionId: null }
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
  kind === 'seller' ? canUseDashboard(role) : isStaff(role)

function endOf(kind: SessionKind, openedAt: Date, lastSeenAt: Date): Date {
  const { idle, total } = limits[kind]
  const [idleEnd, lastEnd] = [after(lastSeenAt, idle), after(openedAt, total)]
  return idleEnd < lastEnd ? idleEnd : lastEnd
}
