import type { EntityManager } from '@mikro-orm/postgresql'
import type { WorkerStatus } from '../../../admin/diagnosis/diagnosis-input.ts'
import { WorkerHeartbeats } from '../../../admin/ports.ts'
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

interface StatusRow {
  readonly seen_at: string | null
  readonly late_since: string | null
  readonly traffic: string | null
}

const parseDate = (date: string | null | undefined): Date | null => (date ? new Date(date) : null)
