import { Refusal } from '../refusal.ts'
import type { Role } from './person.ts'
import type { Subscription } from './subscription.ts'

/** S-43: what people may do and pay for is an admin's to change; a support agent sees it. */
export const administers = (role: Role): boolean => role === 'admin'

/** What one of us can do to a case, through the same rules as its seller (S-43). */
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

/** What was to be done cannot be, as the case stands: most likely it has changed since the page was drawn. */
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

/** The console is for the staff, whatever page of it. */
export class StaffAlone extends Refusal {
  readonly code = 'staff_alone'
}

export class AdminsAlone extends Refusal {
  readonly code = 'admins_alone'
}

/** The console was asked for somebody whom nobody knows. */
export class PersonUnknown extends Refusal {
  readonly code = 'person_unknown'
}

/** The plan is another one than the page showed that was answered: billing, or somebody else of us, was quicker. */
export class PlanStale extends Refusal {
  readonly code = 'plan_stale'
}

/** The role is another one than the page showed that was answered. */
export class RoleStale extends Refusal {
  readonly code = 'role_stale'
}

/** There has to be somebody who can give roles: nobody stops being an admin by their own hand. */
export class OwnRoleKept extends Refusal {
  readonly code = 'own_role_kept'
}

/** Whoever sits at a browser that was left open must not get rid of what keeps them out of the next one. */
export class OwnFactorKept extends Refusal {
  readonly code = 'own_factor_kept'
}

/** Who has no dashboard has nothing to connect. */
export class NothingToConnect extends Refusal {
  readonly code = 'nothing_to_connect'
}

/** A plan that is to end in the past: most likely a date that was left standing, or half typed. */
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

/**
 * Whatever one of us does to somebody's account has its reason on record (S-43): one line, as it was typed.
 * @throws {ReasonRefused} for fewer than five characters, or more than 500.
 */
export function demandReason(typed: string): string {
  const reason = typed
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (reason.length < reasonLength.least) throw new ReasonRefused('too_short')
  if (reason.length > reasonLength.most) throw new ReasonRefused('too_long')
  return reason
}

/**
 * Whoever gives a plan gives it for some time to come; to end one, there is no plan.
 * @throws {PlanOver}
 */
export function demandTimeToCome(subscription: Subscription | null, now: Date): void {
  if (subscription?.endsAt && subscription.endsAt <= now) throw new PlanOver()
}
