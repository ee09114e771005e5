import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { type DeliveryOutcome, type LeasedEmail, Outbox } from '../../../application/email/ports.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type { Role } from '../../../domain/access/user.ts'
import { after } from '../../../domain/calendar.ts'
import type { Connection } from '../../../domain/connection/connection.ts'
import { revocationWindow } from '../../../domain/connection/mass-revocation.ts'
import type { DeliveryInput } from '../../../domain/email/delivery-decision.ts'
import type { EmailMessage, OutgoingEmail } from '../../../domain/email/email-message.ts'
import type { ConnectionId, EmailMessageId, UserId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { countLossesSince } from '../connection/connections.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { join, raw, type Sql, type Statement, sql } from '../engine/sql.ts'

/** Longer than a delivery, so no heartbeat; a killed worker's email waits this long. */
const leaseSeconds = 120

const linkRecordOf = (id: string) => ({ table: 'email_message', column: 'link', id })

/** Joins the transaction of `client`. Not for emails with a link, which must be encrypted. */
export async function insertEmails(client: ClientBase, emails: readonly OutgoingEmail[]): Promise<void> {
  for (const email of emails) await client.query(insertion(randomUUID(), email, null))
}

function insertion(id: string, email: OutgoingEmail, link: string | null): Statement {
  const { idempotencyKey, userId, connectionId, createdAt, dueAt } = email
  const { kind, ...content } = email.message
  const contentJson = JSON.stringify({ ...content, link: undefined })
  return sql`
    insert into email_message (id, idempotency_key, user_id, connection_id, kind, content, link, created_at, due_at)
    values (${id}, ${idempotencyKey}, ${userId}, ${connectionId}, ${kind}, ${contentJson}::jsonb, ${link}, ${createdAt}, ${dueAt})
    on conflict (idempotency_key) do nothing`
}

export class PostgresOutbox extends Outbox {
  readonly #sql: Sql
  readonly #cipher: TokenCipher

  constructor(sql: Sql, cipher: TokenCipher) {
    super()
    this.#sql = sql
    this.#cipher = cipher
  }

  async put(...emails: readonly OutgoingEmail[]): Promise<void> {
    for (const email of emails) {
      const id = randomUUID()
      const secret: Secret | null = 'link' in email.message ? email.message.link : null
      const link = secret && (await this.#cipher.encrypt(secret, linkRecordOf(id)))
      await this.#sql.query(insertion(id, email, link))
    }
  }

  async isWaiting(idempotencyKey: string): Promise<boolean> {
    const rows = await this.#sql.query(
      sql`select from email_message where idempotency_key = ${idempotencyKey} and due_at is not null`,
    )
    return rows.length > 0
  }

  async claim(now: Date): Promise<LeasedEmail | null> {
    const [row] = await withFailpoints('email claimed', () =>
      this.#sql.query<ClaimedRow>(
        sql`update email_message
          set leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), fencing_token = fencing_token + 1
          from app_user where app_user.id = email_message.user_id and email_message.id = (
            select due.id from email_message due join app_user on app_user.id = due.user_id
            where due.due_at <= ${now} and (due.leased_until is null or due.leased_until < clock_timestamp())
            order by due.due_at, due.created_at limit 1 for update of due skip locked)
          returning email_message.id, fencing_token, idempotency_key, user_id, connection_id, kind, content, link, tries, first_tried_at,
            email, name, role`,
      ),
    )
    return row ? this.#toLeasedEmail(row) : null
  }

  async deliveryInputOf({ id, userId, connectionId }: LeasedEmail, now: Date): Promise<DeliveryInput> {
    const [row] = await this.#sql.query<DeliveryInputRow>(
      sql`select connection.status, authorisation_lost_at, closed_at, plan, ends_at, ready, reminders, viewed_at,
          (select max(other.sent_at) from email_message other
           where other.connection_id = own.connection_id and other.kind = own.kind) as last_emailed_at,
          exists (select from email_message other
           where other.connection_id = own.connection_id and other.kind = own.kind and other.due_at is not null
             and other.content ->> 'since' = own.content ->> 'since'
             and other.content ->> 'reminder' < own.content ->> 'reminder') as is_earlier_waiting
        from app_user
          left join email_message own on own.id = ${id}
          left join subscription on subscription.user_id = app_user.id
          left join email_preferences on email_preferences.user_id = app_user.id
          left join connection on connection.id = ${connectionId} and connection.user_id = app_user.id
          left join progress_view on progress_view.connection_id = connection.id
        where app_user.id = ${userId}`,
    )
    const { count: grantLosses } = await countLossesSince(this.#sql, after(now, -revocationWindow))
    return {
      connection: row?.status
        ? { status: row.status, since: row.authorisation_lost_at, closedAt: row.closed_at }
        : null,
      subscription: row?.plan ? { plan: row.plan, endsAt: row.ends_at } : null,
      choice: { ready: row?.ready ?? true, reminders: row?.reminders ?? true },
      viewedAt: row?.viewed_at ?? null,
      lastEmailedAt: row?.last_emailed_at ?? null,
      hasEarlierEmailWaiting: row?.is_earlier_waiting ?? false,
      grantLosses,
    }
  }

  async complete(
    { id, fencingToken }: Pick<LeasedEmail, 'id' | 'fencingToken'>,
    outcome: DeliveryOutcome,
  ): Promise<boolean> {
    const columns = Object.entries(toColumns(outcome))
    const assignments = columns.map(([column, value]) => sql`${raw(column)} = ${value}`)
    const updated = await this.#sql.query(
      sql`update email_message set ${join(assignments)}, leased_until = null
        where id = ${id} and fencing_token = ${fencingToken} and due_at is not null returning id`,
    )
    return updated.length > 0
  }

  #toLeasedEmail(row: ClaimedRow): LeasedEmail {
    const {
      id,
      fencing_token: fencingToken,
      idempotency_key: idempotencyKey,
      kind,
      content,
      link,
      tries,
      email,
      name,
      role,
    } = row
    const message = {
      kind,
      ...content,
      ...(link && { link: this.#cipher.decrypt(link, linkRecordOf(id)) }),
    } as EmailMessage
    return {
      id: id as EmailMessageId,
      fencingToken,
      idempotencyKey,
      userId: row.user_id as UserId,
      connectionId: row.connection_id as ConnectionId | null,
      message,
      user: { email, name, role },
      tries,
      firstTriedAt: row.first_tried_at,
    }
  }
}

