import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientBase } from 'pg'
import type { Timeline } from '../../../application/ports.ts'
import { severityOf, type TimelineEntry } from '../../../domain/timeline/entry.ts'
import { bufferSignals, publishCommit } from '../engine/commit-signals.ts'
import { labelTransaction } from '../engine/failpoints.ts'
import { join, type Sql, type Statement, sql } from '../engine/sql.ts'

export class PostgresTimeline implements Timeline {
  readonly #em: EntityManager
  readonly #sql: Sql

  constructor(em: EntityManager, sql: Sql) {
    this.#em = em
    this.#sql = sql
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    const [first] = entries
    if (!first) return
    labelTransaction(this.#em.getContext(), first.event.kind)
    await this.#sql.query(insertion(entries))
    if (this.#em.isInTransaction()) bufferSignals(this.#em.getContext(), { entries })
    else publishCommit({ entries, finished: [] })
  }
}

/** Joins the transaction of `client`. */
export async function insertTimelineEntry(client: ClientBase, entry: TimelineEntry): Promise<void> {
  await client.query(insertion([entry]))
}

function insertion(entries: readonly TimelineEntry[]): Statement {
  const rows = entries.map(
    ({ at, userId, attemptId, connectionId, syncRunId, reportId, event }) =>
      sql`(${at}, ${event.kind}, ${severityOf[event.kind]}, ${userId}, ${attemptId}, ${connectionId}, ${syncRunId}, ${reportId}, ${event})`,
  )
  return sql`
    insert into timeline_entry (at, kind, severity, user_id, attempt_id, connection_id, sync_run_id, report_id, event)
    values ${join(rows)}`
}
