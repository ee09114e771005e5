import type { EntityManager } from '@mikro-orm/postgresql'
import { type SellerState, SellerStates } from '../../../application/connection/ports.ts'
import type { Subscription } from '../../../domain/access/subscription.ts'
import { isLive } from '../../../domain/connection/connection.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { type Sql, sql } from '../engine/sql.ts'
import { toConnection } from './connection-mapping.ts'
import { ConnectionRow, GrantRow, PendingConnectionRow } from './connection-rows.ts'
import { toPendingConnection } from './pending-connections.ts'

export class PostgresSellerStates extends SellerStates {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #cipher: TokenCipher

  constructor(em: EntityManager, sql: Sql, cipher: TokenCipher) {
    super()
    this.#em = em
    this.#sql = sql
    this.#cipher = cipher
  }

  async of(userId: UserId): Promise<SellerState> {
    const [row] = await this.#sql.query<SellerStateRow>(
      sql`with asked as (select ${userId}::uuid as id)
        select
          (select to_jsonb(subscription) from subscription where user_id = asked.id) as subscription,
          (select jsonb_agg(jsonb_build_object('connection', connection, 'grant', to_jsonb(connection_grant))
              order by connected_at, connection.id)
           from connection left join connection_grant on connection_id = connection.id
           where user_id = asked.id and status in ('active', 'needs_authorisation')) as live,
          (select to_jsonb(pending_connection) from pending_connection where user_id = asked.id) as pending
        from asked`,
      { preparedAs: 'seller state' },
    )
    if (!row) throw new Error('the query returned no row')
    const { subscription, live, pending } = row
    return {
      subscription: subscription && {
        plan: subscription.plan,
        endsAt: subscription.ends_at === null ? null : new Date(subscription.ends_at),
      },
      live: (live ?? [])
        .map(({ connection, grant }) =>
          toConnection(
            columnsFromJson(this.#em, ConnectionRow, connection),
            grant ? columnsFromJson(this.#em, GrantRow, grant) : undefined,
            this.#cipher,
          ),
        )
        .filter(isLive),
      pending:
        pending &&
        toPendingConnection(columnsFromJson(this.#em, PendingConnectionRow, pending), this.#cipher),
    }
  }
}

interface SellerStateRow {
  readonly subscription: { readonly plan: Subscription['plan']; readonly ends_at: string | null } | null
  readonly live: readonly { readonly connection: JsonRow; readonly grant: JsonRow | null }[] | null
  readonly pending: JsonRow | null
}
