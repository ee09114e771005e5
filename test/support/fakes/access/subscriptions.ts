import { SubscriptionEvents } from '../../../../src/application/access/ports.ts'
import {
  isNewer,
  type SubscriptionEvent,
  type SubscriptionEventOutcome,
} from '../../../../src/domain/access/subscription-event.ts'
import type { SubscriptionEventId, UserId } from '../../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeUsers } from './users.ts'

interface Row {
  readonly event: SubscriptionEvent
  readonly userId: UserId | null
  readonly outcome: SubscriptionEventOutcome
}

export class FakeSubscriptionEvents extends SubscriptionEvents {
  readonly rows = new Table<SubscriptionEventId, Row>()
  readonly #users: FakeUsers

  constructor(users: FakeUsers, unitOfWork: FakeUnitOfWork) {
    super()
    this.#users = users
    unitOfWork.memories.push(this.rows)
  }

  async record(event: SubscriptionEvent): Promise<boolean> {
    if (this.rows.get(event.id)) return false
    this.rows.set(event.id, { event, userId: null, outcome: 'waiting' })
    return true
  }

  async latestOf(userId: UserId) {
    const finished = this.rows.all().filter(row => row.userId === userId)
    finished.sort(({ event: one }, { event: other }) => (isNewer(one, other) ? -1 : 1))
    const [latest] = finished
    return latest ? { id: latest.event.id, occurredAt: latest.event.occurredAt } : null
  }

  async finish(id: SubscriptionEventId, userId: UserId, outcome: SubscriptionEventOutcome): Promise<void> {
    const row = this.rows.get(id)
    if (row) this.rows.set(id, { ...row, userId, outcome })
  }

  async usersWithWaitingEvents(limit: number): Promise<UserId[]> {
    const found = await Promise.all(this.#waiting().map(({ event }) => this.#users.idOf(event.about)))
    return [...new Set(found.filter(id => id !== null))].slice(0, limit)
  }

  async waitingFor(userId: UserId): Promise<SubscriptionEvent[]> {
    const events: SubscriptionEvent[] = []
    for (const { event } of this.#waiting())
      if ((await this.#users.idOf(event.about)) === userId) events.push(event)
    return events
  }

  #waiting(): Row[] {
    return this.rows.all().filter(({ outcome }) => outcome === 'waiting')
  }
}
