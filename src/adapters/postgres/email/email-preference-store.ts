import { randomBytes } from 'node:crypto'
import { EmailPreferenceStore } from '../../../application/email/ports.ts'
import { defaultEmailPreferences, type EmailPreferences } from '../../../domain/email/email-message.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import { Secret } from '../../../domain/secret.ts'
import { type Sql, sql } from '../engine/sql.ts'

const newToken = (): string => randomBytes(24).toString('base64url')

export class PostgresEmailPreferenceStore extends EmailPreferenceStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async of(userId: UserId): Promise<EmailPreferences> {
    const [row] = await this.#sql.query<EmailPreferences>(
      sql`select ready, reminders from email_preferences where user_id = ${userId}`,
    )
    return row ?? defaultEmailPreferences
  }

  async change(userId: UserId, change: Partial<EmailPreferences>): Promise<EmailPreferences> {
    const { ready, reminders } = { ready: null, reminders: null, ...change }
    const [row] = await this.#sql.query<EmailPreferences>(
      sql`insert into email_preferences as kept (user_id, token, ready, reminders)
        values (${userId}, ${newToken()}, coalesce(${ready}::boolean, true), coalesce(${reminders}::boolean, true))
        on conflict (user_id) do update
          set ready = coalesce(${ready}::boolean, kept.ready), reminders = coalesce(${reminders}::boolean, kept.reminders)
        returning ready, reminders`,
    )
    return row ?? defaultEmailPreferences
  }

  async tokenOf(userId: UserId): Promise<Secret> {
    await this.#sql.query(
      sql`insert into email_preferences (user_id, token) values (${userId}, ${newToken()}) on conflict (user_id) do nothing`,
    )
    const [row] = await this.#sql.query<{ token: string }>(
      sql`select token from email_preferences where user_id = ${userId}`,
    )
    return new Secret(row?.token ?? '')
  }

  async byToken(token: Secret): Promise<UserId | null> {
    const [row] = await this.#sql.query<{ id: UserId }>(
      sql`select user_id as id from email_preferences where token = ${token.reveal()}`,
    )
    return row?.id ?? null
  }
}
