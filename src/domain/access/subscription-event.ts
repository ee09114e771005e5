import { after, minutes } from '../calendar.ts'
import type { SubscriptionEventId, UserId } from '../identifiers.ts'
import type { Subscription } from './subscription.ts'

export type SubscriptionSource = 'billing' | 'console' | 'command'

export type UserReference = { readonly email: string } | { readonly userId: UserId }

/** `subscription` is null when the user has none. */
export interface SubscriptionEvent {
  readonly id: SubscriptionEventId
  readonly source: SubscriptionSource
  readonly about: UserReference
  readonly occurredAt: Date
  readonly subscription: Subscription | null
}

export type SubscriptionEventOutcome = 'waiting' | 'applied' | 'outdated'

type DatedEvent = Pick<SubscriptionEvent, 'id' | 'occurredAt'>

/** By time, then by id: events may arrive late, twice and out of order. */
export function isNewer(one: DatedEvent, other: DatedEvent): boolean {
  const [oneTime, otherTime] = [one.occurredAt.getTime(), other.occurredAt.getTime()]
  return oneTime === otherTime ? one.id > other.id : oneTime > otherTime
}

export const clockTolerance = minutes(5)

/** An event dated in the future would outdate all others until then. */
export const isDatedAhead = ({ occurredAt }: Pick<SubscriptionEvent, 'occurredAt'>, now: Date): boolean =>
  occurredAt > after(now, clockTolerance)

/** Later than the latest event, even when billing's clock is ahead. */
export const manualChangeTime = (latest: DatedEvent | null, now: Date): Date =>
  latest && latest.occurredAt >= now ? after(latest.occurredAt, 1) : now
