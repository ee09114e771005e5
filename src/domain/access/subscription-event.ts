import { after, minutes } from '../calendar.ts'
import type { PersonId, SubscriptionEventId } from '../identifiers.ts'
import type { Subscription } from './subscription.ts'

export type SubscriptionSource = 'billing' | 'console' | 'command'

export type Addressee = { readonly email: string } | { readonly personId: PersonId }

/** `subscription` is null when the user has none. */
export interface SubscriptionEvent {
  readonly id: SubscriptionEventId
  readonly source: SubscriptionSource
  readonly about: Addressee
  readonly occurredAt: Date
  readonly says: Subscription | null
}

/** `waiting` until the user exists. */
export type EventOutcome = 'waiting' | 'applied' | 'outdated'

type Placed = Pick<SubscriptionEvent, 'id' | 'occurredAt'>

/** Compares by time, then by id: events arrive late, twice and out of order, but must end in the same subscription. */
export function isNewer(one: Placed, other: Placed): boolean {
  const [later, earlier] = [one.occurredAt.getTime(), other.occurredAt.getTime()]
  return later === earlier ? one.id > other.id : later > earlier
}

/** Allowed between two systems' clocks. */
export const clockTolerance = minutes(5)

/** True when dated in the future: the event would outdate everything until then. */
export const isYetToCome = ({ occurredAt }: Pick<SubscriptionEvent, 'occurredAt'>, now: Date): boolean =>
  occurredAt > after(now, clockTolerance)

/** Returns a time after the latest event, even if billing's clock is slightly ahead. */
export const momentByHand = (latest: Placed | null, now: Date): Date =>
  latest && latest.occurredAt >= now ? after(latest.occurredAt, 1) : now
