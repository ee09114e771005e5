import { Refusal } from '../refusal.ts'

/** The full-suite plans, and the one that is not. */
export const plans = ['monthly', 'quarterly', 'annual', 'listing_tools'] as const
export type Plan = (typeof plans)[number]

export interface Subscription {
  readonly plan: Plan
  /** When it stops being paid for; null while it renews itself. */
  readonly endsAt: Date | null
}

/** What keeps a person from connecting (S-02). */
export type Lack =
  | { readonly lack: 'no_plan' }
  | { readonly lack: 'not_full_suite'; readonly plan: Plan }
  | { readonly lack: 'lapsed'; readonly plan: Plan; readonly endedAt: Date }

const fullSuite: Readonly<Record<Plan, boolean>> = {
  monthly: true,
  quarterly: true,
  annual: true,
  listing_tools: false,
}

export const isFullSuite = (plan: Plan): boolean => fullSuite[plan]

/**
 * S-02: whatever the role, only an active subscription to a full-suite plan may connect.
 * A subscription ends at its very moment: at `endsAt` it is over.
 * @returns what is lacking, or null when nothing is.
 */
export function lackOf(subscription: Subscription | null, now: Date): Lack | null {
  if (!subscription) return { lack: 'no_plan' }
  const { plan, endsAt } = subscription
  if (!isFullSuite(plan)) return { lack: 'not_full_suite', plan }
  if (endsAt && now >= endsAt) return { lack: 'lapsed', plan, endedAt: endsAt }
  return null
}

export const isSamePlan = (one: Subscription | null, other: Subscription | null): boolean =>
  one?.plan === other?.plan && (one?.endsAt?.getTime() ?? null) === (other?.endsAt?.getTime() ?? null)

/** S-03: whoever could not connect can again, so that what was paused goes on. */
export const endsLack = (before: Subscription | null, next: Subscription | null, now: Date): boolean =>
  lackOf(before, now) !== null && lackOf(next, now) === null

/** S-02, on every step of a connection. */
export class PlanLacking extends Refusal {
  readonly code = 'plan_lacking'
  readonly lack: Lack

  constructor(lack: Lack) {
    super(`the plan does not allow connecting: ${lack.lack}`)
    this.lack = lack
  }
}

/** @throws {PlanLacking} */
export function demandPlan(subscription: Subscription | null, now: Date): void {
  const lack = lackOf(subscription, now)
  if (lack) throw new PlanLacking(lack)
}
