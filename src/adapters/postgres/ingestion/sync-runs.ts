import type { EntityManager } from '@mikro-orm/postgresql'
import { SyncRuns } from '../../../application/ingestion/ports.ts'
import type { CorrelationContext } from '../../../application/ports.ts'
import type { DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId, SyncRunId } from '../../../domain/identifiers.ts'
import { allReports, type ReportType } from '../../../domain/ingestion/catalogue.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { FailureReason } from '../../../domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../../domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../../domain/ingestion/sync-window.ts'
import { bufferSignals } from '../engine/commit-signals.ts'
import { type Sql, sql } from '../engine/sql.ts'
import {
  type FinishedRow,
  finishSyncRun,
  lockSyncRun,
  toFinishedCounts,
  toFinishedSyncRun,
} from './finished-sync-runs.ts'
import { openCondition, openStatuses, toReport, toReportColumns, toSyncRun } from './report-mapping.ts'
import { ReportRow, SyncRunRow } from './sync-run-rows.ts'

export class PostgresSyncRuns extends SyncRuns {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #correlation: CorrelationContext

  constructor(em: EntityManager, sql: Sql, correlation: CorrelationContext) {
    super()
    this.#em = em
    this.#sql = sql
    this.#correlation = correlation
  }

  async save(run: SyncRun, reports: readonly Report[]): Promise<void> {
    const { id, connectionId, kind, days, requestedAt } = run
    await this.#em.insert(SyncRunRow, {
      id,
      connectionId,
      kind,
      dayFrom: days.from,
      dayTo: days.to,
      requestedAt,
      correlationId: this.#correlation.current(),
    })
    await this.#em.insertMany(
      ReportRow,
      reports.map((report, position) => ({ ...toReportColumns(report), position, fencingToken: 0 })),
    )
  }

  async latestOf(
    connectionId: ConnectionId,
    kinds?: readonly SyncRunKind[],
  ): Promise<{ run: SyncRun; reports: Report[] } | null> {
    const row = await this.#em.findOne(
      SyncRunRow,
      { connectionId, ...(kinds && { kind: { $in: [...kinds] } }) },
      { orderBy: { requestedAt: 'desc', id: 'desc' }, disableIdentityMap: true },
    )
    if (!row) return null
    const reports = await this.#em.find(
      ReportRow,
      { syncRunId: row.id },
      { orderBy: { position: 'asc' }, disableIdentityMap: true },
    )
    return { run: toSyncRun(row), reports: reports.map(toReport) }
  }

  async hasUnfinishedReports(connectionId: ConnectionId): Promise<boolean> {
    return (await this.#em.count(ReportRow, { connectionId, status: { $in: [...openStatuses] } })) > 0
  }

  loadedRanges(connectionId: ConnectionId, after: Date): Promise<LoadedRange[]> {
    return findLoadedRanges(this.#sql, connectionId, { after })
  }

  async hasLegacyCampaigns(connectionId: ConnectionId, after: Date): Promise<boolean> {
    const found = await this.#sql.query(
      sql`select from report where connection_id = ${connectionId} and type = 'sb_campaigns' and legacy_campaigns > 0
          and loaded_at > ${after} limit 1`,
    )
    return found.length > 0
  }

  async failOpenReports(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void> {
    await this.#sql.query(
      sql`update report set status = 'failed', failed_at = ${now}, failure = ${reason}, leased_until = null,
          fencing_token = fencing_token + 1
        where id in (select id from report where connection_id = ${connectionId} and ${openCondition} order by id for update)`,
    )
    await this.#em.nativeUpdate(SyncRunRow, { connectionId, finishedAt: null }, { finishedAt: now })
  }

  async finishIfDone(
    syncRunId: SyncRunId,
    now: Date,
  ): Promise<{ loaded: number; failed: number; kind: SyncRunKind } | null> {
    await this.#sql.query(lockSyncRun(syncRunId))
    const [row] = await this.#sql.query<FinishedRow>(finishSyncRun(syncRunId, now))
    if (!row) return null
    bufferSignals(this.#em.getContext(), { finished: [toFinishedSyncRun(row, now)] })
    return toFinishedCounts(row)
  }
}

export async function findLoadedRanges(
  statements: Sql,
  connectionId: ConnectionId,
  {
    types = allReports.map(({ type }) => type),
    after = new Date(0),
  }: { types?: readonly ReportType[]; after?: Date },
): Promise<LoadedRange[]> {
  // A daterange excludes its upper bound.
  const rows = await statements.query<DayRange & { type: ReportType }>(
    sql`select type, lower(stretch) as from, upper(stretch) - 1 as to
      from (
        select type, unnest(range_agg(daterange(day_from, day_to, '[]'))) as stretch from report
        where connection_id = ${connectionId} and status = 'loaded' and loaded_at > ${after} and type = any(${types})
        group by type
      ) stretches order by type, stretch`,
    { preparedAs: 'loaded ranges' },
  )
  return rows.map(({ type, ...days }) => ({ type, days }))
}
