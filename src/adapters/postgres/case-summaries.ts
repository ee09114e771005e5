import type { EntityManager } from '@mikro-orm/postgresql'
import type { Cause } from '../../admin/diagnosis/causes.ts'
import { type CaseKey, type CaseStage, caseId } from '../../admin/index.ts'
import {
  type CaseCursor,
  type CaseFilter,
  type CaseSearchHit,
  CaseSummaries,
  type CaseSummary,
} from '../../admin/ports.ts'
import type { SearchTerm } from '../../admin/search/search-terms.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import type { Role } from '../../domain/access/user.ts'
import type { HealthName } from '../../domain/health/health.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { labelTransaction } from './failpoints.ts'

export class PostgresCaseSummaries extends CaseSummaries {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async claimChanged(now: Date, limit: number): Promise<CaseKey[]> {
    labelTransaction(this.#em.getContext(), 'cases digested')
    const rows = await this.#em.execute<KeyRow[]>(
      // Claims all changes of these users: one refresh covers them.
      `with first as materialized (
         select id, person_id from story_change order by id limit ? for update skip locked),
       alike as materialized (
         select id from story_change
         where person_id in (select person_id from first) and id < (select max(id) + 1000 from first)
         for update skip locked),
       changed as (
         delete from story_change where id in (select id from alike) returning person_id, connection_id),
       due as (
         select person_id, connection_id from case_digest where look_again_at <= ?
         order by look_again_at limit ? for update skip locked)
       select person_id, connection_id from changed
       union select person_id, connection_id from due
       -- What concerns the person concerns whatever they have; what ends may leave them with none.
       union select changed.person_id, connection.id from changed join connection using (person_id)
         where changed.connection_id is null
       union select person_id, null from changed`,
      [limit, now, limit],
    )
    return rows.map(toKey)
  }

  async save(summary: CaseSummary): Promise<void> {
    const { key } = summary
    // User before connection, as everywhere; the foreign key would lock the user last.
    await this.#em.execute('select from person where id = ? for key share', [key.userId])
    // Waits for an erasure, so data read before it isn't written after it.
    await this.#em.execute(
      `insert into case_digest (id, person_id, connection_id, health, stage, cause, cause_since, plan, region, country,
         profile_id, amazon_user_id, words, last_loaded_at, active_at, look_again_at)
       select ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?::timestamptz, ?, ?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?::timestamptz
       where ?::uuid is null or exists (
         select from connection where id = ?::uuid and status not in ('erasing', 'erased') for share)
       on conflict (id) do update set health = excluded.health, stage = excluded.stage, cause = excluded.cause, cause_since = excluded.cause_since,
         plan = excluded.plan, region = excluded.region, country = excluded.country,
         profile_id = excluded.profile_id, amazon_user_id = excluded.amazon_user_id, words = excluded.words,
         last_loaded_at = excluded.last_loaded_at, active_at = excluded.active_at,
         look_again_at = excluded.look_again_at`,
      [
        caseId(key),
        key.userId,
        key.connectionId,
        summary.health,
        summary.stage,
        summary.cause,
        summary.causeSince,
        summary.plan,
        summary.region,
        summary.country,
        summary.profileId,
        summary.amazonUserId,
        summary.text.join('\n'),
        summary.lastLoadedAt,
        summary.activeAt,
        summary.refreshAt,
        key.connectionId,
        key.connectionId,
      ],
    )
  }

  async delete(key: CaseKey): Promise<void> {
    await this.#em.execute('delete from case_digest where id = ?', [caseId(key)])
  }

  async connectionsOf(userId: UserId): Promise<ConnectionId[]> {
    const rows = await this.#em.execute<{ id: string }[]>(
      `select id from connection where person_id = ? and status not in ('erasing', 'erased') order by connected_at`,
      [userId],
    )
    return rows.map(({ id }) => id as ConnectionId)
  }

  async find(
    terms: readonly SearchTerm[],
    filter: CaseFilter,
    after: CaseCursor | null,
    limit: number,
  ): Promise<CaseSearchHit[]> {
    const { sql, values } = foundBy(
      [...terms.map(conditionOf), ...filterOf(filter)],
      placeAfter(after),
      limit,
    )
    const rows = await this.#em.execute<FoundRow[]>(
      `with ${sql}
       select found.person_id, found.connection_id, found.health, found.stage, found.cause, found.plan,
         found.last_loaded_at, found.active_at, person.email, person.name, person.role,
         connection.profile_id, connection.account_name, connection.country,
         connection.amazon_user ->> 'email' as amazon_email
       from found join person on person.id = found.person_id
       left join connection on connection.id = found.connection_id
       order by found.active_at desc, found.id desc`,
      values,
    )
    return rows.map(toFound)
  }

  async counts(): ReturnType<CaseSummaries['counts']> {
    const rows = await this.#em.execute<
      { health: string | null; stage: string; cause: string; count: string }[]
    >('select health, stage, cause, count(*) as count from case_digest group by health, stage, cause')
    const by = <Name extends string>(of: (row: (typeof rows)[number]) => string | null) => {
      const counted = new Map<Name, number>()
      for (const row of rows) {
        const name = of(row) as Name | null
        if (name) counted.set(name, (counted.get(name) ?? 0) + Number(row.count))
      }
      return counted
    }
    return {
      health: by<HealthName>(row => row.health),
      stage: by<CaseStage>(row => row.stage),
      cause: by<Cause>(row => row.cause),
    }
  }
}

interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

interface Condition extends Statement {
  /** `in_order`: an index yields page order. `few`: rarely more than a page. */
  readonly reads: 'in_order' | 'few' | 'any'
}

/** Latest cases scanned one by one before the word index is used. */
const scanLimit = 1000
const inOrder = 'order by digest.active_at desc, digest.id desc'

/**
 * Builds the table `found`. PostgreSQL guesses how often two conditions meet; a wrong guess scans all cases in order.
 * So the latest are scanned first. If they don't fill the page, matches are rare enough to gather by index and sort.
 */
function foundBy(conditions: readonly Condition[], place: Statement, limit: number): Statement {
  const all = fitting(conditions, place)
  if (conditions.length === 0 || (conditions.length === 1 && conditions[0]?.reads === 'in_order'))
    return {
      sql: `found as (select digest.* from case_digest as digest where ${all.sql} ${inOrder} limit ?)`,
      values: [...all.values, limit],
    }
  const hits = `hits as materialized (select digest.* from case_digest as digest where ${all.sql})`
  if (conditions.some(({ reads }) => reads === 'few'))
    return {
      sql: `${hits}, found as (select digest.* from hits as digest ${inOrder} limit ?)`,
      values: [...all.values, limit],
    }
  const way = conditions.find(({ reads }) => reads === 'in_order')
  const walked = fitting(way ? [way] : [], place)
  const near = fitting(conditions)
  return {
    sql: `walked as materialized (
        select digest.* from case_digest as digest where ${walked.sql} ${inOrder} limit ?),
      near as materialized (select digest.* from walked as digest where ${near.sql} ${inOrder} limit ?),
      reach as materialized (
        select (select count(*) from near) >= ? or (select count(*) from walked) < ? as is_enough),
      ${hits},
      found as (
        select * from near where (select is_enough from reach)
        union all (
          select digest.* from hits as digest where not (select is_enough from reach) ${inOrder} limit ?))`,
    values: [...walked.values, scanLimit, ...near.values, ...[limit, limit, scanLimit], ...all.values, limit],
  }
}

function fitting(conditions: readonly Statement[], place: Statement = everywhere): Statement {
  const all = [place, ...conditions]
  return { sql: all.map(({ sql }) => sql).join(' and '), values: all.flatMap(({ values }) => values) }
}

const everywhere: Statement = { sql: 'true', values: [] }

const placeAfter = (after: CaseCursor | null): Statement =>
  after
    ? { sql: '(digest.active_at, digest.id) < (?::timestamptz, ?::uuid)', values: [after.activeAt, after.id] }
    : everywhere

/** Most selective first: its cases are read in order. */
const filterOf = ({ cause, health, stage, region, plan }: CaseFilter): Condition[] =>
  Object.entries({ cause, health, stage, region, plan })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ sql: `digest.${name} = ?`, values: [value], reads: 'in_order' }))

/** Precede a one- or two-letter term: a trigram index needs three characters. */
const breaks = ['\n', ' ', '.', '@', '-', '_', '+', '(']

