import type { SearchTerm } from '../../../admin/cases/search-terms.ts'
import type { CaseCursor, CaseFilter } from '../../../admin/ports.ts'

interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

interface Condition extends Statement {
  /** `in_order`: an index yields page order. `few`: rarely more than a page. */
  readonly reads: 'in_order' | 'few' | 'any'
}

/** Latest cases that are scanned before the word index is used (decision 28). */
const scanLimit = 1000

const inOrder = 'order by summary.last_event_at desc, summary.id desc'

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
    return {
      sql: `found as (select summary.* from case_summary as summary where ${all.sql} ${inOrder} limit ?)`,
      values: [...all.values, limit],
    }
  const hits = `hits as materialized (select summary.* from case_summary as summary where ${all.sql})`
  if (conditions.some(({ reads }) => reads === 'few'))
    return {
      sql: `${hits}, found as (select summary.* from hits as summary ${inOrder} limit ?)`,
      values: [...all.values, limit],
    }
  const orderedCondition = conditions.find(({ reads }) => reads === 'in_order')
  const walked = joinConditions(orderedCondition ? [orderedCondition] : [], cursorCondition)
  const near = joinConditions(conditions)
  return {
    sql: `walked as materialized (
        select summary.* from case_summary as summary where ${walked.sql} ${inOrder} limit ?),
      near as materialized (select summary.* from walked as summary where ${near.sql} ${inOrder} limit ?),
      reach as materialized (
        select (select count(*) from near) >= ? or (select count(*) from walked) < ? as is_enough),
      ${hits},
      found as (
        select * from near where (select is_enough from reach)
        union all (
          select summary.* from hits as summary where not (select is_enough from reach) ${inOrder} limit ?))`,
    values: [...walked.values, scanLimit, ...near.values, ...[limit, limit, scanLimit], ...all.values, limit],
  }
}

function joinConditions(
  conditions: readonly Statement[],
  cursorCondition: Statement = noCondition,
): Statement {
  const all = [cursorCondition, ...conditions]
  return { sql: all.map(({ sql }) => sql).join(' and '), values: all.flatMap(({ values }) => values) }
}

const noCondition: Statement = { sql: 'true', values: [] }

export const afterCursor = (after: CaseCursor | null): Statement =>
  after
    ? {
        sql: '(summary.last_event_at, summary.id) < (?::timestamptz, ?::uuid)',
        values: [after.lastEventAt, after.id],
      }
    : noCondition

/** Most selective first: its cases are read in order. */
export const filterConditions = ({ cause, health, stage, region, plan }: CaseFilter): Condition[] =>
  Object.entries({ cause, health, stage, region, plan })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ sql: `summary.${name} = ?`, values: [value], reads: 'in_order' }))

/** Precede a one- or two-letter term: a trigram index needs three characters. */
const separators = ['\n', ' ', '.', '@', '-', '_', '+', '(']

export function conditionOf(term: SearchTerm): Condition {
  switch (term.term) {
    case 'words':
      return { sql: 'summary.search_text like ?', values: [`%${escapeLike(term.text)}%`], reads: 'any' }
    case 'beginning': {
      const patterns = ['', ...separators.map(each => `%${escapeLike(each)}`)].map(
        each => `${each}${term.text}%`,
      )
      return {
        sql: `(${patterns.map(() => 'summary.search_text like ?').join(' or ')})`,
        values: patterns,
        reads: 'any',
      }
    }
    case 'country':
      return { sql: 'summary.country = ?', values: [term.country], reads: 'in_order' }
    case 'profile':
      return {
        sql: 'summary.profile_id like ?',
        values: [`${escapeLike(term.beginning)}%`],
        reads: 'few',
      }
    case 'amazon_user':
      return {
        sql: 'summary.amazon_user_id like ?',
        values: [`${escapeLike(term.beginning)}%`],
        reads: 'few',
      }
    case 'id':
      return ownerCondition(
        [
          ['app_user', 'id', 'id', 'null::uuid'],
          ['connection', 'id', 'user_id', 'id'],
          ['authorisation_attempt', 'id', 'user_id', 'reauthorised_connection_id'],
          ['sync_run', 'id', null, 'connection_id'],
          ['report', 'id', null, 'connection_id'],
          ['support_request', 'id', 'user_id', 'connection_id'],
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
      return ownerCondition(
        [
          ['app_user', 'id', 'null::uuid'],
          ['connection', 'user_id', 'id'],
          ['authorisation_attempt', 'user_id', 'reauthorised_connection_id'],
          ['support_request', 'user_id', 'connection_id'],
        ].map(([table, user, connection]) => ({
          from: `${table} where id between ?::uuid and ?::uuid`,
          user: user ?? null,
          connection: connection ?? 'null::uuid',
        })),
        range,
        {
          from: `timeline_entry where kind = 'page_failed' and event ->> 'requestId' between ? and ?`,
          user: 'user_id',
          connection: 'null::uuid',
        },
      )
    }
  }
}

interface OwnerSource {
  readonly from: string
  /** SQL for the user's id; null when the connection implies it. */
  readonly user: string | null
  readonly connection: string
}

function ownerCondition(
  sources: readonly OwnerSource[],
  values: readonly string[],
  ...more: readonly OwnerSource[]
): Condition {
  const all = [...sources, ...more]
  const owners = all
    .map(
      ({ from, user, connection }) =>
        `select ${user ?? 'null::uuid'} as user_id, ${connection} as connection_id from ${from}`,
    )
    .join(' union all ')
  return {
    sql: `summary.id in (
      with owner as (${owners})
      select connection_id from owner where connection_id is not null
      union all
      select its.id from owner join case_summary as its on its.user_id = owner.user_id
      where owner.connection_id is null)`,
    values: all.flatMap(() => values),
    reads: 'few',
  }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
