import { after, minutes } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { SessionId, UserId, ViewAsSessionId } from '../identifiers.ts'
import { canUseDashboard, isStaff, type User } from './user.ts'

/** S-44 */
export interface ViewAsSession {
  readonly id: ViewAsSessionId
  readonly userId: UserId
  readonly viewerId: UserId
  readonly staffSessionId: SessionId
  readonly reason: string
  readonly startedAt: Date
  readonly endsAt: Date
}

export const viewAsDuration = minutes(10)

export const startViewAs = (
  details: Omit<ViewAsSession, 'startedAt' | 'endsAt'>,
  now: Date,
): ViewAsSession => ({
  ...details,
  startedAt: now,
  endsAt: after(now, viewAsDuration),
})

export interface ViewAsConditions {
  readonly viewAs: Pick<ViewAsSession, 'endsAt'>
  readonly viewer: Pick<User, 'role'>
  readonly user: Pick<User, 'role'>
  readonly signInEndsAt: Date
}

/** `role_changed`: the viewer's or the seller's role. */
export type ViewAsEndReason = 'stopped' | 'replaced' | 'signed_out' | 'role_changed' | 'expired'

/** Null while active. */
export function viewAsEnd(
  { viewAs, viewer, user, signInEndsAt }: ViewAsConditions,
  now: Date,
): { readonly why: ViewAsEndReason; readonly at: Date } | null {
  const canView = isStaff(viewer.role) && canUseDashboard(user.role)
  const earliestEnd = signInEndsAt < viewAs.endsAt ? signInEndsAt : viewAs.endsAt
  const at = earliestEnd <= now ? earliestEnd : now
  if (!canView) return { why: 'role_changed', at }
  if (now < earliestEnd) return null
  return { why: earliestEnd === signInEndsAt ? 'signed_out' : 'expired', at }
}

export type CannotViewAsReason = 'own_account' | 'no_dashboard'

export class CannotViewAs extends DomainError {
  readonly code = 'cannot_view_as'
  readonly why: CannotViewAsReason

  constructor(why: CannotViewAsReason) {
    super(`cannot view as this user: ${why}`)
    this.why = why
  }
}

export const canViewAs = (viewer: Pick<User, 'id'>, user: Pick<User, 'id' | 'role'>): boolean =>
  viewer.id !== user.id && canUseDashboard(user.role)

/** @throws {CannotViewAs} */
export function assertCanViewAs(viewer: Pick<User, 'id'>, user: Pick<User, 'id' | 'role'>): void {
  if (viewer.id === user.id) throw new CannotViewAs('own_account')
  if (!canUseDashboard(user.role)) throw new CannotViewAs('no_dashboard')
}

export class ViewAsIsReadOnly extends DomainError {
  readonly code = 'view_as_is_read_only'
}

export class ViewAsExportsNothing extends DomainError {
  readonly code = 'view_as_exports_nothing'
}

export class ViewAsEnded extends DomainError {
  readonly code = 'view_as_ended'
}
