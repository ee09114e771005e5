import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import { type DueReport, RegionRateLimiter } from '../../../application/ingestion/report-ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import {
  type CallOutcome,
  initialRateLimit,
  pausedUntil,
  type RateLimitDecision,
  type RateLimitedCall,
  type RegionRateLimit,
  recordCallOutcome,
  tryAcquire,
} from '../../../domain/ingestion/region-rate-limit.ts'
import { syncDeferralReason } from '../../../domain/ingestion/sync-deferral.ts'
import { type Region, regions } from '../../../domain/profile/region.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { DatabaseBusy } from '../engine/pool.ts'
import { type Statement, sql } from '../engine/sql.ts'

/** Milliseconds for which a healthy state is cached. */
const cacheDuration = 500

/** Milliseconds; missing from pg's types. All calls of a process queue behind this query. */
const queryTimeout = { query_timeout: 10_000 }

/** Lost races in a row; in each, another process made progress. */
const maxTries = 100

/**
 * Written by compare-and-swap: a frozen process holds no lock that all others need.
 * While a region is healthy, status polls rarely query it.
 */
export class PostgresRegionRateLimiter extends RegionRateLimiter {
  readonly #pool: Pool
  readonly #healthyUntil = new Map<Region, number>()
  /** One change at a time: concurrent ones would make each other retry. */
  readonly #changeQueues: Readonly<Record<Region, LimitFunction>> = {
    na: pLimit(1),
    eu: pLimit(1),
    fe: pLimit(1),
  }

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  async tryAcquire(
    region: Region,
    call: RateLimitedCall,
    report: DueReport,
    now: Date,
  ): Promise<RateLimitDecision> {
    if (call === 'report_status' && this.#isHealthy(region)) return { admitted: true }
    return this.#change(region, now, rateLimit => tryAcquire(rateLimit, call, report, now))
  }

  async pausedUntil(region: Region, now: Date): Promise<Date | null> {
    const stored = await this.#read(region)
    return stored ? pausedUntil(parseRateLimit(JSON.parse(stored)), now) : null
  }

  async acceptingSyncs(now: Date): Promise<Region[]> {
    const { rows } = await this.#query<{ region: Region; traffic: StoredRateLimit }>(
      sql`select region, traffic from region_rate_limit where traffic is not null`,
    )
    const deferring = rows.filter(({ traffic }) => syncDeferralReason(parseRateLimit(traffic), now))
    return regions.filter(region => !deferring.some(each => each.region === region))
  }

  async recordOutcome(
    region: Region,
    outcome: CallOutcome,
    by: Parameters<typeof recordCallOutcome>[2],
    now: Date,
  ): Promise<boolean> {
    if (outcome === 'answered' && this.#isHealthy(region)) return false
    return this.#change(region, now, rateLimit => {
      const next = recordCallOutcome(rateLimit, outcome, by, now)
      return [rateLimit.pausedUntil !== null && next.pausedUntil === null, next]
    })
  }

  #isHealthy(region: Region): boolean {
    return performance.now() < (this.#healthyUntil.get(region) ?? 0)
  }

  /** Starts over if another process wrote first. */
  #change<Result>(
    region: Region,
    now: Date,
    applyRule: (traffic: RegionRateLimit) => readonly [Result, RegionRateLimit],
  ): Promise<Result> {
    return this.#changeQueues[region](async () => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const stored = await this.#read(region)
        const current = stored ? parseRateLimit(JSON.parse(stored)) : initialRateLimit(now)
        const [result, next] = applyRule(current)
        if (next !== current && !(await this.#replace(region, stored, next))) continue
        if (next.failures === 0 && !next.pausedUntil)
          this.#healthyUntil.set(region, performance.now() + cacheDuration)
        else this.#healthyUntil.delete(region)
        return result
      }
      throw new DatabaseBusy(`Region ${region} was changed concurrently ${maxTries} times in a row.`)
    })
  }

  async #read(region: Region): Promise<string | null> {
    const { rows } = await this.#query<{ traffic: string | null }>(
      sql`select traffic::text as traffic from region_rate_limit where region = ${region}`,
    )
    return rows[0]?.traffic ?? null
  }

  async #replace(region: Region, stored: string | null, next: RegionRateLimit): Promise<boolean> {
    const { rowCount } = await withFailpoints('rate limit updated', () =>
      this.#query(
        sql`update region_rate_limit set traffic = ${next}
          where region = ${region} and traffic is not distinct from ${stored}::jsonb`,
      ),
    )
    return rowCount === 1
  }

  #query<Row extends object>({ text, values }: Statement) {
    return this.#pool.query<Row>({ text, values, ...queryTimeout })
  }
}

export interface StoredRateLimit
  extends Omit<
    RegionRateLimit,
    | 'theoreticalArrivalAt'
    | 'queueEndsAt'
    | 'interactiveQueueEndsAt'
    | 'reducedAt'
    | 'pausedUntil'
    | 'pausedSince'
    | 'throttled'
  > {
  readonly theoreticalArrivalAt: string
  /** Missing from older rows. */
  readonly queueEndsAt?: string | null
  readonly interactiveQueueEndsAt?: string | null
  readonly reducedAt: string | null
  readonly pausedUntil: string | null
  /** Missing from older rows. */
  readonly pausedSince?: string | null
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: string } | null
}

const parseDate = (text: string | null): Date | null => (text === null ? null : new Date(text))

export function parseRateLimit(stored: StoredRateLimit): RegionRateLimit {
  const {
    theoreticalArrivalAt,
    queueEndsAt = null,
    interactiveQueueEndsAt = null,
    reducedAt,
    pausedUntil,
    pausedSince = null,
    throttled,
    ...rest
  } = stored
  return {
    ...rest,
    theoreticalArrivalAt: new Date(theoreticalArrivalAt),
    queueEndsAt: parseDate(queueEndsAt),
    interactiveQueueEndsAt: parseDate(interactiveQueueEndsAt),
    reducedAt: parseDate(reducedAt),
    pausedUntil: parseDate(pausedUntil),
    pausedSince: parseDate(pausedSince),
    throttled: throttled && { ...throttled, at: new Date(throttled.at) },
  }
}
