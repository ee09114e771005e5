import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { Clock } from '../../application/ports.ts'

/** Milliseconds, all of them. */
interface Times {
  /** What the product's time would be if no clock had leapt. */
  readonly steady: number
  /** By the machine's clock. */
  readonly machine: number
  /** What the machine's clock was ahead when all agreed last. */
  readonly machineAhead: number
  /** PostgreSQL's, read between these. */
  readonly database: readonly [earliest: number, latest: number]
}

/** Milliseconds. Clocks that are kept right wander by far less, and one that is wrong is wrong by more. */
const tolerance = 5000

/**
 * What time it is: PostgreSQL's, as long as it goes on, or the machine's clock has leapt with it, as when the machine slept, or
 * says the same now, as when all clocks are put right one after the other. Null when it has leapt alone: then it is the one
 * that is wrong.
 */
export function agreed({
  steady,
  machine,
  machineAhead,
  database: [earliest, latest],
}: Times): number | null {
  const nearest = Math.min(Math.max(steady, earliest), latest)
  const isNear = (time: number) => Math.abs(nearest - time) <= tolerance
  return [steady, machine - machineAhead, machine].some(isNear) ? nearest : null
}

export interface ClockNotice {
  /** Which clock is off, of this machine or of PostgreSQL, and by how many seconds it is ahead. */
  readonly clock: 'machine' | 'database'
  readonly aheadSeconds: number
}

interface Needs {
  readonly pool: Pool
  /** Told when a clock goes wrong, and when it is right again: then it is ahead by nothing. */
  readonly onNotice: (notice: ClockNotice) => void
  /** Milliseconds. A clock that stands by its leap for so long is believed: leases go by it in any case. */
  readonly longestDoubt?: number
}

/** Milliseconds. */
const between = 2000
const patience = 2000
const usualDoubt = 600_000
/** A process that starts has time. */
const patienceAtStart = 10_000
/** So far off, the machine's clock is worth a word. */
const worthTelling = 60_000

/**
 * One time for all processes: that of PostgreSQL, asked for every two seconds, and kept by the machine's steady clock in between.
 * Whatever the clock of a machine does, its process writes down no moment that the others would have to wait for; and a leap of
 * PostgreSQL's own is not followed while nothing else says that the time has changed.
 */
export class AgreedClock extends Clock {
  readonly #needs: Needs
  /** The product's time at a moment of the steady clock, and how far the machine's was ahead of it. */
  #anchor: { readonly time: number; readonly at: number; readonly machineAhead: number }
  #doubtedSince: number | null = null
  readonly #told = { machine: 0, database: 0 }
  readonly #timer: NodeJS.Timeout
  #asking = Promise.resolve()

  private constructor(needs: Needs, time: number) {
    super()
    this.#needs = needs
    this.#anchor = { time, at: performance.now(), machineAhead: Date.now() - time }
    let isAsking = false
    this.#timer = setInterval(() => {
      if (isAsking) return
      isAsking = true
      this.#asking = this.compare().finally(() => {
        isAsking = false
      })
    }, between)
    this.#timer.unref()
  }

  static async open(needs: Needs): Promise<AgreedClock> {
    return new AgreedClock(needs, await read(needs.pool, patienceAtStart))
  }

  now(): Date {
    return new Date(this.#anchor.time + performance.now() - this.#anchor.at)
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#asking
  }

  /** Asks PostgreSQL what time it is. */
  async compare(): Promise<void> {
    const sent = performance.now()
    // Where there is no answer the steady clock goes on, and others tell of the outage.
    const { pool, longestDoubt = usualDoubt } = this.#needs
    const database = await read(pool, patience).catch(() => null)
    if (database === null) return
    const at = performance.now()
    const steady = this.#anchor.time + at - this.#anchor.at
    const machine = Date.now()
    const times = {
      steady,
      machine,
      machineAhead: this.#anchor.machineAhead,
      database: [database, database + at - sent],
    } as const
    const isTiring = this.#doubtedSince !== null && at - this.#doubtedSince > longestDoubt
    const time = agreed(isTiring ? { ...times, steady: database } : times)
    if (time === null) {
      this.#doubtedSince ??= at
      this.#tell('database', database - steady)
      return
    }
    this.#doubtedSince = null
    this.#anchor = { time, at, machineAhead: machine - time }
    this.#tell('database', 0)
    this.#tell('machine', machine - time)
  }

  #tell(clock: ClockNotice['clock'], ahead: number): void {
    const aheadSeconds = Math.abs(ahead) < worthTelling ? 0 : Math.round(ahead / 1000)
    if (Math.abs(aheadSeconds - this.#told[clock]) < worthTelling / 1000) return
    this.#told[clock] = aheadSeconds
    this.#needs.onNotice({ clock, aheadSeconds })
  }
}

async function read(pool: Pool, milliseconds: number): Promise<number> {
  const { rows } = await pool.query<{ now: string }>({
    text: 'select extract(epoch from clock_timestamp()) * 1000 as now',
    // One that pg has and its types have not.
    ...{ query_timeout: milliseconds },
  })
  return Number(rows[0]?.now)
}
