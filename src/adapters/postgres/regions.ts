import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import { type DueReport, Regions } from '../../application/ingestion/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import {
  type Admission,
  admit,
  type CallOutcome,
  observe,
  pausedUntil,
  quietTraffic,
  type RegionCall,
  type RegionTraffic,
  whyNoSync,
} from '../../domain/ingestion/region-traffic.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { committing } from './boundaries.ts'
import { DatabaseBusy } from './pool.ts'

/** Milliseconds for which "healthy" is trusted; another process may know better. */
const trust = 500

/**
 * Milliseconds. All calls of a process queue behind this, so a dead connection must not block it. Missing from pg's
 * types.
 */
const inTime = { query_timeout: 10_000 }

/** Lost races in a row; in each, another process made progress. */
const mostTries = 100

/**
 * One row per region, written by compare-and-swap: no process, even a frozen one, holds a lock that all others need.
 * While a region is healthy, status polls rarely query it.
 */
export class PostgresRegions extends Regions {
  readonly #pool: Pool
  readonly #wellUntil = new Map<Region, number>()
  /** One change at a time: concurrent ones would make each other retry. */
  readonly #turns: Readonly<Record<Region, LimitFunction>> = { na: pLimit(1), eu: pLimit(1), fe: pLimit(1) }

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  async admit(region: Region, call: RegionCall, report: DueReport, now: Date): Promise<Admission> {
    if (call === 'look' && this.#isWell(region)) return { admitted: true }
    return this.#change(region, now, traffic => admit(traffic, call, report, now))
  }

  async pausedUntil(region: Region, now: Date): Promise<Date | null> {
    const written = await this.#read(region)
    return written ? pausedUntil(readTraffic(JSON.parse(written)), now) : null
  }

  async takingMore(now: Date): Promise<Region[]> {
    const { rows } = await this.#pool.query<{ region: Region; traffic: string }>({
      ...inTime,
      text: 'select region, traffic::text as traffic from region_traffic where traffic is not null',
    })
    const closed = rows.filter(({ traffic }) => whyNoSync(readTraffic(JSON.parse(traffic)), now))
    return regions.filter(region => !closed.some(each => each.region === region))
  }

  async observe(
    region: Region,
    outcome: CallOutcome,
    by: Parameters<typeof observe>[2],
    now: Date,
  ): Promise<boolean> {
    if (outcome === 'answered' && this.#isWell(region)) return false
    return this.#change(region, now, traffic => {
      const next = observe(traffic, outcome, by, now)
      return [traffic.pausedUntil !== null && next.pausedUntil === null, next]
    })
  }

  #isWell(region: Region): boolean {
    return performance.now() < (this.#wellUntil.get(region) ?? 0)
  }

  /** Applies the rule and writes the result; starts over if another process wrote first. */
  #change<Result>(
    region: Region,
    now: Date,
    rule: (traffic: RegionTraffic) => readonly [Result, RegionTraffic],
  ): Promise<Result> {
    return this.#turns[region](async () => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const written = await this.#read(region)
        const traffic = written ? readTraffic(JSON.parse(written)) : quietTraffic(now)
        const [result, next] = rule(traffic)
        if (next !== traffic && !(await this.#replace(region, written, next))) continue
        if (next.failures === 0 && !next.pausedUntil) this.#wellUntil.set(region, performance.now() + trust)
        else this.#wellUntil.delete(region)
        return result
      }
      throw new DatabaseBusy(`Region ${region} was changed by others ${mostTries} times in a row.`)
    })
  }

  async #read(region: Region): Promise<string | null> {
    const { rows } = await this.#pool.query<{ traffic: string | null }>({
      ...inTime,
      text: 'select traffic::text as traffic from region_traffic where region = $1',
      values: [region],
    })
    return rows[0]?.traffic ?? null
  }

  async #replace(region: Region, written: string | null, next: RegionTraffic): Promise<boolean> {
    const { rowCount } = await committing('region asked', () =>
      this.#pool.query({
        ...inTime,
        text: 'update region_traffic set traffic = $3 where region = $1 and traffic is not distinct from $2::jsonb',
        values: [region, written, JSON.stringify(next)],
      }),
    )
    return rowCount === 1
  }
}

/** As JSON: times are text. */
export interface WrittenTraffic
  extends Omit<
    RegionTraffic,
    'paidOffAt' | 'queueEndsAt' | 'awaitedQueueEndsAt' | 'cutAt' | 'pausedUntil' | 'pausedSince' | 'throttled'
  > {
  readonly paidOffAt: string
  /** Missing from older rows. */
  readonly queueEndsAt?: string | null
  readonly awaitedQueueEndsAt?: string | null
  readonly cutAt: string | null
  readonly pausedUntil: string | null
  /** Missing from older rows. */
  readonly pausedSince?: string | null
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: string } | null
}

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text))

export function readTraffic(written: WrittenTraffic): RegionTraffic {
  const {
    paidOffAt,
    queueEndsAt = null,
    awaitedQueueEndsAt = null,
    cutAt,
    pausedUntil,
    pausedSince = null,
    throttled,
    ...rest
  } = written
  return {
    ...rest,
    paidOffAt: new Date(paidOffAt),
    queueEndsAt: moment(queueEndsAt),
    awaitedQueueEndsAt: moment(awaitedQueueEndsAt),
    cutAt: moment(cutAt),
    pausedUntil: moment(pausedUntil),
    pausedSince: moment(pausedSince),
    throttled: throttled && { ...throttled, at: new Date(throttled.at) },
  }
}
