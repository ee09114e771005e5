import { randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { EmailPreferenceStore } from '../../../application/email/ports.ts'
import { defaultEmailPreferences, type EmailPreferences } from '../../../domain/email/email-message.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import { Secret } from '../../../domain/secret.ts'

const newToken = (): string => randomBytes(24).toString('base64url')

export class PostgresEmailPreferenceStore extends EmailPreferenceStore {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async of(userId: UserId): Promise<EmailPreferences> {
    const [row] = await this.#em.execute<EmailPreferences[]>(
      'select ready, reminders from email_preferences where user_id = ?',
      [userId],
    )
    return row ?? defaultEmailPreferences
  }

  async change(userId: UserId, change: Partial<EmailPreferences>): Promise<EmailPreferences> {
    const { ready, reminders } = { ready: null, reminders: null, ...change }
    const [row] = await this.#em.execute<EmailPreferences[]>(
      `insert into email_preferences as kept (user_id, token, ready, reminders)
       values (?, ?, coalesce(?::boolean, true), coalesce(?::boolean, true))
       on conflict (user_id) do update
         set ready = coalesce(?::boolean, kept.ready), reminders = coalesce(?::boolean, kept.reminders)
       returning ready, reminders`,
      [userId, newToken(), ready, reminders, ready, reminders],
    )
    return row ?? defaultEmailPreferences
  }

  async tokenOf(userId: UserId): Promise<Secret> {
    await this.#em.execute(
      'insert into email_preferences (user_id, token) values (?, ?) on conflict (user_id) do nothing',
      [userId, newToken()],
    )
    const [row] = await this.#em.execute<{ token: string }[]>(
      'select token from email_preferences where user_id = ?',
      [userId],
    )
    return new Secret(row?.token ?? '')
  }

  async byToken(token: Secret): Promise<UserId | null> {
    const [row] = await this.#em.execute<{ user_id: string }[]>(
      'select user_id from email_preferences where token = ?',
      [token.reveal()],
    )
    return (row?.user_id ?? null) as UserId | null
  }
}
