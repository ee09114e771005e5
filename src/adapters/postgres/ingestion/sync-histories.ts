import type { EntityManager } from '@mikro-orm/postgresql'
import { SyncHistories, type SyncHistory } from '../../../application/ingestion/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { allReports, type ReportType } from '../../../domain/ingestion/catalogue.ts'
import { isFinished, type Report } from '../../../domain/ingestion/report.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { type Sql, type Statement, sql } from '../engine/sql.ts'
import { openCondition, toReport, toSyncRun } from './report-mapping.ts'
import { ReportRow, SyncRunRow } from './sync-run-rows.ts'

export class PostgresSyncHistories extends SyncHistories {
  readonly #em: EntityManager
  readonly #sql: Sql

  constructor(em: EntityManager, sql: Sql) {
    super()
    this.#em = em
    this.#sql = sql
  }

  async of(connectionId: ConnectionId): Promise<SyncHistory> {
    const [row] = await this.#sql.query<SyncHistoryRow>(syncHistory(connectionId), {
      preparedAs: 'sync history',
    })
    if (!row) throw new Error('the query returned no row')
    const toReports = (rows: readonly JsonRow[] | null): Report[] =>
      (rows ?? []).map(each => toReport(columnsFromJson(this.#em, ReportRow, each)))
    const { run, reconciled } = row
    return {
      interactiveSync: run && {
        run: toSyncRun(columnsFromJson(this.#em, SyncRunRow, run)),
        reports: toReports(row.reports),
      },
      finished: toReports(row.finished).filter(isFinished),
      open: toReports(row.open).filter(report => !isFinished(report)),
      failingSince: new Map((row.failing ?? []).map(({ type, since }) => [type, new Date(since)])),
      lastLoadedAt: row.last_loaded_at,
      nextSyncAt: row.next_sync_at,
      reconciled: reconciled && {
        checkedAt: new Date(reconciled.checked_at),
        mismatches: reconciled.mismatches,
      },
    }
  }
}

const reportTypes = allReports.map(({ type }) => type)

interface SyncHistoryRow {
  readonly run: JsonRow | null
  readonly reports: readonly JsonRow[] | null
  readonly finished: readonly JsonRow[] | null
  readonly open: readonly JsonRow[] | null
  readonly failing: readonly { readonly type: ReportType; readonly since: string }[] | null
  readonly last_loaded_at: Date | null
  readonly next_sync_at: Date | null
  readonly reconciled: { readonly checked_at: string; readonly mismatches: number } | null
}

/** Each part uses its own index: a connection can have thousands of reports. */
const syncHistory = (connectionId: ConnectionId): Statement => sql`
  with asked as (select ${connectionId}::uuid as id, ${reportTypes}::text[] as types),
  run as (
    select sync_run.* from sync_run join asked on connection_id = asked.id
    where kind in ('initial', 'reauthorisation') order by requested_at desc, sync_run.id desc limit 1),
  finished as (
    select report.* from asked cross join unnest(types) as its(type) cross join lateral (
      select * from report
      where connection_id = asked.id and type = its.type and status in ('loaded', 'failed')
      order by day_to desc, coalesce(loaded_at, failed_at) desc limit 1) as report),
  failing as (
    select type, min(failed_at) as since from asked join report as failed on connection_id = asked.id
    where status = 'failed' and failed_at > coalesce((
      select max(loaded_at) from report where connection_id = asked.id and type = failed.type), '-infinity')
    group by type)
  select (select to_jsonb(run) from run) as run,
    (select jsonb_agg(report order by position) from report join run on sync_run_id = run.id) as reports,
    (select jsonb_agg(finished order by type) from finished) as finished,
    (select jsonb_agg(report order by due_at, position) from report
     where connection_id = asked.id and ${openCondition}) as open,
    (select jsonb_agg(failing) from failing) as failing,
    (select loaded_at from report where connection_id = asked.id and loaded_at is not null
     order by loaded_at desc limit 1) as last_loaded_at,
    (select due_at from sync_schedule where connection_id = asked.id) as next_sync_at,
    (select to_jsonb(reconciliation) from reconciliation
     where connection_id = asked.id and checked_at is not null) as reconciled
  from asked`
