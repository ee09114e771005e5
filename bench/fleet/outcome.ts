import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

const logIntervalMilliseconds = 60_000
const maxMilliseconds = 3 * 3_600_000

export interface Sync {
  readonly connectionId: string
  readonly kind: string
  readonly region: string
  readonly seconds: number
  readonly reports: number
  /** Accepted by Amazon. */
  readonly requests: number
  readonly failed: number
}

/** Waits until most syncs are in progress. Checks rarely, since each check reads all reports. */
export async function waitUntilInProgress(pool: Pool, intervalMilliseconds: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ share: number }>(
      `select coalesce(avg((status = 'loaded')::int), 0)::float8 as share from report where not is_interactive`,
    )
    if ((rows[0]?.share ?? 0) > 0.1) return
    await sleep(intervalMilliseconds)
  }
}

/** Waits until `count` daily syncs are finished. @throws {Error} after three hours. */
export async function waitUntilFinished(
  pool: Pool,
  count: number,
  reportProgress: (done: number) => void = () => undefined,
): Promise<void> {
  const startedAt = performance.now()
  let reportedAt = startedAt
  for (;;) {
    const { rows } = await pool.query<{ done: number }>(
      `select count(*)::int as done from sync_run where kind = 'daily' and finished_at is not null`,
    )
    const done = rows[0]?.done ?? 0
    if (done >= count) return
    if (performance.now() - reportedAt > logIntervalMilliseconds) {
      reportedAt = performance.now()
      reportProgress(done)
    }
    if (performance.now() - startedAt > maxMilliseconds)
      throw new Error(`only ${done} of ${count} syncs are finished`)
    await sleep(250)
  }
}

/** Assumes that all daily syncs were due when the first one started. */
export async function syncOutcomes(pool: Pool): Promise<Sync[]> {
  const { rows } = await pool.query<Sync>(
    `select run.connection_id as "connectionId", kind, region,
       extract(epoch from finished_at - case kind when 'daily' then min(requested_at) over () else requested_at end)::float8 as seconds,
       (select count(*)::int from report where sync_run_id = run.id) as reports,
       (select sum(request_count)::int from report where sync_run_id = run.id) as requests,
       (select count(*)::int from report where sync_run_id = run.id and status = 'failed') as failed
     from sync_run as run join connection on connection.id = run.connection_id
     where finished_at is not null and (kind = 'daily' or finished_at > requested_at)`,
  )
  return rows
}
