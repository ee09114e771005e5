import type { SearchTerm } from '../../../admin/cases/search-terms.ts'
import type { CaseCursor, CaseFilter } from '../../../admin/ports.ts'
import { join, raw, type Statement, sql } from '../engine/sql.ts'

interface Condition {
  readonly sql: Statement
  /** `in_order`: an index yields page order. `few`: rarely more than a page. */
  readonly reads: 'in_order' | 'few' | 'any'
}

/** Latest cases that are scanned before the word index is used (decision 28). */
const scanLimit = 1000

const inOrder = sql`order by summary.last_event_at desc, summary.id desc`

/**
 * PostgreSQL misestimates how many cases meet two conditions and would scan all in order.
 * So the latest are scanned first. If they don't fill the page, the few matches are gathered by index and sorted.
 */
export function searchStatement(
  conditions: readonly Condition[],
  cursorCondition: Statement,
  limit: number,
): Statement {
  const all = joinConditions(conditions, cursorCondition)
  if (conditions.length === 0 || (conditions.length === 1 && conditions[0]?.reads === 'in_order'))
    return sql`found as (select summary.* from case_summary as summary where ${all} ${inOrder} limit ${limit})`
  const hits = sql`hits as materialized (select summary.* from case_summary as summary where ${all})`
  if (conditions.some(({ reads }) => reads === 'few'))
    return sql`${hits}, found as (select summary.* from hits as summary ${inOrder} limit ${limit})`
  const orderedCondition = conditions.find(({ reads }) => reads === 'in_order')
  const walked = joinConditions(orderedCondition ? [orderedCondition] : [], cursorCondition)
  return sql`walked as materialized (
        select summary.* from case_summary as summary where ${walked} ${inOrder} limit ${scanLimit}),
      near as materialized (
        select summary.* from walked as summary where ${joinConditions(conditions)} ${inOrder} limit ${limit}),
      reach as materialized (
        select (select count(*) from near) >= ${limit} or (select count(*) from walked) < ${scanLimit} as is_enough),
      ${hits},
      found as (
        select * from near where (select is_enough from reach)
        union all (
          select summary.* from hits as summary where not (select is_enough from reach) ${inOrder} limit ${limit}))`
}

const joinConditions = (conditions: readonly Condition[], cursorCondition = noCondition): Statement =>
  join([cursorCondition, ...conditions.map(each => each.sql)], ' and ')

const noCondition = sql`true`

export const afterCursor = (after: CaseCursor | null): Statement =>
  after
    ? sql`(summary.last_event_at, summary.id) < (${after.lastEventAt}::timestamptz, ${after.id}::uuid)`
    : noCondition

/** Most selective first: its cases are read in order. */
export const filterConditions = ({ cause, health, stage, region, plan }: CaseFilter): Condition[] =>
  Object.entries({ cause, health, stage, region, plan })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ sql: sql`summary.${raw(name)} = ${value}`, reads: 'in_order' }))

/** Precede a one- or two-letter term: a trigram index needs three characters. */
const separators = ['\n', ' ', '.', '@', '-', '_', '+', '(']

export function conditionOf(term: SearchTerm): Condition {
  switch (term.term) {
    case 'words':
      return { sql: sql`summary.search_text like ${`%${escapeLike(term.text)}%`}`, reads: 'any' }
    case 'beginning': {
      const patterns = ['', ...separators.map(each => `%${escapeLike(each)}`)].map(
        each => sql`summary.search_text like ${`${each}${term.text}%`}`,
      )
      return { sql: sql`(${join(patterns, ' or ')})`, reads: 'any' }
    }
    case 'country':
      return { sql: sql`summary.country = ${term.country}`, reads: 'in_order' }
    case 'profile':
      return { sql: sql`summary.profile_id like ${`${escapeLike(term.beginning)}%`}`, reads: 'few' }
    case 'amazon_user':
      return { sql: sql`summary.amazon_user_id like ${`${escapeLike(term.beginning)}%`}`, reads: 'few' }
    case 'id': {
      const condition = sql`id = ${term.id}::uuid`
      return ownerCondition([
        { from: sql`app_user where ${condition}`, user: 'id' },
        { from: sql`connection where ${condition}`, user: 'user_id', connection: 'id' },
        ...attemptsAndRequests(condition),
        { from: sql`sync_run where ${condition}`, connection: 'connection_id' },
        { from: sql`report where ${condition}`, connection: 'connection_id' },
        { from: sql`report where amazon_report_id = ${term.id}`, connection: 'connection_id' },
      ])
    }
    case 'reference': {
      const { digits } = term
      const [first, last] = [`${digits}-0000-0000-0000-000000000000`, `${digits}-ffff-ffff-ffff-ffffffffffff`]
      const condition = sql`id between ${first}::uuid and ${last}::uuid`
      return ownerCondition([
        { from: sql`app_user where ${condition}`, user: 'id' },
        { from: sql`connection where ${condition}`, user: 'user_id', connection: 'id' },
        ...attemptsAndRequests(condition),
        {
          from: sql`timeline_entry where kind = 'page_failed' and event ->> 'requestId' between ${first} and ${last}`,
          user: 'user_id',
        },
      ])
    }
  }
}

interface OwnerSource {
  readonly from: Statement
  /** Column of the user's id; missing when the connection implies it. */
  readonly user?: string
  readonly connection?: string
}

const attemptsAndRequests = (condition: Statement): OwnerSource[] => [
  {
    from: sql`authorisation_attempt where ${condition}`,
    user: 'user_id',
    connection: 'reauthorised_connection_id',
  },
  { from: sql`support_request where ${condition}`, user: 'user_id', connection: 'connection_id' },
]

function ownerCondition(sources: readonly OwnerSource[]): Condition {
  const owners = sources.map(
    ({ from, user = 'null::uuid', connection = 'null::uuid' }) =>
      sql`select ${raw(user)} as user_id, ${raw(connection)} as connection_id from ${from}`,
  )
  return {
    sql: sql`summary.id in (
      with owner as (${join(owners, ' union all ')})
      select connection_id from owner where connection_id is not null
      union all
      select its.id from owner join case_summary as its on its.user_id = owner.user_id
      where owner.connection_id is null)`,
    reads: 'few',
  }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
