import { randomUUID } from 'node:crypto'
import { endsLack, isSamePlan, type Subscription } from '../../domain/access/subscription.ts'
import {
  type Addressee,
  isNewer,
  isYetToCome,
  momentByHand,
  type SubscriptionEvent,
} from '../../domain/access/subscription-event.ts'
import type { PersonId, SubscriptionEventId } from '../../domain/identifiers.ts'
import { type DoneBy, entry, type ToldPlan } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { People, SubscriptionEvents, SyncResumption } from './ports.ts'

interface Needs {
  readonly people: People
  readonly events: SubscriptionEvents
  readonly resumption: SyncResumption
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Taken =
  | 'applied'
  /** A newer event is known. */
  | 'outdated'
  /** Known already. */
  | 'duplicate'
  /** Kept until the user exists. */
  | 'waiting'
  /** Dated in the future. */
  | 'yet_to_come'

/** Resumes syncing when this lifts a plan restriction (S-03). */
export class ChangeSubscription {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Applies an event from billing, which may arrive twice, late, concurrently or out of order. */
  run(event: SubscriptionEvent): Promise<Taken> {
    const { events, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const now = clock.now()
      if (isYetToCome(event, now)) return 'yet_to_come'
      const personId = await this.#hold(event.about)
      if (!(await events.record(event, now))) return 'duplicate'
      return personId ? this.#take(personId, event, now) : 'waiting'
    })
  }

  /** Sets the plan as of now, which outdates all earlier billing events. An unchanged plan records nothing. */
  byHand(change: {
    readonly about: Addressee
    readonly says: Subscription | null
    readonly source: 'console' | 'command'
    readonly by?: DoneBy
    /** Under the lock; if it throws, nothing changes. */
    readonly demand?: (before: Subscription | null) => Promise<void>
    /** In the same transaction. */
    readonly alongside?: (before: Subscription | null, at: Date) => Promise<void>
  }): Promise<'changed' | 'unchanged' | 'nobody'> {
    const { people, events, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const now = clock.now()
      const personId = await this.#hold(change.about)
      if (!personId) return 'nobody'
      const { about, says, source } = change
      const before = await people.subscriptionOf(personId)
      await change.demand?.(before)
      if (isSamePlan(before, says)) return 'unchanged'
      const occurredAt = momentByHand(await events.latestOf(personId), now)
      const event = { about, says, source, id: randomUUID() as string as SubscriptionEventId, occurredAt }
      await events.record(event, now)
      await this.#take(personId, event, now, change.by)
      await change.alongside?.(before, now)
      return 'changed'
    })
  }

  /**
   * Applies the events of users who exist by now. Safe to run concurrently.
   * @returns the number of users.
   * @throws {AggregateError} at the end.
   */
  async takeUp(limit: number): Promise<number> {
    const awaited = await this.#needs.events.awaited(limit)
    const failures: unknown[] = []
    for (const personId of awaited) {
      await this.#takeUpFor(personId).catch(error => failures.push(error))
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'what waited for a person could not be taken up')
    return awaited.length
  }

  #takeUpFor(personId: PersonId): Promise<void> {
    const { people, events, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await people.lock(personId)
      // Newest first: older ones are outdated then.
      const waiting = [...(await events.waitingFor(personId))].sort((one, other) =>
        isNewer(one, other) ? -1 : 1,
      )
      for (const event of waiting) await this.#take(personId, event, clock.now())
    })
  }

  async #hold(about: Addressee): Promise<PersonId | null> {
    const { people } = this.#needs
    const personId = await people.idOf(about)
    if (personId) await people.lock(personId)
    return personId
  }

  async #take(
    personId: PersonId,
    event: SubscriptionEvent,
    now: Date,
    by?: DoneBy,
  ): Promise<'applied' | 'outdated'> {
    const { people, events, resumption, timeline } = this.#needs
    const { id: eventId, source, says } = event
    const latest = await events.latestOf(personId)
    const outcome = latest && isNewer(latest, event) ? 'outdated' : 'applied'
    await events.settle(eventId, personId, outcome)
    if (outcome === 'outdated') return outcome

    const before = await people.subscriptionOf(personId)
    if (isSamePlan(before, says)) return outcome
    await people.saveSubscription(personId, says)
    const happening = {
      kind: 'plan_changed',
      source,
      eventId,
      before: told(before),
      after: told(says),
      ...(by && { by }),
    } as const
    await timeline.append(entry(now, { personId }, happening))
    if (endsLack(before, says, now)) await resumption.resume(personId)
    return outcome
  }
}

const told = (subscription: Subscription | null): ToldPlan | null =>
  subscription && { plan: subscription.plan, endsAt: subscription.endsAt?.toISOString() ?? null }
