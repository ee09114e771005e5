import { Refusal } from '../refusal.ts'
import type { Role } from './person.ts'
import type { Subscription } from './subscription.ts'

/** S-43: only admins change roles and plans. */
export const administers = (role: Role): boolean => role === 'admin'

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
export class ActionStale extends Refusal {
  readonly code = 'action_stale'
  readonly why: StaleAction

  constructor(why: StaleAction) {
    super(`the case is not so: ${why}`)
    this.why = why
  }
}

export type StaleAction =
  | 'not_connected'
  | 'not_authorised'
  | 'plan_lacking'
  | 'still_loading'
  | 'nothing_failed'
  | 'nothing_loading'
  | 'nothing_pending'

export class StaffAlone extends Refusal {
  readonly code = 'staff_alone'
}

export class AdminsAlone extends Refusal {
  readonly code = 'admins_alone'
}

export class PersonUnknown extends Refusal {
  readonly code = 'person_unknown'
}

export class PlanStale extends Refusal {
  readonly code = 'plan_stale'
}

export class RoleStale extends Refusal {
  readonly code = 'role_stale'
}

/** Guarantees that an admin remains. */
export class OwnRoleKept extends Refusal {
  readonly code = 'own_role_kept'
}

/** A browser left open must not remove the second factor. */
export class OwnFactorKept extends Refusal {
  readonly code = 'own_factor_kept'
}

export class NothingToConnect extends Refusal {
  readonly code = 'nothing_to_connect'
}

export class PlanOver extends Refusal {
  readonly code = 'plan_over'
}

export type ReasonFault = 'too_short' | 'too_long'

export class ReasonRefused extends Refusal {
  readonly code = 'reason_refused'
  readonly fault: ReasonFault

  constructor(fault: ReasonFault) {
    super(`the reason is ${fault}`)
    this.fault = fault
  }
}

export const reasonLength = { least: 5, most: 500 } as const

/** Returns one line (S-43). @throws {InvalidReason} below 5 or above 500 characters. */
export function demandReason(typed: string): string {
  const reason = typed
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (reason.length < reasonLength.least) throw new ReasonRefused('too_short')
  if (reason.length > reasonLength.most) throw new ReasonRefused('too_long')
  return reason
}

/** @throws {PlanEndsInPast} since a plan is ended by removing it. */
export function demandTimeToCome(subscription: Subscription | null, now: Date): void {
  if (subscription?.endsAt && subscription.endsAt <= now) throw new PlanOver()
}
