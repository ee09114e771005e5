import type { EntityManager } from '@mikro-orm/postgresql'
import type { DueReport, LoadCapacity } from '../../../application/ingestion/report-ports.ts'
import type { ReportId } from '../../../domain/identifiers.ts'
import {
  type PreparedStatement,
  type PreparedStatements,
  preparedStatement,
} from '../engine/prepared-statements.ts'
import { isFree } from './heartbeat.ts'
import { dueSetByFastClock } from './leases.ts'
import { openCondition } from './report-mapping.ts'

interface DueRow {
  readonly id: ReportId
  readonly is_interactive: boolean
  /** Waits only for a load slot. */
  readonly is_file: boolean
}

export class DueReportQuery {
  readonly #prepared: PreparedStatements
  /** Keyed by limit. */
  readonly #statements = new Map<number, PreparedStatement>()

  constructor(prepared: PreparedStatements) {
    this.#prepared = prepared
  }

  async find(now: Date, limit: number, capacity: LoadCapacity): Promise<DueReport[]> {
    const statement = this.#statements.get(limit) ?? dueReportQuery(limit)
    this.#statements.set(limit, statement)
    const rows = await this.#prepared.query<DueRow>(statement, Array(dueParameterCount).fill(now))
    let files = 0
    const found = new Set<ReportId>()
    const canStart = ({ id, is_file: isFile, is_interactive: isInteractive }: DueRow): boolean => {
      if (found.has(id)) return false
      found.add(id)
      if (!isFile) return true
      if (files >= (isInteractive ? capacity.interactive : capacity.other)) return false
      files += 1
      return true
    }
    return rows
      .filter(canStart)
      .slice(0, limit)
      .map(({ id, is_interactive: isInteractive }) => ({ id, isInteractive }))
  }
}

export async function countDue(em: EntityManager, now: Date, max: number): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from (
       select from report where ${openCondition} and not is_interactive and due_at <= ?
         and coalesce(deferral_reason, '') not in ('region_rate_limited', 'region_down') limit ?) as due`,
    [now, max],
  )
  return row?.count ?? 0
}

/** Each parameter is the current time. */
export const dueParameterCount = 6

/**
 * Each kind has its own index: 100,000 background reports can precede the interactive ones. A report can match two.
 * `limit` is literal: with a parameter, PostgreSQL would plan each time.
 */
export const dueReportQuery = (limit: number): PreparedStatement => {
  const kinds = [
    mostOverdueFirst(`is_interactive and ${openCondition} and status = 'completed'`),
    mostOverdueFirst(`not is_interactive and status = 'completed'`),
    dueSetByFastClockFirst('is_interactive'),
    dueSetByFastClockFirst('not is_interactive'),
    mostOverdueFirst(`is_interactive and ${openCondition} and status <> 'completed'`),
    mostOverdueFirst(`not is_interactive and status in ('requested', 'generating')`),
  ].map(kind => `(${kind} limit ${limit})`)
  return preparedStatement(
    `due reports, ${limit}`,
    `select id, is_interactive, status = 'completed' as is_file from (${kinds.join(' union all ')}) as due
     order by is_interactive desc, due_at, position`,
  )
}

function dueSetByFastClockFirst(condition: string): string {
  return `select id, is_interactive, status, due_at, position from report
    where ${condition} and ${openCondition} and ${isFree('leased_until')} and ${dueSetByFastClock} order by due_set_at desc`
}

function mostOverdueFirst(condition: string): string {
  return `select id, is_interactive, status, due_at, position from report
    where ${condition} and ${isFree('leased_until')} and due_at <= ? order by due_at, position`
}
