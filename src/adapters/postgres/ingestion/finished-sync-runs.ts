import type { FinishedSyncRun } from '../../../application/diagnostics-channels.ts'
import type { SyncRunId } from '../../../domain/identifiers.ts'
import type { SyncRunKind } from '../../../domain/ingestion/sync-run.ts'
import { type Statement, sql } from '../engine/sql.ts'

/**
 * Run before {@link finishSyncRun}, so that a sync run's last two reports finish one at a time. Within one statement,
 * the count would use a snapshot from before the lock.
 */
export const lockSyncRun = (id: SyncRunId): Statement => sql`select from sync_run where id = ${id} for update`

/** Finishes the sync run if all its reports are; makes reconciliation and roll-ups due. */
export const finishSyncRun = (id: SyncRunId, now: Date): Statement => sql`
  with run as (
    select id from sync_run where id = ${id} and finished_at is null
  ), finished as (
    update sync_run set finished_at = ${now} from run
    where sync_run.id = run.id and sync_run.finished_at is null
      and not exists (select from report where sync_run_id = run.id and status not in ('loaded', 'failed'))
    returning sync_run.connection_id, sync_run.finished_at, sync_run.kind, sync_run.requested_at
  ), due as (
    insert into reconciliation (connection_id, due_at) select connection_id, finished_at from finished
    on conflict (connection_id) do update set due_at = excluded.due_at
  ), rolled as (
    insert into table_roll_up_due (connection_id, due_at) select connection_id, finished_at from finished
    on conflict (connection_id) do update set due_at = excluded.due_at
  )
  select count(*) filter (where status = 'loaded')::int as loaded, count(*) filter (where status = 'failed')::int as failed,
    (select kind from finished) as kind, (select requested_at from finished) as requested_at
  from report where sync_run_id = ${id} and exists (select from finished) having count(*) > 0`

/** Returned only to the caller that finished the sync run. */
export interface FinishedRow {
  readonly loaded: number
  readonly failed: number
  readonly kind: SyncRunKind
  readonly requested_at: Date
}

export const toFinishedSyncRun = (row: FinishedRow, now: Date): FinishedSyncRun => ({
  ...toFinishedCounts(row),
  seconds: (now.getTime() - row.requested_at.getTime()) / 1000,
})

export const toFinishedCounts = ({ loaded, failed, kind }: FinishedRow) => ({ loaded, failed, kind })
