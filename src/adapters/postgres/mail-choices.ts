import { randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { EmailPreferenceStore } from '../../application/mail/ports.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { defaultEmailPreferences, type EmailPreferences } from '../../domain/mail/email-message.ts'
import { Secret } from '../../domain/secret.ts'

const newToken = (): string => randomBytes(24).toString('base64url')

export class PostgresEmailChoices extends EmailPreferenceStore {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async of(userId: UserId): Promise<EmailPreferences> {
    const [row] = await this.#em.execute<EmailPreferences[]>(
      'select ready, reminders from mail_choice where person_id = ?',
      [userId],
    )
    return row ?? defaultEmailPreferences
  }

  async change(userId: UserId, change: Partial<EmailPreferences>): Promise<EmailPreferences> {
    const { ready, reminders } = { ready: null, reminders: null, ...change }
    const [row] = await this.#em.execute<EmailPreferences[]>(
      `insert into mail_choice as kept (person_id, token, ready, reminders)
       values (?, ?, coalesce(?::boolean, true), coalesce(?::boolean, true))
       on conflict (person_id) do update
         set ready = coalesce(?::boolean, kept.ready), reminders = coalesce(?::boolean, kept.reminders)
       returning ready, reminders`,
      [userId, newToken(), ready, reminders, ready, reminders],
    )
    return row ?? defaultEmailPreferences
  }

  async tokenOf(userId: UserId): Promise<Secret> {
    await this.#em.execute(
      'insert into mail_choice (person_id, token) values (?, ?) on conflict (person_id) do nothing',
      [userId, newToken()],
    )
    const [row] = await this.#em.execute<{ token: string }[]>(
      'select token from mail_choice where person_id = ?',
      [userId],
    )
    return new Secret(row?.token ?? '')
  }

  async byToken(token: Secret): Promise<UserId | null> {
    const [row] = await this.#em.execute<{ person_id: string }[]>(
      'select person_id from mail_choice where token = ?',
      [token.reveal()],
    )
    return (row?.person_id ?? null) as UserId | null
  }
}