function toColumns(outcome: DeliveryOutcome): Record<string, unknown> {
  const finished = { due_at: null, link: null }
  switch (outcome.outcome) {
    case 'sent':
      return { ...finished, sent_at: outcome.at, subject: outcome.subject, body: outcome.text, error: null }
    case 'deferred':
      return { due_at: outcome.until }
    case 'retry': {
      const { at, dueAt, error, tries } = outcome
      return { due_at: dueAt, error, tries, ...(tries === 1 && { first_tried_at: at }) }
    }
    case 'failed':
      return { ...finished, failed_at: outcome.at, error: outcome.error }
    case 'suppressed':
      return { ...finished, suppressed_at: outcome.at, suppression_reason: outcome.why }
  }
}

interface ClaimedRow {
  readonly id: string
  readonly fencing_token: number
  readonly idempotency_key: string
  readonly user_id: string
  readonly connection_id: string | null
  readonly kind: EmailMessage['kind']
  readonly content: object
  readonly link: string | null
  readonly tries: number
  readonly first_tried_at: Date | null
  readonly email: string
  readonly name: string
  readonly role: Role
}

interface DeliveryInputRow {
  readonly status: Connection['status'] | null
  readonly authorisation_lost_at: Date | null
  readonly closed_at: Date | null
  readonly plan: Plan | null
  readonly ends_at: Date | null
  readonly ready: boolean | null
  readonly reminders: boolean | null
  readonly viewed_at: Date | null
  readonly last_emailed_at: Date | null
  readonly is_earlier_waiting: boolean
}
