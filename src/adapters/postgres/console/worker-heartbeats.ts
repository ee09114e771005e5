import type { WorkerStatus } from '../../../admin/diagnosis/diagnosis-input.ts'
import { type RecurringJobRun, RecurringJobRuns, WorkerHeartbeats } from '../../../admin/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { lateSyncReason } from '../../../domain/ingestion/rate-limit/sync-deferral.ts'
import { type Sql, sql } from '../engine/sql.ts'
import { parseRateLimit, type StoredRateLimit } from '../ingestion/region-rate-limiter.ts'
import { openCondition } from '../ingestion/report-mapping.ts'

export class PostgresWorkerHeartbeats extends WorkerHeartbeats {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async statusFor(connectionId: ConnectionId | null, now: Date): Promise<WorkerStatus> {
    // A leased report is in progress, however long its step takes.
    const [row] = await this.#sql.query<StatusRow>(
      sql`select (select max(seen_at) from worker_heartbeat) as seen_at,
          (select min(due_at) from report
           where connection_id = ${connectionId} and ${openCondition}
             and due_at < ${now} and (leased_until is null or leased_until < now())) as late_since,
          (select traffic from region_rate_limit join connection using (region) join sync_schedule on sync_schedule.connection_id = connection.id
           where connection.id = ${connectionId} and not is_interactive and (deferred_until is null or deferred_until <= ${now})) as traffic`,
    )
    const rateLimit = row?.traffic ? parseRateLimit(row.traffic) : null
    return {
      workerSeenAt: row?.seen_at ?? null,
      lateSince: row?.late_since ?? null,
      syncDeferralReason: rateLimit && lateSyncReason(rateLimit, now),
    }
  }

  async record(workerId: string, at: Date): Promise<void> {
    await this.#sql.query(
      sql`with gone as (delete from worker_heartbeat where seen_at < ${at}::timestamptz - interval '1 day')
        insert into worker_heartbeat (id, seen_at) values (${workerId}, ${at})
        on conflict (id) do update set seen_at = excluded.seen_at`,
    )
  }
}

export class PostgresRecurringJobRuns extends RecurringJobRuns {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  latest(): Promise<RecurringJobRun[]> {
    return this.#sql.query<RecurringJobRun>(
      sql`select name, started_at as "startedAt", finished_at as "finishedAt", error from recurring_job`,
    )
  }

  async start(name: string, at: Date, unlessStartedAfter: Date): Promise<boolean> {
    const started = await this.#sql.query(
      sql`insert into recurring_job as job (name, started_at) values (${name}, ${at})
          on conflict (name) do update set started_at = excluded.started_at
            where job.started_at <= ${unlessStartedAfter} or job.started_at > excluded.started_at + interval '1 minute'
          returning name`,
    )
    return started.length > 0
  }

  async finish(name: string, at: Date, error: string | null): Promise<void> {
    await this.#sql.query(
      sql`update recurring_job set finished_at = ${at}, error = ${error} where name = ${name}`,
    )
  }
}

interface StatusRow {
  readonly seen_at: Date | null
  readonly late_since: Date | null
  readonly traffic: StoredRateLimit | null
}
