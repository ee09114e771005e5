import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import { type DueReport, RegionRateLimiter } from '../../../application/ingestion/report-ports.ts'
import {
  type CallBudget,
  initialBudget,
  type RateLimitDecision,
  type Throttle,
} from '../../../domain/ingestion/rate-limit/call-budget.ts'
import {
  allowsUncountedPolls,
  type Caller,
  type CallOutcome,
  initialRateLimit,
  pausedUntil,
  type RateLimitedCall,
  type RegionRateLimit,
  recordCallOutcome,
  tryAcquire,
} from '../../../domain/ingestion/rate-limit/region-rate-limit.ts'
import { syncDeferralReason } from '../../../domain/ingestion/rate-limit/sync-deferral.ts'
import { type Region, regions } from '../../../domain/profile/region.ts'
import { withFailpoints } from '../engine/failpoints.ts'
import { DatabaseBusy } from '../engine/pool.ts'
import { type Statement, sql } from '../engine/sql.ts'

/** Milliseconds for which a process polls without asking. */
const cacheDuration = 500

/** Milliseconds; missing from pg's types. All calls of a process queue behind this query. */
const queryTimeout = { query_timeout: 10_000 }

/** Lost races in a row; in each, another process made progress. */
const maxTries = 100

/**
 * Written by compare-and-swap: a frozen process holds no lock that all others need.
 * While a region is healthy, a process counts its polls and adds them twice a second.
 */
export class PostgresRegionRateLimiter extends RegionRateLimiter {
  readonly #pool: Pool
  readonly #healthyUntil = new Map<Region, number>()
  readonly #uncountedPolls: Record<Region, number> = { na: 0, eu: 0, fe: 0 }
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
    if (call === 'report_request')
      return this.#change(region, now, rateLimit => tryAcquire(rateLimit, call, report, now))
    if (this.#isHealthy(region)) {
      this.#uncountedPolls[region] += 1
      return { admitted: true }
    }
    const uncounted = this.#uncountedPolls[region]
    this.#uncountedPolls[region] = 0
    return this.#change(region, now, rateLimit => tryAcquire(rateLimit, call, report, now, uncounted))
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

  async recordOutcome(region: Region, outcome: CallOutcome, by: Caller, now: Date): Promise<boolean> {
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
        if (allowsUncountedPolls(next, now)) this.#healthyUntil.set(region, performance.now() + cacheDuration)
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

interface StoredBudget extends Pick<CallBudget, 'requestsPerMinute'> {
  readonly theoreticalArrivalAt: string
  /** Missing from older rows. */
  readonly queueEndsAt?: string | null
  readonly interactiveQueueEndsAt?: string | null
  readonly reducedAt: string | null
  /** Without ad product in older rows. */
  readonly throttled: (Omit<Throttle, 'at'> & { readonly at: string }) | null
}

export interface StoredRateLimit
  extends StoredBudget,
    Omit<RegionRateLimit, keyof CallBudget | 'polls' | 'pausedUntil' | 'pausedSince'> {
  /** Missing from older rows. */
  readonly polls?: StoredBudget
  readonly pausedUntil: string | null
  /** Missing from older rows. */
  readonly pausedSince?: string | null
}

const parseDate = (text: string | null): Date | null => (text === null ? null : new Date(text))

const parseBudget = <Budget extends StoredBudget>(stored: Budget) => ({
  ...stored,
  theoreticalArrivalAt: new Date(stored.theoreticalArrivalAt),
  queueEndsAt: parseDate(stored.queueEndsAt ?? null),
  interactiveQueueEndsAt: parseDate(stored.interactiveQueueEndsAt ?? null),
  reducedAt: parseDate(stored.reducedAt),
  throttled: stored.throttled && { ...stored.throttled, at: new Date(stored.throttled.at) },
})

export const parseRateLimit = (stored: StoredRateLimit): RegionRateLimit => ({
  ...parseBudget(stored),
  polls: stored.polls ? parseBudget(stored.polls) : initialBudget(new Date(0)),
  pausedUntil: parseDate(stored.pausedUntil),
  pausedSince: parseDate(stored.pausedSince ?? null),
})
