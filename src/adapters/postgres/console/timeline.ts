import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientBase } from 'pg'
import type { Timeline } from '../../../application/ports.ts'
import { severityOf, type TimelineEntry } from '../../../domain/timeline/entry.ts'
import { bufferSignals, publishCommit } from '../engine/commit-signals.ts'
import { labelTransaction } from '../engine/failpoints.ts'
import { TimelineRow } from './console-rows.ts'

export class PostgresTimeline implements Timeline {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    const [first] = entries
    if (!first) return
    labelTransaction(this.#em.getContext(), first.event.kind)
    await this.#em.insertMany(
      TimelineRow,
      entries.map(entry => ({
        ...entry,
        kind: entry.event.kind,
        severity: severityOf[entry.event.kind],
      })),
    )
    if (this.#em.isInTransaction()) bufferSignals(this.#em.getContext(), { entries })
    else publishCommit({ entries, finished: [] })
  }
}

/** Joins the transaction of `client`. */
export async function insertTimelineEntry(client: ClientBase, entry: TimelineEntry): Promise<void> {
  const { at, userId, attemptId, connectionId, syncRunId, reportId, event } = entry
  await client.query(
    `insert into timeline_entry (at, kind, severity, user_id, attempt_id, connection_id, sync_run_id, report_id, event)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      at,
      event.kind,
      severityOf[event.kind],
      userId,
      attemptId,
      connectionId,
      syncRunId,
      reportId,
      JSON.stringify(event),
    ],
  )
}
