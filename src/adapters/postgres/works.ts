import type { EntityManager } from '@mikro-orm/postgresql'
import type { WorkFacts } from '../../admin/diagnosis/facts.ts'
import { Works } from '../../admin/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'

/** A process that was not seen for so long is gone. */
const forgottenAfter = '1 day'

export class PostgresWorks extends Works {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async factsOf(connectionId: ConnectionId | null, now: Date): Promise<WorkFacts> {
    // What a worker holds is being worked on, however long its step takes: leases go by PostgreSQL's clock.
    const [row] = await this.#em.execute<{ seen_at: string | null; late_since: string | null }[]>(
      `select (select max(seen_at) from worker_process) as seen_at,
         (select min(next_try_at) from report
          where connection_id = ?::uuid and status in ('requested', 'generating', 'completed')
            and next_try_at < ? and (leased_until is null or leased_until < now())) as late_since`,
      [connectionId, now],
    )
    return { workerSeenAt: dateOf(row?.seen_at), lateSince: dateOf(row?.late_since) }
  }

  async noteAlive(workerId: string, at: Date): Promise<void> {
    await this.#em.execute(
      `with gone as (delete from worker_process where seen_at < ?::timestamptz - interval '${forgottenAfter}')
       insert into worker_process (id, seen_at) values (?, ?)
       on conflict (id) do update set seen_at = excluded.seen_at`,
      [at, workerId, at],
    )
  }
}

const dateOf = (moment: string | null | undefined): Date | null => (moment ? new Date(moment) : null)
