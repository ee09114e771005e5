import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Agenda } from 'agenda'
import PQueue from 'p-queue'
import type { Pool } from 'pg'
import { AgendaBell } from '../../src/adapters/agenda/bell.ts'
import { type AdvanceReportJob, advanceReport } from '../../src/adapters/agenda/jobs.ts'
import { jobLines } from '../../src/adapters/agenda/postgres-backend.ts'
import { Bell, type DueReport } from '../../src/application/ingestion/ports.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import type { SkippingClock } from './skipping-clock.ts'

interface Ring {
  readonly at: number
  readonly reportId: ReportId
}

/** A job queue on a skipping clock, each job as late as Agenda was when measured. */
export class LateBell extends Bell {
  readonly #clock: SkippingClock
  readonly #lateness: readonly number[]
  /** Sorted, the next one last. */
  #rings: Ring[] = []
  #rung = 0

  /** @param lateness measured delays of Agenda's jobs, in milliseconds; used cyclically. */
  constructor(clock: SkippingClock, lateness: readonly number[]) {
    super()
    this.#clock = clock
    this.#lateness = lateness
  }

  async ring(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    for (const { id: reportId } of reports) {
      this.#rung += 1
      const late = this.#lateness[this.#rung % this.#lateness.length] ?? 0
      this.#add({ at: this.#clock.now().getTime() + inMilliseconds + late, reportId })
    }
  }

  /** Milliseconds since 1970; infinity when no job is queued. */
  next(): number {
    return this.#rings.at(-1)?.at ?? Number.POSITIVE_INFINITY
  }

  takeDue(now: number): ReportId[] {
    const due: ReportId[] = []
    while (this.next() <= now) {
      const ring = this.#rings.pop()
      if (ring) due.push(ring.reportId)
    }
    return due
  }

  #add(ring: Ring): void {
    let [low, high] = [0, this.#rings.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#rings[middle]?.at ?? 0) > ring.at) low = middle + 1
      else high = middle
    }
    this.#rings.splice(low, 0, ring)
  }
}

/** In real time. @returns Agenda's delay per job, in milliseconds. */
export async function measureLateness(agenda: Agenda, count: number): Promise<number[]> {
  const bell = new AgendaBell(agenda, error => {
    throw error
  })
  const due = new Map<string, number>()
  const late: number[] = []
  agenda.define<AdvanceReportJob>(advanceReport, async job => {
    late.push(Math.max(0, Date.now() - (due.get(job.attrs.data.reportId) ?? 0)))
  })
  await agenda.start()
  for (let ring = 0; ring < count; ring += 1) {
    const reportId = randomUUID() as ReportId
    const wait = (ring * 137) % 3000
    due.set(reportId, Date.now() + wait)
    await bell.ring([{ id: reportId, isAwaited: true }], wait)
    await sleep(20)
  }
  for (let waited = 0; late.length < count; waited += 100) {
    if (waited > 20_000) throw new Error(`Agenda rang ${late.length} times of ${count}`)
    await sleep(100)
  }
  await agenda.stop(false)
  return late
}

/** Sends and receives in one process, as a worker does. @returns jobs per second. */
export async function measureBellRate(agenda: Agenda, count: number): Promise<number> {
  const bell = new AgendaBell(agenda, error => {
    throw error
  })
  const woken = new Set<string>()
  const all = Promise.withResolvers<void>()
  agenda.define<AdvanceReportJob>(advanceReport, async job => {
    woken.add(job.attrs.data.reportId)
    if (woken.size === count) all.resolve()
  })
  await agenda.start()
  const ringing = new PQueue({ concurrency: jobLines - 1 })
  const ring = () => bell.ring([{ id: randomUUID() as ReportId, isAwaited: true }], 0)
  const rate = await rateOf(count, async () => {
    await ringing.addAll(Array.from({ length: count }, () => ring))
    await all.promise
  })
  await agenda.stop(false)
  return rate
}

/** Reference without Agenda: a row per job, claimed by the first taker, on as many database connections. */
export async function measureRowRate(pool: Pool, count: number): Promise<number> {
  await pool.query(
    'create table bell_row (id uuid primary key, data jsonb not null, due timestamptz not null)',
  )
  await pool.query('create index on bell_row (due)')
  const lines = new PQueue({ concurrency: jobLines - 1 })
  const rate = await rateOf(count, () =>
    lines.addAll(
      Array.from({ length: count }, () => async () => {
        await pool.query(
          `insert into bell_row values (gen_random_uuid(), '{"reportId":"00000000-0000-0000-0000-000000000000"}', now())`,
        )
        await pool.query(
          'delete from bell_row where id = (select id from bell_row where due <= now() order by due for update skip locked limit 1)',
        )
      }),
    ),
  )
  await pool.query('drop table bell_row')
  return rate
}

async function rateOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (count * 1000) / (performance.now() - began)
}
