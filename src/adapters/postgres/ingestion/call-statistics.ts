import type { Pool } from 'pg'
import { CallStatistics } from '../../../application/ingestion/report-ports.ts'
import { after, hours, minutes } from '../../../domain/calendar.ts'
import {
  type AnsweredCallOutcome,
  type CallCount,
  latencyBucketOf,
} from '../../../domain/ingestion/call-latency.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { sql } from '../engine/sql.ts'

/** Milliseconds between writes. */
const writeInterval = 3000
const retention = hours(24)

interface MinuteCount extends CallCount {
  readonly region: Region
  readonly minute: Date
}

/** A killed process loses its last seconds of counts. */
export class PostgresCallStatistics extends CallStatistics {
  readonly #pool: Pool
  readonly #onError: (error: unknown) => void
  #counts = new Map<string, MinuteCount>()
  #timer: NodeJS.Timeout | null = null

  constructor(pool: Pool, onError: (error: unknown) => void) {
    super()
    this.#pool = pool
    this.#onError = onError
  }

  begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void {
    const startedAt = performance.now()
    return (outcome, at) => {
      const milliseconds = Math.round(performance.now() - startedAt)
      const minute = new Date(Math.floor(at.getTime() / minutes(1)) * minutes(1))
      this.#add({ region, minute, outcome, within: latencyBucketOf(milliseconds), calls: 1, milliseconds })
    }
  }

  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const counted = [...this.#counts.values()]
    if (counted.length === 0) return
    this.#counts = new Map()
    try {
      await this.#write(counted)
    } catch (error) {
      for (const one of counted) this.#add(one)
      this.#onError(error)
    }
  }

  #add(one: MinuteCount): void {
    const key = `${one.minute.getTime()} ${one.region} ${one.outcome} ${one.within}`
    const known = this.#counts.get(key)
    const [calls, milliseconds] = [known?.calls ?? 0, known?.milliseconds ?? 0]
    this.#counts.set(key, {
      ...one,
      calls: calls + one.calls,
      milliseconds: milliseconds + one.milliseconds,
    })
    if (this.#timer) return
    this.#timer = setTimeout(() => void this.flush(), writeInterval)
    this.#timer.unref()
  }

  async #write(counted: readonly MinuteCount[]): Promise<void> {
    const newest = new Date(Math.max(...counted.map(({ minute }) => minute.getTime())))
    // Sorted, so that concurrent writes can't deadlock.
    const columnOf = <Value>(of: (one: MinuteCount) => Value) => counted.map(of)
    await this.#pool.query(
      sql`with gone as (delete from amazon_call_minute where minute < ${after(newest, -retention)})
        insert into amazon_call_minute (minute, region, outcome, latency_bucket_ms, calls, milliseconds)
        select * from unnest(
          ${columnOf(({ minute }) => minute)}::timestamptz[], ${columnOf(({ region }) => region)}::text[],
          ${columnOf(({ outcome }) => outcome)}::text[], ${columnOf(({ within }) => within)}::integer[],
          ${columnOf(({ calls }) => calls)}::integer[], ${columnOf(({ milliseconds }) => milliseconds)}::bigint[])
        order by 1, 2, 3, 4
        on conflict (minute, region, outcome, latency_bucket_ms) do update set
          calls = amazon_call_minute.calls + excluded.calls,
          milliseconds = amazon_call_minute.milliseconds + excluded.milliseconds`,
    )
  }
}
