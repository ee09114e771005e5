import type { EntityManager } from '@mikro-orm/postgresql'
import { type SellerRecord, SellerRecords } from '../../application/connection/ports.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import { isHeld } from '../../domain/connection/connection.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { toConnection } from './connections.ts'
import { columnsFromJson, type JsonRow } from './json-rows.ts'
import { toPending } from './pending-connections.ts'
import { type Prepared, preparedStatement } from './prepared.ts'
import { ConnectionRow, GrantRow, PendingConnectionRow } from './schema.ts'
import type { Seal } from './sealed-text.ts'

export class PostgresSellerRecords extends SellerRecords {
  readonly #em: EntityManager
  readonly #prepared: Prepared
  readonly #seal: Seal

  constructor(em: EntityManager, prepared: Prepared, seal: Seal) {
    super()
    this.#em = em
    this.#prepared = prepared
    this.#seal = seal
  }

  async of(personId: PersonId): Promise<SellerRecord> {
    const [row] = await this.#prepared.ask<RecordRow>(sellerRecord, [personId])
    if (!row) throw new Error('a select without a table has one row')
    const { subscription, held, pending } = row
    return {
      subscription: subscription && {
        plan: subscription.plan,
        endsAt: subscription.ends_at === null ? null : new Date(subscription.ends_at),
      },
      held: (held ?? [])
        .map(({ connection, grant }) =>
          toConnection(
            columnsFromJson(this.#em, ConnectionRow, connection),
            grant ? columnsFromJson(this.#em, GrantRow, grant) : undefined,
            this.#seal,
          ),
        )
        .filter(isHeld),
      pending: pending && toPending(columnsFromJson(this.#em, PendingConnectionRow, pending), this.#seal),
    }
  }
}

interface RecordRow {
  readonly subscription: { readonly plan: Subscription['plan']; readonly ends_at: string | null } | null
  readonly held: readonly { readonly connection: JsonRow; readonly grant: JsonRow | null }[] | null
  readonly pending: JsonRow | null
}

const sellerRecord = preparedStatement(
  'seller record',
  `
  with asked as (select ?::uuid as id)
  select
    (select to_jsonb(subscription) from subscription where person_id = asked.id) as subscription,
    (select jsonb_agg(jsonb_build_object('connection', connection, 'grant', to_jsonb(connection_grant))
        order by connected_at, connection.id)
     from connection left join connection_grant on connection_id = connection.id
     where person_id = asked.id and status in ('active', 'needs_authorisation')) as held,
    (select to_jsonb(pending_connection) from pending_connection where person_id = asked.id) as pending
  from asked`,
)
