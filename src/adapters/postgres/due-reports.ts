import type { EntityManager } from '@mikro-orm/postgresql'
import type { DueReport, LoadRoom } from '../../application/ingestion/ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { isFree } from './heartbeat.ts'
import { waitsByWrongClock } from './leases.ts'
import { type Prepared, type PreparedStatement, preparedStatement } from './prepared.ts'
import { isOpen } from './report-mapping.ts'

interface DueRow {
  readonly id: ReportId
  readonly is_awaited: boolean
  /** Complete at Amazon: it waits for nothing but a free load. */
  readonly is_file: boolean
}

/** What may take its next step: see `Ingestions.due`. */
export class DueReports {
  readonly #prepared: Prepared
  /** By how many are asked for: a worker has one number. */
  readonly #statements = new Map<number, PreparedStatement>()

  constructor(prepared: Prepared) {
    this.#prepared = prepared
  }

  async find(now: Date, limit: number, room: LoadRoom): Promise<DueReport[]> {
    const statement = this.#statements.get(limit) ?? dueReports(limit)
    this.#statements.set(limit, statement)
    const rows = await this.#prepared.ask<DueRow>(statement, Array(dueTimes).fill(now))
    let files = 0
    const found = new Set<ReportId>()
    const isTaken = ({ id, is_file: isFile, is_awaited: isAwaited }: DueRow): boolean => {
      if (found.has(id)) return false
      found.add(id)
      if (!isFile) return true
      if (files >= (isAwaited ? room.awaited : room.other)) return false
      files += 1
      return true
    }
    return rows
      .filter(isTaken)
      .slice(0, limit)
      .map(({ id, is_awaited: isAwaited }) => ({ id, isAwaited }))
  }
}

/** See `Ingestions.countDue`. */
export async function countDue(em: EntityManager, now: Date, most: number): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from (
       select from report where ${isOpen} and not is_awaited and next_try_at <= ?
         and coalesce(held_for, '') not in ('region_busy', 'region_down') limit ?) as due`,
    [now, most],
  )
  return row?.count ?? 0
}

/** How often the time stands in the statement of what is due, which has no other parameter. */
export const dueTimes = 6

/**
 * Each kind by an index of its own, which ends at the time: of what the night asks for there may be a hundred thousand before what is
 * awaited, and as many behind it that are not due. In order: complete ones, awaited and not; those that a clock ahead told to wait; those
 * that are to be ordered or looked after. One may be of two kinds. So many of each: with a number that PostgreSQL does not know it would
 * plan the statement anew each time, which takes it ten times as long as the answer.
 */
export const dueReports = (limit: number): PreparedStatement => {
  const kinds = [
    first(`is_awaited and ${isOpen} and status = 'completed'`),
    first(`not is_awaited and status = 'completed'`),
    toldByWrongClock('is_awaited'),
    toldByWrongClock('not is_awaited'),
    first(`is_awaited and ${isOpen} and status <> 'completed'`),
    first(`not is_awaited and status in ('requested', 'generating')`),
  ].map(kind => `(${kind} limit ${limit})`)
  return preparedStatement(
    `due reports, ${limit}`,
    `select id, is_awaited, status = 'completed' as is_file from (${kinds.join(' union all ')}) as due
     order by is_awaited desc, next_try_at, position`,
  )
}

function toldByWrongClock(which: string): string {
  return `select id, is_awaited, status, next_try_at, position from report
    where ${which} and ${isOpen} and ${isFree('leased_until')} and ${waitsByWrongClock} order by waits_since desc`
}

function first(which: string): string {
  return `select id, is_awaited, status, next_try_at, position from report
    where ${which} and ${isFree('leased_until')} and next_try_at <= ? order by next_try_at, position`
}
