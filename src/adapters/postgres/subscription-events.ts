import type { EntityManager } from '@mikro-orm/postgresql'
import { SubscriptionEvents } from '../../application/access/ports.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import type {
  EventOutcome,
  SubscriptionEvent,
  SubscriptionSource,
} from '../../domain/access/subscription-event.ts'
import type { PersonId, SubscriptionEventId } from '../../domain/identifiers.ts'

interface Columns {
  readonly id: string
  readonly source: SubscriptionSource
  readonly email: string | null
  readonly named_person_id: string | null
  readonly occurred_at: Date
  readonly plan: Plan | null
  readonly ends_at: Date | null
}

/** Matches a waiting event to its user, if any. */
const named = '(lower(person.email) = event.email or person.id = event.named_person_id)'

export class PostgresSubscriptionEvents extends SubscriptionEvents {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async record(
    { id, source, about, occurredAt, says }: SubscriptionEvent,
    receivedAt: Date,
  ): Promise<boolean> {
    const email = 'email' in about ? about.email : null
    const namedPersonId = 'personId' in about ? about.personId : null
    const recorded = await this.#em.execute<unknown[]>(
      `insert into subscription_event
         (id, source, email, named_person_id, occurred_at, received_at, plan, ends_at, outcome)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
       on conflict (id) do nothing returning id`,
      [id, source, email, namedPersonId, occurredAt, receivedAt, says?.plan ?? null, says?.endsAt ?? null],
    )
    return recorded.length > 0
  }

  async latestOf(personId: PersonId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null> {
    // The domain compares ids as the locale "C" does.
    const [row] = await this.#em.execute<Columns[]>(
      `select id, occurred_at from subscription_event where person_id = ?
       order by occurred_at desc, id collate "C" desc limit 1`,
      [personId],
    )
    return row ? { id: row.id as SubscriptionEventId, occurredAt: new Date(row.occurred_at) } : null
  }

  async settle(
    id: SubscriptionEventId,
    personId: PersonId,
    outcome: Exclude<EventOutcome, 'waiting'>,
  ): Promise<void> {
    await this.#em.execute('update subscription_event set person_id = ?, outcome = ? where id = ?', [
      personId,
      outcome,
      id,
    ])
  }

  async awaited(limit: number): Promise<PersonId[]> {
    const rows = await this.#em.execute<{ id: string }[]>(
      `select distinct person.id from subscription_event event join person on ${named}
       where event.person_id is null limit ?`,
      [limit],
    )
    return rows.map(({ id }) => id as PersonId)
  }

  async waitingFor(personId: PersonId): Promise<SubscriptionEvent[]> {
    const rows = await this.#em.execute<Columns[]>(
      `select event.* from subscription_event event join person on ${named}
       where person.id = ? and event.person_id is null`,
      [personId],
    )
    return rows.map(toEvent)
  }
}

const toEvent = (row: Columns): SubscriptionEvent => ({
  id: row.id as SubscriptionEventId,
  source: row.source,
  about: row.email === null ? { personId: row.named_person_id as PersonId } : { email: row.email },
  occurredAt: new Date(row.occurred_at),
  says: row.plan && { plan: row.plan, endsAt: row.ends_at && new Date(row.ends_at) },
})
