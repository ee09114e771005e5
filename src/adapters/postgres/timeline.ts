import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientBase } from 'pg'
import type { Timeline } from '../../application/ports.ts'
import { entryLevels, type TimelineEntry } from '../../domain/timeline/entry.ts'
import { telling } from './boundaries.ts'
import { note, tellCommit } from './commits.ts'
import { TimelineRow } from './schema.ts'

export class PostgresTimeline implements Timeline {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    const [first] = entries
    if (!first) return
    telling(this.#em.getContext(), first.happening.kind)
    await this.#em.insertMany(
      TimelineRow,
      entries.map(entry => ({
        ...entry,
        kind: entry.happening.kind,
        level: entryLevels[entry.happening.kind],
      })),
    )
    if (this.#em.isInTransaction()) note(this.#em.getContext(), { entries })
    else tellCommit({ entries, settled: [] })
  }
}

/** Joins the transaction of `client`. */
export async function appendOn(client: ClientBase, entry: TimelineEntry): Promise<void> {
  const { at, personId, attemptId, connectionId, runId, reportId, happening } = entry
  await client.query(
    `insert into timeline_entry (at, kind, level, person_id, attempt_id, connection_id, run_id, report_id, happening)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      at,
      happening.kind,
      entryLevels[happening.kind],
      personId,
      attemptId,
      connectionId,
      runId,
      reportId,
      JSON.stringify(happening),
    ],
  )
}
