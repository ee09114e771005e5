import type { EntityManager } from '@mikro-orm/postgresql'
import { type CaseKey, type CaseStage, caseId } from '../../../admin/cases/case-key.ts'
import type { SearchTerm } from '../../../admin/cases/search-terms.ts'
import type { Cause } from '../../../admin/diagnosis/causes.ts'
import {
  type CaseCursor,
  type CaseFilter,
  type CaseSearchHit,
  CaseSummaries,
  type CaseSummary,
} from '../../../admin/ports.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type { Role } from '../../../domain/access/user.ts'
import type { HealthName } from '../../../domain/health/health.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { labelTransaction } from '../engine/failpoints.ts'
import { type Sql, sql } from '../engine/sql.ts'
import { afterCursor, conditionOf, filterConditions, searchStatement } from './case-search-statement.ts'

export class PostgresCaseSummaries extends CaseSummaries {
  readonly #em: EntityManager
  readonly #sql: Sql

  constructor(em: EntityManager, sql: Sql) {
    super()
    this.#em = em
    this.#sql = sql
  }

  async claimChanged(now: Date, limit: number): Promise<CaseKey[]> {
    labelTransaction(this.#em.getContext(), 'case summaries claimed')
    const rows = await this.#sql.query<KeyRow>(
      // Claims all changes of these users: one refresh covers them.
      sql`with first as materialized (
          select id, user_id from case_change order by id limit ${limit} for update skip locked),
        alike as materialized (
          select id from case_change
          where user_id in (select user_id from first) and id < (select max(id) + 1000 from first)
          for update skip locked),
        changed as (
          delete from case_change where id in (select id from alike) returning user_id, connection_id),
        due as (
          select user_id, connection_id from case_summary where refresh_at <= ${now}
          order by refresh_at limit ${limit} for update skip locked)
        select user_id, connection_id from changed
        union select user_id, connection_id from due
        -- A change to a user concerns all of their cases, and an ended connection may leave them with none.
        union select changed.user_id, connection.id from changed join connection using (user_id)
          where changed.connection_id is null
        union select user_id, null from changed`,
    )
    return rows.map(toKey)
  }

  async save({ key, text, ...summary }: CaseSummary): Promise<void> {
    const { userId, connectionId } = key
    // Locks the user before the connection; the foreign key would lock the user last.
    await this.#sql.query(sql`select from app_user where id = ${userId} for key share`)
    // Waits for an erasure, so data read before it isn't written after it.
    await this.#sql.query(
      sql`insert into case_summary (id, user_id, connection_id, health, stage, cause, cause_since, plan, region, country,
          profile_id, amazon_user_id, search_text, last_loaded_at, last_event_at, refresh_at)
        select ${caseId(key)}, ${userId}, ${connectionId}, ${summary.health}, ${summary.stage}, ${summary.cause},
          ${summary.causeSince}, ${summary.plan}, ${summary.region}, ${summary.country}, ${summary.profileId},
          ${summary.amazonUserId}, ${text.join('\n')}, ${summary.lastLoadedAt}, ${summary.lastEventAt}, ${summary.refreshAt}
        where ${connectionId}::uuid is null or exists (
          select from connection where id = ${connectionId} and status not in ('erasing', 'erased') for share)
        on conflict (id) do update set health = excluded.health, stage = excluded.stage, cause = excluded.cause, cause_since = excluded.cause_since,
          plan = excluded.plan, region = excluded.region, country = excluded.country,
          profile_id = excluded.profile_id, amazon_user_id = excluded.amazon_user_id, search_text = excluded.search_text,
          last_loaded_at = excluded.last_loaded_at, last_event_at = excluded.last_event_at,
          refresh_at = excluded.refresh_at`,
    )
  }

  async delete(key: CaseKey): Promise<void> {
    await this.#sql.query(sql`delete from case_summary where id = ${caseId(key)}`)
  }

  async connectionsOf(userId: UserId): Promise<ConnectionId[]> {
    const rows = await this.#sql.query<{ id: ConnectionId }>(
      sql`select id from connection
        where user_id = ${userId} and status not in ('erasing', 'erased') order by connected_at`,
    )
    return rows.map(({ id }) => id)
  }

  async find(
    terms: readonly SearchTerm[],
    filter: CaseFilter,
    after: CaseCursor | null,
    limit: number,
  ): Promise<CaseSearchHit[]> {
    const conditions = [...terms.map(conditionOf), ...filterConditions(filter)]
    const rows = await this.#sql.query<FoundRow>(
      sql`with ${searchStatement(conditions, afterCursor(after), limit)}
        select found.user_id, found.connection_id, found.health, found.stage, found.cause, found.plan,
          found.last_loaded_at, found.last_event_at, app_user.email, app_user.name, app_user.role,
          connection.profile_id, connection.account_name, connection.country,
          connection.amazon_user ->> 'email' as amazon_email
        from found join app_user on app_user.id = found.user_id
        left join connection on connection.id = found.connection_id
        order by found.last_event_at desc, found.id desc`,
    )
    return rows.map(toSearchHit)
  }

  async counts(): ReturnType<CaseSummaries['counts']> {
    const rows = await this.#sql.query<{
      health: string | null
      stage: string
      cause: string
      count: number
    }>(
      sql`select health, stage, cause, count(*)::int as count from case_summary group by health, stage, cause`,
    )
    const countBy = <Name extends string>(of: (row: (typeof rows)[number]) => string | null) => {
      const counted = new Map<Name, number>()
      for (const row of rows) {
        const name = of(row) as Name | null
        if (name) counted.set(name, (counted.get(name) ?? 0) + row.count)
      }
      return counted
    }
    return {
      health: countBy<HealthName>(row => row.health),
      stage: countBy<CaseStage>(row => row.stage),
      cause: countBy<Cause>(row => row.cause),
    }
  }
}

interface KeyRow {
  readonly user_id: string
  readonly connection_id: string | null
}

const toKey = (row: KeyRow): CaseKey => ({
  userId: row.user_id as UserId,
  connectionId: row.connection_id as ConnectionId | null,
})

interface FoundRow extends KeyRow {
  readonly health: HealthName | null
  readonly stage: CaseStage
  readonly cause: Cause
  readonly plan: Plan | 'none'
  readonly last_loaded_at: Date | null
  readonly last_event_at: Date
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly profile_id: string | null
  readonly account_name: string | null
  readonly country: string | null
  readonly amazon_email: string | null
}

const toSearchHit = (row: FoundRow): CaseSearchHit => ({
  key: toKey(row),
  health: row.health,
  stage: row.stage,
  cause: row.cause,
  plan: row.plan,
  lastLoadedAt: row.last_loaded_at,
  lastEventAt: row.last_event_at,
  user: { id: row.user_id as UserId, email: row.email, name: row.name, role: row.role },
  amazonEmail: row.amazon_email,
  account:
    row.profile_id !== null && row.country !== null
      ? { id: row.profile_id, accountName: row.account_name, country: row.country }
      : null,
})
