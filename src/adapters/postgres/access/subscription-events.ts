import { SubscriptionEvents } from '../../../application/access/ports.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type {
  SubscriptionEvent,
  SubscriptionEventOutcome,
  SubscriptionSource,
} from '../../../domain/access/subscription-event.ts'
import type { SubscriptionEventId, UserId } from '../../../domain/identifiers.ts'
import { type Sql, sql } from '../engine/sql.ts'

interface EventRow {
  readonly id: string
  readonly source: SubscriptionSource
  readonly email: string | null
  readonly named_user_id: string | null
  readonly occurred_at: Date
  readonly plan: Plan | null
  readonly ends_at: Date | null
}

const isAboutUser = sql`(lower(app_user.email) = event.email or app_user.id = event.named_user_id)`

export class PostgresSubscriptionEvents extends SubscriptionEvents {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async record(
    { id, source, about, occurredAt, subscription }: SubscriptionEvent,
    receivedAt: Date,
  ): Promise<boolean> {
    const email = 'email' in about ? about.email : null
    const namedUserId = 'userId' in about ? about.userId : null
    const { plan, endsAt } = subscription ?? { plan: null, endsAt: null }
    const recorded = await this.#sql.query(
      sql`insert into subscription_event
          (id, source, email, named_user_id, occurred_at, received_at, plan, ends_at, outcome)
        values (${id}, ${source}, ${email}, ${namedUserId}, ${occurredAt}, ${receivedAt}, ${plan}, ${endsAt}, 'waiting')
        on conflict (id) do nothing returning id`,
    )
    return recorded.length > 0
  }

  async latestOf(userId: UserId): Promise<Pick<SubscriptionEvent, 'id' | 'occurredAt'> | null> {
    // The domain compares ids as the locale "C" does.
    const [row] = await this.#sql.query<EventRow>(
      sql`select id, occurred_at from subscription_event where user_id = ${userId}
        order by occurred_at desc, id collate "C" desc limit 1`,
    )
    return row ? { id: row.id as SubscriptionEventId, occurredAt: row.occurred_at } : null
  }

  async finish(
    id: SubscriptionEventId,
    userId: UserId,
    outcome: Exclude<SubscriptionEventOutcome, 'waiting'>,
  ): Promise<void> {
    await this.#sql.query(
      sql`update subscription_event set user_id = ${userId}, outcome = ${outcome} where id = ${id}`,
    )
  }

  async usersWithWaitingEvents(limit: number): Promise<UserId[]> {
    const rows = await this.#sql.query<{ id: UserId }>(
      sql`select distinct app_user.id from subscription_event event join app_user on ${isAboutUser}
        where event.user_id is null limit ${limit}`,
    )
    return rows.map(({ id }) => id)
  }

  async waitingFor(userId: UserId): Promise<SubscriptionEvent[]> {
    const rows = await this.#sql.query<EventRow>(
      sql`select event.* from subscription_event event join app_user on ${isAboutUser}
        where app_user.id = ${userId} and event.user_id is null`,
    )
    return rows.map(toEvent)
  }
}

const toEvent = (row: EventRow): SubscriptionEvent => ({
  id: row.id as SubscriptionEventId,
  source: row.source,
  about: row.email === null ? { userId: row.named_user_id as UserId } : { email: row.email },
  occurredAt: row.occurred_at,
  subscription: row.plan && { plan: row.plan, endsAt: row.ends_at },
})
