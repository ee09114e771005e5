import { randomUUID } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientBase } from 'pg'
import { type DeliveryOutcome, type LeasedEmail, Outbox } from '../../application/mail/ports.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import type { Role } from '../../domain/access/user.ts'
import { after } from '../../domain/calendar.ts'
import type { Connection } from '../../domain/connection/connection.ts'
import { revocationWindow } from '../../domain/connection/mass-revocation.ts'
import type { ConnectionId, EmailMessageId, UserId } from '../../domain/identifiers.ts'
import type { DeliveryInput } from '../../domain/mail/delivery-decision.ts'
import type { EmailMessage, OutgoingEmail } from '../../domain/mail/email-message.ts'
import type { Secret } from '../../domain/secret.ts'
import { countRevocationsSince } from './connections.ts'
import { withFailpoints } from './failpoints.ts'
import { toPositionalParameters } from './positional-parameters.ts'
import { toDate } from './to-date.ts'
import type { TokenCipher } from './token-cipher.ts'

const putEmail = `
  insert into mail (id, episode, person_id, connection_id, kind, content, link, created_at, next_try_at)
  values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?) on conflict (episode) do nothing`

/** Longer than a delivery, so without heartbeat; a killed worker's email waits this long. */
const leaseSeconds = 120

const linkOf = (id: string) => ({ table: 'mail', column: 'link', id })

/** Joins the transaction of `client`. Not for emails with a link, which must be encrypted. */
export async function insertEmails(client: ClientBase, emails: readonly OutgoingEmail[]): Promise<void> {
  for (const message of emails)
    await client.query(toPositionalParameters(putEmail), rowOf(randomUUID(), message, null))
}

function rowOf(id: string, message: OutgoingEmail, link: string | null): unknown[] {
  const { idempotencyKey, userId, connectionId, createdAt, dueAt } = message
  const { kind, ...content } = message.message
  const open = JSON.stringify({ ...content, link: undefined })
  return [id, idempotencyKey, userId, connectionId, kind, open, link, createdAt, dueAt]
}

