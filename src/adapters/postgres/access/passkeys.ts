import { PasskeyChallenges, Passkeys } from '../../../application/access/second-factor/ports.ts'
import type { Passkey } from '../../../domain/access/passkey.ts'
import type { SessionId, UserId } from '../../../domain/identifiers.ts'
import { type Sql, sql } from '../engine/sql.ts'

interface PasskeyRow {
  readonly id: string
  readonly user_id: string
  readonly public_key: Buffer<ArrayBuffer>
  readonly sign_count: string
  readonly transports: string[]
  readonly name: string
  readonly created_at: Date
  readonly last_used_at: Date | null
}

export class PostgresPasskeys extends Passkeys {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async of(userId: UserId): Promise<readonly Passkey[]> {
    const rows = await this.#sql.query<PasskeyRow>(
      sql`select * from passkey where user_id = ${userId} order by created_at, id`,
    )
    return rows.map(toPasskey)
  }

  async add({ id, userId, publicKey, signCount, transports, name, createdAt, lastUsedAt }: Passkey) {
    const added = await this.#sql.query(
      sql`insert into passkey (id, user_id, public_key, sign_count, transports, name, created_at, last_used_at)
        values (${id}, ${userId}, ${Buffer.from(publicKey)}, ${signCount}, ${transports}, ${name}, ${createdAt}, ${lastUsedAt})
        on conflict (id) do nothing returning id`,
    )
    return added.length > 0
  }

  async recordUse({ id }: Passkey, { signCount, at }: { signCount: number; at: Date }): Promise<void> {
    await this.#sql.query(
      sql`update passkey set sign_count = ${signCount}, last_used_at = ${at} where id = ${id}`,
    )
  }

  async remove(userId: UserId, id: string): Promise<boolean> {
    const removed = await this.#sql.query(
      sql`delete from passkey where user_id = ${userId} and id = ${id} returning id`,
    )
    return removed.length > 0
  }

  async removeAllOf(userId: UserId): Promise<void> {
    await this.#sql.query(sql`delete from passkey where user_id = ${userId}`)
  }

  async ownersAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const rows = await this.#sql.query<{ user_id: UserId }>(
      sql`select distinct user_id from passkey where user_id = any(${[...userIds]}::uuid[])`,
    )
    return new Set(rows.map(row => row.user_id))
  }
}

export class PostgresPasskeyChallenges extends PasskeyChallenges {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async save(sessionId: SessionId, challenge: string, expiresAt: Date): Promise<void> {
    await this.#sql.query(
      sql`insert into passkey_challenge (session_id, challenge, expires_at)
        values (${sessionId}, ${challenge}, ${expiresAt})
        on conflict (session_id) do update set challenge = excluded.challenge, expires_at = excluded.expires_at`,
    )
  }

  async take(sessionId: SessionId, now: Date): Promise<string | null> {
    const [row] = await this.#sql.query<{ challenge: string; expires_at: Date }>(
      sql`delete from passkey_challenge where session_id = ${sessionId} returning challenge, expires_at`,
    )
    return row && now < row.expires_at ? row.challenge : null
  }
}

const toPasskey = (row: PasskeyRow): Passkey => ({
  id: row.id,
  userId: row.user_id as UserId,
  publicKey: new Uint8Array(row.public_key),
  signCount: Number(row.sign_count),
  transports: row.transports,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})
