import { type Static, Type } from 'typebox'
import { type Plan, plans, type Subscription } from '../../../../domain/access/subscription.ts'
import { formatDateTime } from '../../kit/formats.ts'
import { VerificationFields } from '../../kit/second-factor/verification.ts'

const PlanName = Type.Enum([...plans, 'none'])

export const PlanForm = Type.Object({
  ...VerificationFields.properties,
  plan: PlanName,
  /** UTC. Empty while the plan renews automatically. */
  until: Type.String({ pattern: '^$|^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d$' }),
  reason: Type.String({ maxLength: 5000 }),
  shownPlan: PlanName,
  shownEndsAt: Type.String({ pattern: '^$|^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
})
export type PlanForm = Static<typeof PlanForm>
export type TypedPlan = Pick<PlanForm, 'plan' | 'until' | 'reason'>

export const initialPlanForm = (subscription: Subscription | null): TypedPlan => ({
  plan: subscription?.plan ?? 'none',
  until: subscription?.endsAt ? formatToMinute(subscription.endsAt) : '',
  reason: '',
})

/** An invalid date counts as no end: no page sends one. */
export const displayedSubscription = ({ shownPlan, shownEndsAt }: PlanForm): Subscription | null =>
  shownPlan === 'none' ? null : { plan: shownPlan, endsAt: instantAt(shownEndsAt) }

/** An unchanged end keeps its seconds, which the field doesn't show. */
export function submittedSubscription({ plan, until, ...form }: PlanForm): Subscription | null | 'no_date' {
  if (plan === 'none') return null
  if (until === '') return { plan, endsAt: null }
  const shown = instantAt(form.shownEndsAt)
  if (shown && formatToMinute(shown) === until) return { plan, endsAt: shown }
  const endsAt = instantAt(`${until}:00.000Z`)
  return endsAt ? { plan, endsAt } : 'no_date'
}

/** Null for 31 February, which would become 3 March. */
function instantAt(text: string): Date | null {
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text ? date : null
}

const formatToMinute = (date: Date): string => date.toISOString().slice(0, 16)

export const planNames: Readonly<Record<Plan | 'none', string>> = {
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  annual: 'Annual',
  listing_tools: 'Listing Tools',
  none: 'No plan',
}

export function planText(subscription: Subscription | null, now: Date): string {
  if (!subscription) return planNames.none
  const { plan, endsAt } = subscription
  const name = planNames[plan]
  if (!endsAt) return `${name}, renews automatically`
  return `${name}${endsAt <= now ? ', lapsed on' : ' until'} ${formatDateTime(endsAt)}`
}