export class PostgresOutbox extends Outbox {
  readonly #em: EntityManager
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#cipher = cipher
  }

  async put(...emails: readonly OutgoingEmail[]): Promise<void> {
    for (const message of emails) {
      const id = randomUUID()
      const secret: Secret | null = 'link' in message.message ? message.message.link : null
      const link = secret && (await this.#cipher.encrypt(secret, linkOf(id)))
      await this.#em.execute(putEmail, rowOf(id, message, link))
    }
  }

  async isWaiting(idempotencyKey: string): Promise<boolean> {
    const rows = await this.#em.execute<unknown[]>(
      'select 1 from mail where episode = ? and next_try_at is not null',
      [idempotencyKey],
    )
    return rows.length > 0
  }

  async claim(now: Date): Promise<LeasedEmail | null> {
    const [row] = await withFailpoints('mail claimed', () =>
      this.#em.execute<ClaimedRow[]>(
        `update mail set leased_until = clock_timestamp() + make_interval(secs => ?), fence = fence + 1
         from person where person.id = mail.person_id and mail.id = (
           select due.id from mail due join person on person.id = due.person_id
           where due.next_try_at <= ? and (due.leased_until is null or due.leased_until < clock_timestamp())
           order by due.next_try_at, due.created_at limit 1 for update of due skip locked)
         returning mail.id, fence, episode, person_id, connection_id, kind, content, link, tries, first_tried_at,
           email, name, role`,
        [leaseSeconds, now],
      ),
    )
    return row ? this.#toClaimed(row) : null
  }

  async factsOf({ id, userId, connectionId }: LeasedEmail, now: Date): Promise<DeliveryInput> {
    const [row] = await this.#em.execute<FactsRow[]>(
      `select connection.status, since, closed_at, plan, ends_at, ready, reminders, looked_at,
         (select max(other.sent_at) from mail other
          where other.connection_id = own.connection_id and other.kind = own.kind) as told_at,
         exists (select from mail other
          where other.connection_id = own.connection_id and other.kind = own.kind and other.next_try_at is not null
            and other.content ->> 'since' = own.content ->> 'since'
            and other.content ->> 'reminder' < own.content ->> 'reminder') as is_earlier_waiting
       from person
         left join mail own on own.id = ?
         left join subscription on subscription.person_id = person.id
         left join mail_choice on mail_choice.person_id = person.id
         left join connection on connection.id = ? and connection.person_id = person.id
         left join loading_look on loading_look.connection_id = connection.id
       where person.id = ?`,
      [id, connectionId, userId],
    )
    const { count: grantLosses } = await countRevocationsSince(this.#em, after(now, -revocationWindow))
    return {
      connection: row?.status
        ? { status: row.status, since: toDate(row.since), closedAt: toDate(row.closed_at) }
        : null,
      subscription: row?.plan ? { plan: row.plan, endsAt: toDate(row.ends_at) } : null,
      choice: { ready: row?.ready ?? true, reminders: row?.reminders ?? true },
      viewedAt: toDate(row?.looked_at ?? null),
      lastEmailedAt: toDate(row?.told_at ?? null),
      isEarlierWaiting: row?.is_earlier_waiting ?? false,
      grantLosses,
    }
  }

  async complete(
    { id, fencingToken }: Pick<LeasedEmail, 'id' | 'fencingToken'>,
    outcome: DeliveryOutcome,
  ): Promise<boolean> {
    const columns = columnsOf(outcome)
    const set = Object.keys(columns).map(column => `${column} = ?`)
    const saveAndReleaseStatement = await this.#em.execute<unknown[]>(
      `update mail set ${set.join(', ')}, leased_until = null
       where id = ? and fence = ? and next_try_at is not null returning id`,
      [...Object.values(columns), id, fencingToken],
    )
    return saveAndReleaseStatement.length > 0
  }

  #toClaimed(row: ClaimedRow): LeasedEmail {
    const {
      id,
      fence: fencingToken,
      episode: idempotencyKey,
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
      ...(link && { link: this.#cipher.decrypt(link, linkOf(id)) }),
    } as EmailMessage
    return {
      id: id as EmailMessageId,
      fencingToken,
      idempotencyKey,
      userId: row.person_id as UserId,
      connectionId: row.connection_id as ConnectionId | null,
      message,
      user: { email, name, role },
      tries,
      firstTriedAt: toDate(row.first_tried_at),
    }
  }
}

function columnsOf(outcome: DeliveryOutcome): Record<string, unknown> {
  const finished = { next_try_at: null, link: null }
  switch (outcome.outcome) {
    case 'sent':
      return { ...finished, sent_at: outcome.at, subject: outcome.subject, body: outcome.text, trouble: null }
    case 'waits':
      return { next_try_at: outcome.until }
    case 'failed': {
      const { at, dueAt, error, tries } = outcome
      return { next_try_at: dueAt, trouble: error, tries, ...(tries === 1 && { first_tried_at: at }) }
    }
    case 'given_up':
      return { ...finished, given_up_at: outcome.at, trouble: outcome.error }
    case 'dropped':
      return { ...finished, dropped_at: outcome.at, drop_reason: outcome.why }
  }
}

interface ClaimedRow {
  readonly id: string
  readonly fence: number
  readonly episode: string
  readonly person_id: string
  readonly connection_id: string | null
  readonly kind: EmailMessage['kind']
  readonly content: object
  readonly link: string | null
  readonly tries: number
  readonly first_tried_at: string | null
  readonly email: string
  readonly name: string
  readonly role: Role
}

interface FactsRow {
  readonly status: Connection['status'] | null
  readonly since: string | null
  readonly closed_at: string | null
  readonly plan: Plan | null
  readonly ends_at: string | null
  readonly ready: boolean | null
  readonly reminders: boolean | null
  readonly looked_at: string | null
  readonly told_at: string | null
  readonly is_earlier_waiting: boolean
}
