import { after, minutes } from '../calendar.ts'
import type { PersonId, SubscriptionEventId } from '../identifiers.ts'
import type { Subscription } from './subscription.ts'

/** Who says what somebody pays for: the billing system, or one of us. */
export type SubscriptionSource = 'billing' | 'console' | 'command'

/** Whom something is said about: by their e-mail address, in the form of `normaliseEmail`, or by our id. */
export type Addressee = { readonly email: string } | { readonly personId: PersonId }

/** What was said about somebody's subscription; null says that there is none. */
export interface SubscriptionEvent {
  readonly id: SubscriptionEventId
  readonly source: SubscriptionSource
  readonly about: Addressee
  readonly occurredAt: Date
  readonly says: Subscription | null
}

/** What came of it. Whoever it is about may not exist yet: then it waits for them. */
export type EventOutcome = 'waiting' | 'applied' | 'outdated'

type Placed = Pick<SubscriptionEvent, 'id' | 'occurredAt'>

/**
 * Events come late, twice and out of order. What counts is when they happened, and at the same moment their ids, so
 * that every order of arrival ends in the same subscription.
 */
export function isNewer(one: Placed, other: Placed): boolean {
  const [later, earlier] = [one.occurredAt.getTime(), other.occurredAt.getTime()]
  return later === earlier ? one.id > other.id : later > earlier
}

/** By how much the clocks of two systems may differ. */
export const clockTolerance = minutes(5)

/** What is dated ahead would outlast everything that happens until then. */
export const isYetToCome = ({ occurredAt }: Pick<SubscriptionEvent, 'occurredAt'>, now: Date): boolean =>
  occurredAt > after(now, clockTolerance)

/** What one of us says is said last, also where billing's clock goes a little ahead of ours. */
export const momentByHand = (latest: Placed | null, now: Date): Date =>
  latest && latest.occurredAt >= now ? after(latest.occurredAt, 1) : now
