import type { Pool } from 'pg'
import { Regions } from '../../application/ingestion/ports.ts'
import type { ConnectionId, ReportId } from '../../domain/identifiers.ts'
import {
  type Admission,
  admit,
  type CallOutcome,
  observe,
  quietTraffic,
  type RegionCall,
  type RegionTraffic,
} from '../../domain/ingestion/region-traffic.ts'
import type { Region } from '../../domain/profile/region.ts'
import { committing } from './boundaries.ts'

/** Milliseconds for which a process takes a region that was well to be well: another may know better. */
const trust = 500

/** One row for each region, changed under its lock; while all is well the looks of a process hardly ask for it. */
export class PostgresRegions extends Regions {
  readonly #pool: Pool
  readonly #wellUntil = new Map<Region, number>()

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  async admit(region: Region, call: RegionCall, reportId: ReportId, now: Date): Promise<Admission> {
    if (call === 'look' && this.#isWell(region)) return { admitted: true }
    return this.#change(region, now, traffic => admit(traffic, call, reportId, now))
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

  /** What is written is what the rule makes of what was there; nobody else gets in between. */
  async #change<Result>(
    region: Region,
    now: Date,
    rule: (traffic: RegionTraffic) => readonly [Result, RegionTraffic],
  ): Promise<Result> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query<{ traffic: Written | null }>(
        'select traffic from region_traffic where region = $1 for update',
        [region],
      )
      const traffic = rows[0]?.traffic ? read(rows[0].traffic) : quietTraffic(now)
      const [result, next] = rule(traffic)
      if (next !== traffic) {
        await client.query('update region_traffic set traffic = $2 where region = $1', [
          region,
          JSON.stringify(next),
        ])
      }
      await committing('region asked', () => client.query('commit'))
      client.release()
      if (next.failures === 0 && !next.pausedUntil) this.#wellUntil.set(region, performance.now() + trust)
      else this.#wellUntil.delete(region)
      return result
    } catch (error) {
      client.release(true)
      throw error
    }
  }
}

/** As JSON has it: moments are text. */
interface Written extends Omit<RegionTraffic, 'paidOffAt' | 'cutAt' | 'pausedUntil' | 'throttled'> {
  readonly paidOffAt: string
  readonly cutAt: string | null
  readonly pausedUntil: string | null
  readonly throttled: { readonly connectionId: ConnectionId; readonly at: string } | null
}

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text))

function read(written: Written): RegionTraffic {
  const { paidOffAt, cutAt, pausedUntil, throttled, ...rest } = written
  return {
    ...rest,
    paidOffAt: new Date(paidOffAt),
    cutAt: moment(cutAt),
    pausedUntil: moment(pausedUntil),
    throttled: throttled && { ...throttled, at: new Date(throttled.at) },
  }
}
