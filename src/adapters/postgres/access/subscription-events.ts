import type { EntityManager } from '@mikro-orm/postgresql'
import { SubscriptionEvents } from '../../../application/access/ports.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type {
  SubscriptionEvent,
  SubscriptionEventOutcome,
  SubscriptionSource,
} from '../../../domain/access/subscription-event.ts'
import type { SubscriptionEventId, UserId } from '../../../domain/identifiers.ts'

interface EventRow {
  readonly id: string
  readonly source: SubscriptionSource
  readonly email: string | null
  readonly named_user_id: string | null
  readonly occurred_at: Date
  readonly plan: Plan | null
  readonly ends_at: Date | null
}

const userCondition = '(lower(app_user.email) = event.email or app_user.id = event.named_user_id)'

export class PostgresSubscriptionEvents extends SubscriptionEvents {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async record(
    { id, source, about, occurredAt, subscription }: SubscriptionEvent,
    receivedAt: Date,
  ): Promise<boolean> {
    const email = 'email' in about ? about.email : null
    const namedUserId = 'userId' in about ? about.userId : null
    const recorded = await this.#em.execute<unknown[]>(
      `insert into subscription_event
         (id, source, email, named_user_id, occurred_at, received_at, plan, ends_at, outcome)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
       on conflict (id) do nothing returning id`,
      [
        id,
        source,
        email,
        namedUserId,
        occurredAt,
        receivedAt,
        subscription?.plan ?? null,
        subscription?.endsAt ?? null,
      ],
    )
    return recorded.length > 0
  }

  async latestOf(userId: UserId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null> {
    // The domain compares ids as the locale "C" does.
    const [row] = await this.#em.execute<EventRow[]>(
      `select id, occurred_at from subscription_event where user_id = ?
       order by occurred_at desc, id collate "C" desc limit 1`,
      [userId],
    )
    return row ? { id: row.id as SubscriptionEventId, occurredAt: new Date(row.occurred_at) } : null
  }

  async finish(
    id: SubscriptionEventId,
    userId: UserId,
    outcome: Exclude<SubscriptionEventOutcome, 'waiting'>,
  ): Promise<void> {
    await this.#em.execute('update subscription_event set user_id = ?, outcome = ? where id = ?', [
      userId,
      outcome,
      id,
    ])
  }

  async usersWithWaitingEvents(limit: number): Promise<UserId[]> {
    const rows = await this.#em.execute<{ id: string }[]>(
      `select distinct app_user.id from subscription_event event join app_user on ${userCondition}
       where event.user_id is null limit ?`,
      [limit],
    )
    return rows.map(({ id }) => id as UserId)
  }

  async waitingFor(userId: UserId): Promise<SubscriptionEvent[]> {
    const rows = await this.#em.execute<EventRow[]>(
      `select event.* from subscription_event event join app_user on ${userCondition}
       where app_user.id = ? and event.user_id is null`,
      [userId],
    )
    return rows.map(toEvent)
  }
}

const toEvent = (row: EventRow): SubscriptionEvent => ({
  id: row.id as SubscriptionEventId,
  source: row.source,
  about: row.email === null ? { userId: row.named_user_id as UserId } : { email: row.email },
  occurredAt: new Date(row.occurred_at),
  subscription: row.plan && { plan: row.plan, endsAt: row.ends_at && new Date(row.ends_at) },
})
