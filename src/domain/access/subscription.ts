import { Refusal } from '../refusal.ts'

/** All are full-suite except `listing_tools`. */
export const plans = ['monthly', 'quarterly', 'annual', 'listing_tools'] as const
export type Plan = (typeof plans)[number]

export interface Subscription {
  readonly plan: Plan
  /** Null while it renews automatically. */
  readonly endsAt: Date | null
}

/** Why a user can't connect (S-02). */
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
 * S-02: in every role, only an active full-suite subscription may connect. It lapses at `endsAt`.
 * @returns null when connecting is allowed.
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

/** True when skipped syncs may resume (S-03). */
export const endsLack = (before: Subscription | null, next: Subscription | null, now: Date): boolean =>
  lackOf(before, now) !== null && lackOf(next, now) === null

/** S-02, at every step of connecting. */
export class PlanLacking extends Refusal {
  readonly code = 'plan_lacking'
  readonly lack: Lack

  constructor(lack: Lack) {
    super(`the plan does not allow connecting: ${lack.lack}`)
    this.lack = lack
  }
}

/** @throws {PlanRequired} */
export function demandPlan(subscription: Subscription | null, now: Date): void {
  const lack = lackOf(subscription, now)
  if (lack) throw new PlanLacking(lack)
}
