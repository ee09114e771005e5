import {
  type DueReport,
  type LoadCapacity,
  ReportQueue,
} from '../../../application/ingestion/report-ports.ts'
import type { ReportId } from '../../../domain/identifiers.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { join, raw, type Sql, type Statement, sql } from '../engine/sql.ts'
import { isFree } from './heartbeat.ts'
import { isDueSetByFastClock } from './leases.ts'
import { openCondition } from './report-mapping.ts'

interface DueRow {
  readonly id: ReportId
  readonly is_interactive: boolean
  /** Waits only for a load slot. */
  readonly is_file: boolean
}

export class PostgresReportQueue extends ReportQueue {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async due(now: Date, limit: number, capacity: LoadCapacity): Promise<DueReport[]> {
    const rows = await this.#sql.query<DueRow>(dueReportQuery(limit, now), {
      preparedAs: `due reports, ${limit}`,
    })
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

  async countDue(now: Date, max: number): Promise<number> {
    const [row] = await this.#sql.query<{ count: number }>(
      sql`select count(*)::int as count from (
          select from report where ${openCondition} and not is_interactive and due_at <= ${now}
            and coalesce(deferral_reason, '') not in ('region_rate_limited', 'region_down') limit ${max}) as due`,
    )
    return row?.count ?? 0
  }

  async throttledUntil(
    { id, connectionId, type }: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null> {
    const [row] = await this.#sql.query<{ until: Date | null }>(
      sql`select max(due_at) as until from report
        where connection_id = ${connectionId} and type = ${type} and id <> ${id} and status = 'requested' and due_at > ${now}
          and deferred_since is null and last_error ->> 'error' = 'throttled' and not ${isDueSetByFastClock(now)}`,
      { preparedAs: 'throttled reports of a type' },
    )
    return row?.until ?? null
  }

  async releaseDeferred(region: Region, now: Date): Promise<void> {
    await this.#sql.query(
      // Locks in id order, like `failOpenReports`, so that bulk updates can't deadlock.
      sql`update report
        set due_at = least(due_at, ${now}::timestamptz + make_interval(secs => abs(hashtext(id::text)) % 10))
        where id in (
          select report.id from report join connection on connection.id = report.connection_id
          where region = ${region} and deferred_since is not null and report.${openCondition}
          order by report.id for update of report)`,
    )
  }
}

/**
 * Each kind has its own index: 100,000 background reports can precede the interactive ones. A report can match two.
 * `limit` is literal: with a parameter, PostgreSQL would plan each time.
 */
export function dueReportQuery(limit: number, now: Date): Statement {
  const kinds = [
    mostOverdueFirst(sql`is_interactive and ${openCondition} and status = 'completed'`, now),
    mostOverdueFirst(sql`not is_interactive and status = 'completed'`, now),
    dueSetByFastClockFirst(sql`is_interactive`, now),
    dueSetByFastClockFirst(sql`not is_interactive`, now),
    mostOverdueFirst(sql`is_interactive and ${openCondition} and status <> 'completed'`, now),
    mostOverdueFirst(sql`not is_interactive and status in ('requested', 'generating')`, now),
  ].map(kind => sql`(${kind} limit ${raw(String(limit))})`)
  return sql`select id, is_interactive, status = 'completed' as is_file from (${join(kinds, ' union all ')}) as due
    order by is_interactive desc, due_at, position`
}

const dueSetByFastClockFirst = (condition: Statement, now: Date): Statement =>
  sql`select id, is_interactive, status, due_at, position from report
    where ${condition} and ${openCondition} and ${isFree('leased_until')} and ${isDueSetByFastClock(now)}
    order by due_set_at desc`

const mostOverdueFirst = (condition: Statement, now: Date): Statement =>
  sql`select id, is_interactive, status, due_at, position from report
    where ${condition} and ${isFree('leased_until')} and due_at <= ${now} order by due_at, position`
