import { DomainError } from '../domain-error.ts'
import type { Subscription } from './subscription.ts'
import type { Role } from './user.ts'

/** S-43: only admins change roles and plans. */
export const isAdmin = (role: Role): boolean => role === 'admin'

/** Under the same rules as the seller's own actions (S-43). */
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

/** Most likely the case changed after the page was rendered. */
export class ActionNotPossible extends DomainError {
  readonly code = 'action_stale'
  readonly why: ActionBlocker

  constructor(why: ActionBlocker) {
    super(`the case is not so: ${why}`)
    this.why = why
  }
}

export type ActionBlocker =
  | 'not_connected'
  | 'not_authorised'
  | 'plan_lacking'
  | 'still_loading'
  | 'nothing_failed'
  | 'nothing_loading'
  | 'nothing_pending'

export class StaffOnly extends DomainError {
  readonly code = 'staff_alone'
}

export class AdminsOnly extends DomainError {
  readonly code = 'admins_alone'
}

export class UserNotFound extends DomainError {
  readonly code = 'person_unknown'
}

export class PlanConflict extends DomainError {
  readonly code = 'plan_stale'
}

export class RoleConflict extends DomainError {
  readonly code = 'role_stale'
}

/** Guarantees that an admin remains. */
export class CannotChangeOwnRole extends DomainError {
  readonly code = 'own_role_kept'
}

/** A browser left open must not remove the second factor. */
export class CannotRemoveOwnSecondFactor extends DomainError {
  readonly code = 'own_factor_kept'
}

export class UserHasNoDashboard extends DomainError {
  readonly code = 'nothing_to_connect'
}

export class PlanEndsInPast extends DomainError {
  readonly code = 'plan_over'
}

export type ReasonProblem = 'too_short' | 'too_long'

export class InvalidReason extends DomainError {
  readonly code = 'reason_refused'
  readonly problem: ReasonProblem

  constructor(problem: ReasonProblem) {
    super(`the reason is ${problem}`)
    this.problem = problem
  }
}

export const reasonLength = { least: 5, most: 500 } as const

/** Returns one line (S-43). @throws {InvalidReason} below 5 or above 500 characters. */
export function parseReason(typed: string): string {
  const reason = typed
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (reason.length < reasonLength.least) throw new InvalidReason('too_short')
  if (reason.length > reasonLength.most) throw new InvalidReason('too_long')
  return reason
}

/** @throws {PlanEndsInPast} since a plan is ended by removing it. */
export function assertEndsInFuture(subscription: Subscription | null, now: Date): void {
  if (subscription?.endsAt && subscription.endsAt <= now) throw new PlanEndsInPast()
}
