import { randomUUID } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientBase } from 'pg'
import { type ClaimedMail, type MailOutcome, Outbox } from '../../application/mail/ports.ts'
import type { Role } from '../../domain/access/person.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import { after } from '../../domain/calendar.ts'
import type { Connection } from '../../domain/connection/connection.ts'
import { lossWindow } from '../../domain/connection/mass-loss.ts'
import type { ConnectionId, MailId, PersonId } from '../../domain/identifiers.ts'
import type { Mail, OutgoingMail } from '../../domain/mail/mail.ts'
import type { MailFacts } from '../../domain/mail/verdict.ts'
import type { Secret } from '../../domain/secret.ts'
import { committing } from './boundaries.ts'
import { grantLossesSince } from './connections.ts'
import { momentOf } from './moments.ts'
import { numbered } from './numbered.ts'
import type { Seal } from './sealed-text.ts'

const putMail = `
  insert into mail (id, episode, person_id, connection_id, kind, content, link, created_at, next_try_at)
  values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?) on conflict (episode) do nothing`

/** Longer than a delivery, so without heartbeat; a killed worker's email waits this long. */
const leaseSeconds = 120

const linkOf = (id: string) => ({ table: 'mail', column: 'link', id })

/** Joins the transaction of `client`. Not for emails with a link, which must be encrypted. */
export async function putOn(client: ClientBase, mails: readonly OutgoingMail[]): Promise<void> {
  for (const mail of mails) await client.query(numbered(putMail), rowOf(randomUUID(), mail, null))
}

function rowOf(id: string, mail: OutgoingMail, link: string | null): unknown[] {
  const { episode, personId, connectionId, createdAt, dueAt } = mail
  const { kind, ...content } = mail.mail
  const open = JSON.stringify({ ...content, link: undefined })
  return [id, episode, personId, connectionId, kind, open, link, createdAt, dueAt]
}

export class PostgresOutbox extends Outbox {
  readonly #em: EntityManager
  readonly #seal: Seal

  constructor(em: EntityManager, seal: Seal) {
    super()
    this.#em = em
    this.#seal = seal
  }

  async put(...mails: readonly OutgoingMail[]): Promise<void> {
    for (const mail of mails) {
      const id = randomUUID()
      const secret: Secret | null = 'link' in mail.mail ? mail.mail.link : null
      const link = secret && (await this.#seal.close(secret, linkOf(id)))
      await this.#em.execute(putMail, rowOf(id, mail, link))
    }
  }

  async isWaiting(episode: string): Promise<boolean> {
    const rows = await this.#em.execute<unknown[]>(
      'select 1 from mail where episode = ? and next_try_at is not null',
      [episode],
    )
    return rows.length > 0
  }

  async claim(now: Date): Promise<ClaimedMail | null> {
    const [row] = await committing('mail claimed', () =>
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

  async factsOf({ id, personId, connectionId }: ClaimedMail, now: Date): Promise<MailFacts> {
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
      [id, connectionId, personId],
    )
    const { count: grantLosses } = await grantLossesSince(this.#em, after(now, -lossWindow))
    return {
      connection: row?.status
        ? { status: row.status, since: momentOf(row.since), closedAt: momentOf(row.closed_at) }
        : null,
      subscription: row?.plan ? { plan: row.plan, endsAt: momentOf(row.ends_at) } : null,
      choice: { ready: row?.ready ?? true, reminders: row?.reminders ?? true },
      lookedAt: momentOf(row?.looked_at ?? null),
      toldAt: momentOf(row?.told_at ?? null),
      isEarlierWaiting: row?.is_earlier_waiting ?? false,
      grantLosses,
    }
  }

  async conclude({ id, fence }: Pick<ClaimedMail, 'id' | 'fence'>, outcome: MailOutcome): Promise<boolean> {
    const columns = columnsOf(outcome)
    const set = Object.keys(columns).map(column => `${column} = ?`)
    const concluded = await this.#em.execute<unknown[]>(
      `update mail set ${set.join(', ')}, leased_until = null
       where id = ? and fence = ? and next_try_at is not null returning id`,
      [...Object.values(columns), id, fence],
    )
    return concluded.length > 0
  }

  #toClaimed(row: ClaimedRow): ClaimedMail {
    const { id, fence, episode, kind, content, link, tries, email, name, role } = row
    const mail = { kind, ...content, ...(link && { link: this.#seal.open(link, linkOf(id)) }) } as Mail
    return {
      id: id as MailId,
      fence,
      episode,
      personId: row.person_id as PersonId,
      connectionId: row.connection_id as ConnectionId | null,
      mail,
      person: { email, name, role },
      tries,
      firstTriedAt: momentOf(row.first_tried_at),
    }
  }
}

function columnsOf(outcome: MailOutcome): Record<string, unknown> {
  const settled = { next_try_at: null, link: null }
  switch (outcome.outcome) {
    case 'sent':
      return { ...settled, sent_at: outcome.at, subject: outcome.subject, body: outcome.text, trouble: null }
    case 'waits':
      return { next_try_at: outcome.until }
    case 'failed': {
      const { at, nextTryAt, trouble, tries } = outcome
      return { next_try_at: nextTryAt, trouble, tries, ...(tries === 1 && { first_tried_at: at }) }
    }
    case 'given_up':
      return { ...settled, given_up_at: outcome.at, trouble: outcome.trouble }
    case 'dropped':
      return { ...settled, dropped_at: outcome.at, drop_reason: outcome.why }
  }
}

interface ClaimedRow {
  readonly id: string
  readonly fence: number
  readonly episode: string
  readonly person_id: string
  readonly connection_id: string | null
  readonly kind: Mail['kind']
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
