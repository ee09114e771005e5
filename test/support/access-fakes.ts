/** The ports of access that {@link openFakes} does without, in memory. */
import { DailySyncs } from '../../src/adapters/sync-resumption/daily-syncs.ts'
import { type AccountView, AccountViews, SubscriptionEvents } from '../../src/application/access/ports.ts'
import { ResumeSyncs } from '../../src/application/ingestion/index.ts'
import {
  type EventOutcome,
  isNewer,
  type SubscriptionEvent,
} from '../../src/domain/access/subscription-event.ts'
import type { PersonId, SubscriptionEventId } from '../../src/domain/identifiers.ts'
import { type FakePeople, type FakeUnitOfWork, openFakes, Table } from './fakes.ts'
import { FakeAccessLinks, RecordingAccessMails } from './link-fakes.ts'
import { FakeOneTimeCodes, FakeSecondFactors } from './second-factor-fakes.ts'

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

export class FakeAccountViews extends AccountViews {
  readonly #rows = new Table<number, AccountView>()
  readonly #people: FakePeople

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.#rows)
  }

  async note(view: AccountView): Promise<void> {
    this.#rows.set(this.#rows.size, view)
  }

  async latestOf(personId: PersonId, limit: number) {
    const views = this.#rows.all().filter(view => view.personId === personId)
    const newestFirst = views.reverse().sort((one, other) => other.at.getTime() - one.at.getTime())
    const hourOf = ({ viewerId, connectionId, at }: AccountView) =>
      `${viewerId} ${connectionId} ${Math.floor(at.getTime() / 3_600_000)}`
    const seen = new Set<string>()
    return newestFirst
      .filter(view => !seen.has(hourOf(view)) && seen.add(hourOf(view)))
      .slice(0, limit)
      .map(({ viewerId, connectionId, at }) => {
        const viewerName = this.#people.find(viewerId)?.name ?? ''
        return { viewerName, connectionId, at }
      })
  }
}

/** The fakes, and what the use cases of access need beside them. */
export function openAccessFakes() {
  const fakes = openFakes()
  return {
    ...fakes,
    events: new FakeSubscriptionEvents(fakes.people, fakes.unitOfWork),
    views: new FakeAccountViews(fakes.people, fakes.unitOfWork),
    factors: new FakeSecondFactors(fakes.unitOfWork),
    codes: new FakeOneTimeCodes(),
    links: new FakeAccessLinks(fakes.unitOfWork),
    mails: new RecordingAccessMails(),
    resumption: new DailySyncs(new ResumeSyncs(fakes)),
  }
}
