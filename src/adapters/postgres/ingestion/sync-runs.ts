import type { EntityManager } from '@mikro-orm/postgresql'
import { LRUCache } from 'lru-cache'
import { SyncRuns } from '../../../application/ingestion/ports.ts'
import type { DueReport, LoadCapacity } from '../../../application/ingestion/report-ports.ts'
import type { CorrelationContext } from '../../../application/ports.ts'
import type { DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId, SyncRunId } from '../../../domain/identifiers.ts'
import { type ReportType, reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import type { TypicalDuration, TypicalDurations } from '../../../domain/ingestion/progress.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { FailureReason } from '../../../domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../../domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../../domain/ingestion/sync-window.ts'
import { type Region, regions } from '../../../domain/profile/region.ts'
import { bufferSignals } from '../engine/commit-signals.ts'
import { type Sql, sql } from '../engine/sql.ts'
import { countDue, DueReportQuery } from './due-report-query.ts'
import {
  type FinishedRow,
  finishSyncRun,
  lockSyncRun,
  toFinishedCounts,
  toFinishedSyncRun,
} from './finished-sync-runs.ts'
import { isDueSetByFastClock } from './leases.ts'
import { openCondition, openStatuses, toReport, toReportColumns, toSyncRun } from './report-mapping.ts'
import { ReportRow, SyncRunRow } from './sync-run-rows.ts'

export class PostgresSyncRuns extends SyncRuns {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #correlation: CorrelationContext
  /** Durations up to a past time don't change. */
  readonly #durations = new LRUCache<string, TypicalDurations>({ max: 2000 })
  readonly #due: DueReportQuery

  constructor(em: EntityManager, sql: Sql, correlation: CorrelationContext) {
    super()
    this.#em = em
    this.#sql = sql
    this.#correlation = correlation
    this.#due = new DueReportQuery(sql)
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

  due(now: Date, limit: number, capacity: LoadCapacity): Promise<DueReport[]> {
    return this.#due.find(now, limit, capacity)
  }

  countDue(now: Date, max: number): Promise<number> {
    return countDue(this.#sql, now, max)
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

  async typicalDurations(region: Region | null, until: Date): Promise<TypicalDurations> {
    const key = `${region} ${until.getTime()}`
    const durations = this.#durations.get(key) ?? (await this.#computeTypicalDurations(region, until))
    // An empty result isn't cached: a late commit may add to it.
    if (durations.size > 0) this.#durations.set(key, durations)
    return durations
  }

  async #computeTypicalDurations(region: Region | null, until: Date): Promise<TypicalDurations> {
    const rows = await this.#sql.query<TypicalDuration & { type: ReportType }>(
      sql`select type,
          percentile_cont(0.25) within group (order by seconds) as "lowSeconds",
          percentile_cont(0.9) within group (order by seconds) as "highSeconds"
        from (
          select type, extract(epoch from loaded_at - requested_at)::float8 as seconds
          from (
            select sync_run.id, requested_at from sync_run
            join connection on connection.id = connection_id
            where kind = 'initial' and finished_at <= ${until} and region = any(${region ? [region] : regions})
            order by finished_at desc limit 50
          ) latest join report on report.sync_run_id = latest.id where status = 'loaded'
        ) loaded
        group by type having count(*) >= ${minReports}`,
    )
    return new Map(rows.map(({ type, ...seconds }): [ReportType, TypicalDuration] => [type, seconds]))
  }
}

export async function findLoadedRanges(
  statements: Sql,
  connectionId: ConnectionId,
  {
    types = reportCatalogue.map(({ type }) => type),
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

/** Reports of a type needed for a prediction. */
const minReports = 5
