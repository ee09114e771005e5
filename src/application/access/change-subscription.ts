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

/** What came of an event of the billing system's. */
export type Taken =
  | 'applied'
  /** Something newer is known: nothing was changed. */
  | 'outdated'
  /** It was taken before: nothing was changed. */
  | 'duplicate'
  /** Nobody is known under that name yet: it is kept until somebody is. */
  | 'waiting'
  /** Its date lies ahead: it was not taken. */
  | 'yet_to_come'

/** A person's plan begins, changes, lapses or is renewed; where that ends what they lacked, syncing goes on (S-03). */
export class ChangeSubscription {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** What the billing system says: it may say so twice, late, at once, and in any order. */
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

  /**
   * What one of us says, as of now: it outdates whatever the billing system has said before. What changes nothing is not
   * said, and outdates nothing.
   */
  byHand(change: {
    readonly about: Addressee
    readonly says: Subscription | null
    readonly source: 'console' | 'command'
    readonly by?: DoneBy
    /** Asked with the plan as it is, which stays so meanwhile; what it throws changes nothing. */
    readonly demand?: (before: Subscription | null) => Promise<void>
    /** What is kept with the change, or not at all. */
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
   * What has waited for people who exist by now. Can run twice, and in two places.
   * @returns for how many of them.
   * @throws {AggregateError} after all of them, for those for whom it failed.
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
      // The newest first: the others are outdated by then, and change nothing on the way.
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
