import { DomainError } from '../domain-error.ts'
import { countVisible, visibleLine } from '../visible-text.ts'
import type { Subscription } from './subscription.ts'
import type { Role } from './user.ts'

/** S-43 */
export const isAdmin = (role: Role): boolean => role === 'admin'

/** S-43 */
export const caseActions = [
  'test_live',
  'sync_now',
  'retry_failed',
  'load_again',
  'cancel_run',
  'mark_unauthorised',
  'disconnect',
  'discard_pending',
] as const

export type CaseAction = (typeof caseActions)[number]

export class ActionNotPossible extends DomainError {
  readonly code = 'action_not_possible'
  readonly why: ActionBlocker

  constructor(why: ActionBlocker) {
    super(`action not possible: ${why}`)
    this.why = why
  }
}

export type ActionBlocker =
  | 'not_connected'
  | 'not_authorised'
  | 'plan_required'
  | 'still_loading'
  | 'nothing_failed'
  | 'nothing_loading'
  | 'no_pending_connection'

export class StaffOnly extends DomainError {
  readonly code = 'staff_only'
}

export class AdminsOnly extends DomainError {
  readonly code = 'admins_only'
}

export class UserNotFound extends DomainError {
  readonly code = 'user_not_found'
}

export class PlanConflict extends DomainError {
  readonly code = 'plan_conflict'
}

export class RoleConflict extends DomainError {
  readonly code = 'role_conflict'
}

export class CannotChangeOwnRole extends DomainError {
  readonly code = 'cannot_change_own_role'
}

/** No admin would remain who could sign in. */
export class LastAdmin extends DomainError {
  readonly code = 'last_admin'
}

export class CannotDisableOwnAccount extends DomainError {
  readonly code = 'cannot_disable_own_account'
}

export class CannotEnrol extends DomainError {
  readonly code = 'cannot_enrol'
}

export class CannotRemoveOwnSecondFactor extends DomainError {
  readonly code = 'cannot_remove_own_second_factor'
}

export class UserHasNoDashboard extends DomainError {
  readonly code = 'user_has_no_dashboard'
}

export class PlanEndsInPast extends DomainError {
  readonly code = 'plan_ends_in_past'
}

export type ReasonProblem = 'too_short' | 'too_long'

export class InvalidReason extends DomainError {
  readonly code = 'invalid_reason'
  readonly problem: ReasonProblem

  constructor(problem: ReasonProblem) {
    super(`invalid reason: ${problem}`)
    this.problem = problem
  }
}

export const reasonLength = { min: 5, max: 500 } as const

/** @throws {InvalidReason} below 5 visible or above 500 stored characters (S-43). */
export function parseReason(typed: string): string {
  const reason = visibleLine(typed)
  if (countVisible(reason) < reasonLength.min) throw new InvalidReason('too_short')
  if (reason.length > reasonLength.max) throw new InvalidReason('too_long')
  return reason
}

/** @throws {PlanEndsInPast} To end a plan, remove it. */
export function assertEndsInFuture(subscription: Subscription | null, now: Date): void {
  if (subscription?.endsAt && subscription.endsAt <= now) throw new PlanEndsInPast()
}
