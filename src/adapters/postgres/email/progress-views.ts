import { LRUCache } from 'lru-cache'
import { ProgressViews } from '../../../application/email/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { isReadOnly } from '../engine/read-only-transaction.ts'
import { type Sql, sql } from '../engine/sql.ts'

interface RecordedView {
  readonly now: Date
  readonly since: Date
}

export class PostgresProgressViews extends ProgressViews {
  readonly #sql: Sql
  /** Epoch milliseconds of the last recorded view; saves most queries. */
  readonly #lastViewed = new LRUCache<ConnectionId, number>({ max: 10_000 })
  /** Views that arrive during a write are written together. */
  readonly #pendingViews = new Map<ConnectionId, RecordedView>()
  #nextWrite: Promise<void> | null = null
  #lastWrite: Promise<void> = Promise.resolve()

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async record(connectionId: ConnectionId, now: Date, since: Date): Promise<void> {
    if (isReadOnly()) return
    if ((this.#lastViewed.get(connectionId) ?? Number.NEGATIVE_INFINITY) > since.getTime()) return
    this.#pendingViews.set(connectionId, { now, since })
    if (!this.#nextWrite) {
      this.#nextWrite = this.#lastWrite.catch(() => undefined).then(() => this.#write())
      this.#lastWrite = this.#nextWrite
    }
    await this.#nextWrite
  }

  async #write(): Promise<void> {
    // Sorted, so that processes can't deadlock.
    const views = [...this.#pendingViews].sort(([one], [other]) => (one < other ? -1 : 1))
    this.#pendingViews.clear()
    this.#nextWrite = null
    const asked = sql`unnest(${views.map(([id]) => id)}::uuid[], ${views.map(([, { now }]) => now)}::timestamptz[],
      ${views.map(([, { since }]) => since)}::timestamptz[])`
    // Only reads another process's recent view: `on conflict` alone would lock, and so write, each row.
    const stored = await this.#sql.queryWithAsyncCommit<{ id: ConnectionId; viewed_at: Date }>(
      sql`, look as (select id, now, since from ${asked} as look (id, now, since), light),
        noted as (
          insert into progress_view (connection_id, viewed_at)
          select id, now from look
          where exists (select from connection where connection.id = look.id)
            and not exists (select from progress_view where connection_id = look.id and viewed_at > since)
          order by id
          on conflict (connection_id) do update set viewed_at = greatest(progress_view.viewed_at, excluded.viewed_at)
          returning connection_id, viewed_at)
        select connection_id as id, viewed_at from noted
        union all
        select id, viewed_at from look join progress_view on connection_id = id where viewed_at > since`,
      { preparedAs: 'record progress views' },
    )
    for (const { id, viewed_at } of stored) this.#lastViewed.set(id, viewed_at.getTime())
  }
}
