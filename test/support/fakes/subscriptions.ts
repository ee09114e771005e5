import { SubscriptionEvents } from '../../../src/application/access/ports.ts'
import {
  type EventOutcome,
  isNewer,
  type SubscriptionEvent,
} from '../../../src/domain/access/subscription-event.ts'
import type { PersonId, SubscriptionEventId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

interface Row {
  readonly event: SubscriptionEvent
  readonly personId: PersonId | null
  readonly outcome: EventOutcome
}

export class FakeSubscriptionEvents extends SubscriptionEvents {
  readonly rows = new Table<SubscriptionEventId, Row>()
  readonly #people: FakePeople

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.rows)
  }

  async record(event: SubscriptionEvent): Promise<boolean> {
    if (this.rows.get(event.id)) return false
    this.rows.set(event.id, { event, personId: null, outcome: 'waiting' })
    return true
  }

  async latestOf(personId: PersonId) {
    const settled = this.rows.all().filter(row => row.personId === personId)
    settled.sort(({ event: one }, { event: other }) => (isNewer(one, other) ? -1 : 1))
    const [latest] = settled
    return latest ? { id: latest.event.id, occurredAt: latest.event.occurredAt } : null
  }

  async settle(id: SubscriptionEventId, personId: PersonId, outcome: EventOutcome): Promise<void> {
    const row = this.rows.get(id)
    if (row) this.rows.set(id, { ...row, personId, outcome })
  }

  async awaited(limit: number): Promise<PersonId[]> {
    const found = await Promise.all(this.#waiting().map(({ event }) => this.#people.idOf(event.about)))
    return [...new Set(found.filter(id => id !== null))].slice(0, limit)
  }

  async waitingFor(personId: PersonId): Promise<SubscriptionEvent[]> {
    const events: SubscriptionEvent[] = []
    for (const { event } of this.#waiting())
      if ((await this.#people.idOf(event.about)) === personId) events.push(event)
    return events
  }

  #waiting(): Row[] {
    return this.rows.all().filter(({ outcome }) => outcome === 'waiting')
  }
}
