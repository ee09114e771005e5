import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { Clock } from '../../../application/ports.ts'

/** Milliseconds. */
interface Times {
  /** The product's time if no clock had jumped. */
  readonly steady: number
  readonly machine: number
  /** How far the machine's clock was ahead at the last comparison. */
  readonly machineAhead: number
  /** PostgreSQL's time lies between these. */
  readonly database: readonly [earliest: number, latest: number]
}

/** Milliseconds. Synchronised clocks differ by far less. */
const tolerance = 5000

/**
 * Returns PostgreSQL's time if it ran steadily, jumped with the machine's clock (as after sleep), or agrees with it now.
 * @returns null when PostgreSQL's clock jumped alone.
 */
export function resolveTime({
  steady,
  machine,
  machineAhead,
  database: [earliest, latest],
}: Times): number | null {
  const nearest = Math.min(Math.max(steady, earliest), latest)
  const isNear = (time: number) => Math.abs(nearest - time) <= tolerance
  return [steady, machine - machineAhead, machine].some(isNear) ? nearest : null
}

export interface ClockSkewNotice {
  /** The wrong clock. */
  readonly clock: 'machine' | 'database'
  readonly aheadSeconds: number
}

interface Dependencies {
  readonly pool: Pool
  /** Called when a clock goes wrong, and with 0 when it is right again. */
  readonly onNotice: (notice: ClockSkewNotice) => void
  /** Milliseconds until a jump of PostgreSQL's clock is accepted anyway: leases use that clock. */
  readonly acceptJumpAfter?: number
}

/** Milliseconds. */
const compareInterval = 2000
const timeout = 2000
const defaultAcceptJumpAfter = 600_000
const startTimeout = 10_000
/** Milliseconds. */
const minReportedSkew = 60_000

/** PostgreSQL's time, continued by the machine's monotonic clock (decision 25). */
export class SynchronisedClock extends Clock {
  readonly #deps: Dependencies
  /** Product time at monotonic time `at`. */
  #anchor: { readonly time: number; readonly at: number; readonly machineAhead: number }
  #rejectedSince: number | null = null
  readonly #reportedSeconds = { machine: 0, database: 0 }
  readonly #timer: NodeJS.Timeout
  #comparison = Promise.resolve()

  private constructor(deps: Dependencies, time: number) {
    super()
    this.#deps = deps
    this.#anchor = { time, at: performance.now(), machineAhead: Date.now() - time }
    let isComparing = false
    this.#timer = setInterval(() => {
      if (isComparing) return
      isComparing = true
      this.#comparison = this.compare().finally(() => {
        isComparing = false
      })
    }, compareInterval)
    this.#timer.unref()
  }

  static async open(deps: Dependencies): Promise<SynchronisedClock> {
    return new SynchronisedClock(deps, await readDatabaseTime(deps.pool, startTimeout))
  }

  now(): Date {
    return new Date(this.#anchor.time + performance.now() - this.#anchor.at)
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#comparison
  }

  async compare(): Promise<void> {
    const startedAt = performance.now()
    // Without an answer the monotonic clock continues.
    const { pool, acceptJumpAfter = defaultAcceptJumpAfter } = this.#deps
    const database = await readDatabaseTime(pool, timeout).catch(() => null)
    if (database === null) return
    const at = performance.now()
    const steady = this.#anchor.time + at - this.#anchor.at
    const machine = Date.now()
    const times = {
      steady,
      machine,
      machineAhead: this.#anchor.machineAhead,
      database: [database, database + at - startedAt],
    } as const
    const isJumpAccepted = this.#rejectedSince !== null && at - this.#rejectedSince > acceptJumpAfter
    const time = resolveTime(isJumpAccepted ? { ...times, steady: database } : times)
    if (time === null) {
      this.#rejectedSince ??= at
      this.#report('database', database - steady)
      return
    }
    this.#rejectedSince = null
    this.#anchor = { time, at, machineAhead: machine - time }
    this.#report('database', 0)
    this.#report('machine', machine - time)
  }

  #report(clock: ClockSkewNotice['clock'], ahead: number): void {
    const aheadSeconds = Math.abs(ahead) < minReportedSkew ? 0 : Math.round(ahead / 1000)
    if (Math.abs(aheadSeconds - this.#reportedSeconds[clock]) < minReportedSkew / 1000) return
    this.#reportedSeconds[clock] = aheadSeconds
    this.#deps.onNotice({ clock, aheadSeconds })
  }
}

async function readDatabaseTime(pool: Pool, milliseconds: number): Promise<number> {
  const { rows } = await pool.query<{ now: string }>({
    text: 'select extract(epoch from clock_timestamp()) * 1000 as now',
    // Missing from pg's types.
    ...{ query_timeout: milliseconds },
  })
  return Number(rows[0]?.now)
}
