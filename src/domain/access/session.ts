import { after, hours, minutes } from '../calendar.ts'
import type { ConnectionId, PersonId, SessionId } from '../identifiers.ts'
import { isStaff, type Role, usesDashboard } from './person.ts'

/** `half_staff`: the password was right, and the second factor is still asked for. It opens no page but that one. */
export const sessionKinds = ['seller', 'staff', 'half_staff'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** One sign-in, kept on our side: a copied cookie is worth nothing after signing out. */
export interface Session {
  readonly id: SessionId
  readonly personId: PersonId
  readonly kind: SessionKind
  readonly openedAt: Date
  /** To the minute. */
  readonly lastSeenAt: Date
  /** When it ends unless it is seen again. */
  readonly expiresAt: Date
  /** By what the person recognises it: `Firefox on Windows`. */
  readonly device: string
  /** The account that this browser looks at; null for the only or first one. */
  readonly currentConnectionId: ConnectionId | null
}

/** How long without a request, and how long in all. A seller looks in most mornings; staff see other people's data. */
const limits: Readonly<Record<SessionKind, { readonly idle: number; readonly inAll: number }>> = {
  seller: { idle: hours(7 * 24), inAll: hours(14 * 24) },
  staff: { idle: minutes(30), inAll: hours(12) },
  half_staff: { idle: minutes(5), inAll: minutes(5) },
}

/** No page of somebody's needs a write each time it is opened. */
export const noticeEvery = minutes(1)
/** For how long a session that has ended can still be looked up. */
export const endedKept = hours(30 * 24)

export function openSession(
  { id, personId, kind, device }: Pick<Session, 'id' | 'personId' | 'kind' | 'device'>,
  now: Date,
): Session {
  const expiresAt = endOf(kind, now, now)
  return { id, personId, kind, device, openedAt: now, lastSeenAt: now, expiresAt, currentConnectionId: null }
}

export const isWorthNoting = ({ lastSeenAt }: Session, now: Date): boolean =>
  now >= after(lastSeenAt, noticeEvery)

export const seeAgain = (session: Session, now: Date): Session => ({
  ...session,
  lastSeenAt: now,
  expiresAt: endOf(session.kind, session.openedAt, now),
})

/** S-01: sellers' pages for those who sell, the console for those who help; an admin has both, each on its own. */
export const mayHold = (kind: SessionKind, role: Role): boolean =>
  kind === 'seller' ? usesDashboard(role) : isStaff(role)

function endOf(kind: SessionKind, openedAt: Date, lastSeenAt: Date): Date {
  const { idle, inAll } = limits[kind]
  const [idleEnd, lastEnd] = [after(lastSeenAt, idle), after(openedAt, inAll)]
  return idleEnd < lastEnd ? idleEnd : lastEnd
}