function conditionOf(term: SearchTerm): Condition {
  switch (term.term) {
    case 'words':
      return { sql: 'digest.words like ?', values: [`%${escaped(term.text)}%`], reads: 'any' }
    case 'beginning': {
      const places = ['', ...breaks.map(each => `%${escaped(each)}`)].map(each => `${each}${term.text}%`)
      return {
        sql: `(${places.map(() => 'digest.words like ?').join(' or ')})`,
        values: places,
        reads: 'any',
      }
    }
    case 'country':
      return { sql: 'digest.country = ?', values: [term.country], reads: 'in_order' }
    case 'profile':
      return {
        sql: 'digest.profile_id like ?',
        values: [`${escaped(term.beginning)}%`],
        reads: 'few',
      }
    case 'amazon_user':
      return {
        sql: 'digest.amazon_user_id like ?',
        values: [`${escaped(term.beginning)}%`],
        reads: 'few',
      }
    case 'id':
      return ownerOf(
        [
          ['person', 'id', 'id', 'null::uuid'],
          ['connection', 'id', 'person_id', 'id'],
          ['attempt', 'id', 'person_id', 'renews'],
          ['ingestion_run', 'id', null, 'connection_id'],
          ['report', 'id', null, 'connection_id'],
          ['help_request', 'id', 'person_id', 'connection_id'],
        ].map(([table, column, user, connection]) => ({
          from: `${table} where ${column} = ?::uuid`,
          user: user ?? null,
          connection: connection ?? 'null::uuid',
        })),
        [term.id],
        { from: 'report where amazon_report_id = ?', user: null, connection: 'connection_id' },
      )
    case 'reference': {
      const { digits } = term
      const range = [`${digits}-0000-0000-0000-000000000000`, `${digits}-ffff-ffff-ffff-ffffffffffff`]
      return ownerOf(
        [
          ['person', 'id', 'null::uuid'],
          ['connection', 'person_id', 'id'],
          ['attempt', 'person_id', 'renews'],
          ['help_request', 'person_id', 'connection_id'],
        ].map(([table, user, connection]) => ({
          from: `${table} where id between ?::uuid and ?::uuid`,
          user: user ?? null,
          connection: connection ?? 'null::uuid',
        })),
        range,
        {
          from: `timeline_entry where kind = 'page_failed' and happening ->> 'requestId' between ? and ?`,
          user: 'person_id',
          connection: 'null::uuid',
        },
      )
    }
  }
}

interface Place {
  readonly from: string
  /** SQL for the user's id; null when the connection implies it. */
  readonly user: string | null
  readonly connection: string
}

/** Matches the cases that own a record with this id. */
function ownerOf(places: readonly Place[], values: readonly string[], ...more: readonly Place[]): Condition {
  const all = [...places, ...more]
  const owners = all
    .map(
      ({ from, user, connection }) =>
        `select ${user ?? 'null::uuid'} as person_id, ${connection} as connection_id from ${from}`,
    )
    .join(' union all ')
  return {
    sql: `digest.id in (
      with owner as (${owners})
      select connection_id from owner where connection_id is not null
      union all
      select its.id from owner join case_digest as its on its.person_id = owner.person_id
      where owner.connection_id is null)`,
    values: all.flatMap(() => values),
    reads: 'few',
  }
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

interface KeyRow {
  readonly person_id: string
  readonly connection_id: string | null
}

const toKey = (row: KeyRow): CaseKey => ({
  userId: row.person_id as UserId,
  connectionId: row.connection_id as ConnectionId | null,
})

interface FoundRow extends KeyRow {
  readonly health: HealthName | null
  readonly stage: CaseStage
  readonly cause: Cause
  readonly plan: Plan | 'none'
  readonly last_loaded_at: string | null
  readonly active_at: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly profile_id: string | null
  readonly account_name: string | null
  readonly country: string | null
  readonly amazon_email: string | null
}

const toFound = (row: FoundRow): CaseSearchHit => ({
  key: toKey(row),
  health: row.health,
  stage: row.stage,
  cause: row.cause,
  plan: row.plan,
  lastLoadedAt: row.last_loaded_at === null ? null : new Date(row.last_loaded_at),
  activeAt: new Date(row.active_at),
  user: { id: row.person_id as UserId, email: row.email, name: row.name, role: row.role },
  amazonEmail: row.amazon_email,
  account:
    row.profile_id !== null && row.country !== null
      ? { id: row.profile_id, accountName: row.account_name, country: row.country }
      : null,
})
