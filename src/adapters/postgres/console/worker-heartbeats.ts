import type { EntityManager } from '@mikro-orm/postgresql'
import type { WorkerStatus } from '../../../admin/diagnosis/diagnosis-input.ts'
import { type RecurringJobRun, RecurringJobRuns, WorkerHeartbeats } from '../../../admin/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { lateSyncReason } from '../../../domain/ingestion/sync-deferral.ts'
import { parseRateLimit } from '../ingestion/region-rate-limiter.ts'
import { openCondition } from '../ingestion/report-mapping.ts'

const heartbeatRetention = '1 day'

export class PostgresWorkerHeartbeats extends WorkerHeartbeats {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async statusFor(connectionId: ConnectionId | null, now: Date): Promise<WorkerStatus> {
    // A leased report is in progress, however long its step takes.
    const [row] = await this.#em.execute<StatusRow[]>(
      `select (select max(seen_at) from worker_heartbeat) as seen_at,
         (select min(due_at) from report
          where connection_id = ?::uuid and ${openCondition}
            and due_at < ? and (leased_until is null or leased_until < now())) as late_since,
         (select traffic::text from region_rate_limit join connection using (region) join sync_schedule on sync_schedule.connection_id = connection.id
          where connection.id = ?::uuid and not is_interactive and (deferred_until is null or deferred_until <= ?)) as traffic`,
      [connectionId, now, connectionId, now],
    )
    const rateLimit = row?.traffic ? parseRateLimit(JSON.parse(row.traffic)) : null
    return {
      workerSeenAt: parseDate(row?.seen_at),
      lateSince: parseDate(row?.late_since),
      syncDeferralReason: rateLimit && lateSyncReason(rateLimit, now),
    }
  }

  async record(workerId: string, at: Date): Promise<void> {
    await this.#em.execute(
      `with gone as (delete from worker_heartbeat where seen_at < ?::timestamptz - interval '${heartbeatRetention}')
       insert into worker_heartbeat (id, seen_at) values (?, ?)
       on conflict (id) do update set seen_at = excluded.seen_at`,
      [at, workerId, at],
    )
  }
}

export class PostgresRecurringJobRuns extends RecurringJobRuns {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async latest(): Promise<RecurringJobRun[]> {
    const rows = await this.#em.execute<JobRow[]>(
      'select name, started_at, finished_at, error from recurring_job',
    )
    return rows.map(({ name, started_at, finished_at, error }) => ({
      name,
      startedAt: new Date(started_at),
      finishedAt: parseDate(finished_at),
      error,
    }))
  }

  async start(name: string, at: Date, unlessStartedAfter: Date): Promise<boolean> {
    const started = await this.#em.execute<unknown[]>(
      `insert into recurring_job as job (name, started_at) values (?, ?)
       on conflict (name) do update set started_at = excluded.started_at
         where job.started_at <= ? or job.started_at > excluded.started_at + interval '1 minute'
       returning name`,
      [name, at, unlessStartedAfter],
    )
    return started.length > 0
  }

  async finish(name: string, at: Date, error: string | null): Promise<void> {
    await this.#em.execute('update recurring_job set finished_at = ?, error = ? where name = ?', [
      at,
      error,
      name,
    ])
  }
}

interface StatusRow {
  readonly seen_at: string | null
  readonly late_since: string | null
  readonly traffic: string | null
}

interface JobRow {
  readonly name: string
  readonly started_at: string
  readonly finished_at: string | null
  readonly error: string | null
}

const parseDate = (date: string | null | undefined): Date | null => (date ? new Date(date) : null)
