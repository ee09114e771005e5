import { randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { MailChoices } from '../../application/mail/ports.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { allMails, type MailChoice } from '../../domain/mail/mail.ts'
import { Secret } from '../../domain/secret.ts'

const newToken = (): string => randomBytes(24).toString('base64url')

export class PostgresMailChoices extends MailChoices {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async of(personId: PersonId): Promise<MailChoice> {
    const [row] = await this.#em.execute<MailChoice[]>(
      'select ready, reminders from mail_choice where person_id = ?',
      [personId],
    )
    return row ?? allMails
  }

  async change(personId: PersonId, change: Partial<MailChoice>): Promise<MailChoice> {
    const { ready, reminders } = { ready: null, reminders: null, ...change }
    const [row] = await this.#em.execute<MailChoice[]>(
      `insert into mail_choice as kept (person_id, token, ready, reminders)
       values (?, ?, coalesce(?::boolean, true), coalesce(?::boolean, true))
       on conflict (person_id) do update
         set ready = coalesce(?::boolean, kept.ready), reminders = coalesce(?::boolean, kept.reminders)
       returning ready, reminders`,
      [personId, newToken(), ready, reminders, ready, reminders],
    )
    return row ?? allMails
  }

  async tokenOf(personId: PersonId): Promise<Secret> {
    await this.#em.execute(
      'insert into mail_choice (person_id, token) values (?, ?) on conflict (person_id) do nothing',
      [personId, newToken()],
    )
    const [row] = await this.#em.execute<{ token: string }[]>(
      'select token from mail_choice where person_id = ?',
      [personId],
    )
    return new Secret(row?.token ?? '')
  }

  async byToken(token: Secret): Promise<PersonId | null> {
    const [row] = await this.#em.execute<{ person_id: string }[]>(
      'select person_id from mail_choice where token = ?',
      [token.reveal()],
    )
    return (row?.person_id ?? null) as PersonId | null
  }
}
