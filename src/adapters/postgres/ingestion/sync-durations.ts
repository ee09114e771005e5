import { LRUCache } from 'lru-cache'
import { SyncDurations } from '../../../application/ingestion/ports.ts'
import type { ReportType } from '../../../domain/ingestion/catalogue.ts'
import type { TypicalDuration, TypicalDurations } from '../../../domain/ingestion/progress.ts'
import { type Region, regions } from '../../../domain/profile/region.ts'
import { type Sql, sql } from '../engine/sql.ts'

/** Reports of a type needed for a prediction. */
const minReports = 5

export class PostgresSyncDurations extends SyncDurations {
  /** Durations up to a past time don't change. */
  readonly #known = new LRUCache<string, TypicalDurations>({ max: 2000 })
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async typical(region: Region | null, until: Date): Promise<TypicalDurations> {
    const key = `${region} ${until.getTime()}`
    const durations = this.#known.get(key) ?? (await this.#compute(region, until))
    // An empty result isn't cached: a late commit may add to it.
    if (durations.size > 0) this.#known.set(key, durations)
    return durations
  }

  async #compute(region: Region | null, until: Date): Promise<TypicalDurations> {
    const rows = await this.#sql.query<TypicalDuration & { type: ReportType }>(
      sql`select type,
          percentile_cont(0.25) within group (order by seconds) as "lowSeconds",
          percentile_cont(0.9) within group (order by seconds) as "highSeconds"
        from (
          select type, extract(epoch from loaded_at - requested_at)::float8 as seconds
          from (
            select sync_run.id, requested_at from sync_run
            join connection on connection.id = connection_id
            where kind = 'initial' and finished_at <= ${until} and region = any(${region ? [region] : regions})
            order by finished_at desc limit 50
          ) latest join report on report.sync_run_id = latest.id where status = 'loaded'
        ) loaded
        group by type having count(*) >= ${minReports}`,
    )
    return new Map(rows.map(({ type, ...seconds }): [ReportType, TypicalDuration] => [type, seconds]))
  }
}
