import { RefreshCaseSummaries } from '../../src/admin/cases/refresh-case-summaries.ts'
import type { BenchProduct } from '../product.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'
import { never } from './seed.ts'

/** Batch size of the worker. */
const batchSize = 50

/** @returns case summaries refreshed per second by one worker. @throws {Error} when one was not refreshed. */
export async function summariesPerSecond(
  { container, database: { pool } }: BenchProduct,
  count: number,
): Promise<number> {
  const chosen = `(select id, user_id from connection where status = 'active' order by md5(id::text) limit ${count}) as chosen`
  await pool.query(
    `insert into timeline_entry (at, kind, severity, user_id, connection_id, sync_run_id, report_id, event)
     select finished_at, event_kind, 'info', user_id, chosen.id, run.id, report.id, jsonb_build_object('kind', event_kind,
       'report', type, 'amazonReportId', amazon_report_id, 'rows', 100, 'duplicates', 0, 'merged', 0, 'milliseconds', 9)
     from ${chosen} join sync_run as run on run.connection_id = chosen.id join report on sync_run_id = run.id
     cross join unnest('{report_accepted,report_completed,report_loaded}'::text[]) as event_kind`,
  )
  await pool.query('delete from case_change')
  await pool.query(`insert into case_change (user_id, connection_id) select user_id, id from ${chosen}`)
  await vacuumAndCheckpoint(pool)
  const refreshCaseSummaries = container.get(RefreshCaseSummaries)
  const startedAt = performance.now()
  while ((await refreshCaseSummaries.execute(batchSize)) > 0);
  const seconds = (performance.now() - startedAt) / 1000
  const { rows } = await pool.query<{ refreshed: number }>(
    `select count(*)::int as refreshed from case_summary join ${chosen} using (id) where refresh_at < '${never}'`,
  )
  if (rows[0]?.refreshed !== count)
    throw new Error(`${rows[0]?.refreshed} of ${count} case summaries were refreshed`)
  return count / seconds
}
