import { randomUUID } from 'node:crypto'
import { isSamePlan, liftsPlanRestriction, type Subscription } from '../../domain/access/subscription.ts'
import {
  isDatedAhead,
  isNewer,
  manualChangeTime,
  type SubscriptionEvent,
  type UserReference,
} from '../../domain/access/subscription-event.ts'
import type { SubscriptionEventId, UserId } from '../../domain/identifiers.ts'
import { entry, type PlanSnapshot, type StaffActor } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { SubscriptionEvents, Subscriptions, SyncResumption, Users } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of' | 'save'>
  readonly events: SubscriptionEvents
  readonly resumption: SyncResumption
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type SubscriptionEventResult =
  | 'applied'
  | 'outdated'
  | 'duplicate'
  /** Kept until the user exists. */
  | 'waiting'
  | 'dated_ahead'

/** Resumes syncing when the plan restriction ends (S-03). */
export class ApplySubscriptionEvent {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Events may arrive twice, late, concurrently or out of order. */
  execute(event: SubscriptionEvent): Promise<SubscriptionEventResult> {
    const { events, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const now = clock.now()
      if (isDatedAhead(event, now)) return 'dated_ahead'
      const userId = await this.#lockUser(event.about)
      if (!(await events.record(event, now))) return 'duplicate'
      return userId ? this.#apply(userId, event, now) : 'waiting'
    })
  }

  /** Supersedes earlier billing events. An unchanged plan records nothing. */
  setManually(change: {
    readonly about: UserReference
    readonly subscription: Subscription | null
    readonly source: 'console' | 'command'
    readonly by?: StaffActor
  }): Promise<'changed' | 'unchanged' | 'user_not_found'> {
    const { subscriptions, events, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const now = clock.now()
      const userId = await this.#lockUser(change.about)
      if (!userId) return 'user_not_found'
      const { about, subscription, source } = change
      if (isSamePlan(await subscriptions.of(userId), subscription)) return 'unchanged'
      const occurredAt = manualChangeTime(await events.latestOf(userId), now)
      const event = {
        about,
        subscription,
        source,
        id: randomUUID() as string as SubscriptionEventId,
        occurredAt,
      }
      await events.record(event, now)
      await this.#apply(userId, event, now, change.by)
      return 'changed'
    })
  }

  /**
   * Safe to run concurrently.
   * @throws {AggregateError} at the end.
   */
  async applyWaiting(limit: number): Promise<number> {
    const userIds = await this.#deps.events.usersWithWaitingEvents(limit)
    const failures: unknown[] = []
    for (const userId of userIds) {
      await this.#applyWaitingFor(userId).catch(error => failures.push(error))
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'waiting subscription events could not be applied')
    return userIds.length
  }

  #applyWaitingFor(userId: UserId): Promise<void> {
    const { users, events, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await users.lock(userId)
      // Newest first: older events become outdated.
      const newestFirst = [...(await events.waitingFor(userId))].sort((one, other) =>
        isNewer(one, other) ? -1 : 1,
      )
      for (const event of newestFirst) await this.#apply(userId, event, clock.now())
    })
  }

  async #lockUser(about: UserReference): Promise<UserId | null> {
    const { users } = this.#deps
    const userId = await users.idOf(about)
    if (userId) await users.lock(userId)
    return userId
  }

  async #apply(
    userId: UserId,
    event: SubscriptionEvent,
    now: Date,
    by?: StaffActor,
  ): Promise<'applied' | 'outdated'> {
    const { subscriptions, events, resumption, timeline } = this.#deps
    const { id: eventId, source, subscription } = event
    const latest = await events.latestOf(userId)
    const outcome = latest && isNewer(latest, event) ? 'outdated' : 'applied'
    await events.finish(eventId, userId, outcome)
    if (outcome === 'outdated') return outcome

    const before = await subscriptions.of(userId)
    if (isSamePlan(before, subscription)) return outcome
    await subscriptions.save(userId, subscription)
    const timelineEvent = {
      kind: 'plan_changed',
      source,
      eventId,
      before: planSnapshotOf(before),
      after: planSnapshotOf(subscription),
      ...(by && { by }),
    } as const
    await timeline.append(entry(now, { userId }, timelineEvent))
    if (liftsPlanRestriction(before, subscription, now)) await resumption.resume(userId)
    return outcome
  }
}

const planSnapshotOf = (subscription: Subscription | null): PlanSnapshot | null =>
  subscription && { plan: subscription.plan, endsAt: subscription.endsAt?.toISOString() ?? null }
