import { DomainError } from '../domain-error.ts'

/** All are full-suite except `listing_tools`. */
export const plans = ['monthly', 'quarterly', 'annual', 'listing_tools'] as const
export type Plan = (typeof plans)[number]

export interface Subscription {
  readonly plan: Plan
  /** Null while it renews automatically. */
  readonly endsAt: Date | null
}

export type PlanRestriction =
  | { readonly kind: 'no_plan' }
  | { readonly kind: 'not_full_suite'; readonly plan: Plan }
  | { readonly kind: 'lapsed'; readonly plan: Plan; readonly endedAt: Date }

const fullSuite: Readonly<Record<Plan, boolean>> = {
  monthly: true,
  quarterly: true,
  annual: true,
  listing_tools: false,
}

export const isFullSuite = (plan: Plan): boolean => fullSuite[plan]

/** S-02, all roles: a plan lapses at `endsAt`. Null when connecting is allowed. */
export function planRestrictionOf(subscription: Subscription | null, now: Date): PlanRestriction | null {
  if (!subscription) return { kind: 'no_plan' }
  const { plan, endsAt } = subscription
  if (!isFullSuite(plan)) return { kind: 'not_full_suite', plan }
  if (endsAt && now >= endsAt) return { kind: 'lapsed', plan, endedAt: endsAt }
  return null
}

export const isSamePlan = (one: Subscription | null, other: Subscription | null): boolean =>
  one?.plan === other?.plan && (one?.endsAt?.getTime() ?? null) === (other?.endsAt?.getTime() ?? null)

/** S-03 */
export const liftsPlanRestriction = (
  before: Subscription | null,
  next: Subscription | null,
  now: Date,
): boolean => planRestrictionOf(before, now) !== null && planRestrictionOf(next, now) === null

/** S-02 */
export class PlanRequired extends DomainError {
  readonly code = 'plan_required'
  readonly planRestriction: PlanRestriction

  constructor(planRestriction: PlanRestriction) {
    super(`the plan does not allow connecting: ${planRestriction.kind}`)
    this.planRestriction = planRestriction
  }
}

/** @throws {PlanRequired} */
export function requirePlan(subscription: Subscription | null, now: Date): void {
  const planRestriction = planRestrictionOf(subscription, now)
  if (planRestriction) throw new PlanRequired(planRestriction)
}
