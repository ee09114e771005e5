import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Agenda } from 'agenda'
import PQueue from 'p-queue'
import type { Pool } from 'pg'
import { type AdvanceReportJob, advanceReportJobName } from '../../src/adapters/agenda/job-backend.ts'
import { AgendaJobQueue } from '../../src/adapters/agenda/job-queue.ts'
import { jobPoolSize } from '../../src/adapters/agenda/postgres-backend.ts'
import { JobQueue } from '../../src/application/ingestion/ports.ts'
import type { DueReport } from '../../src/application/ingestion/report-ports.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import type { SkippingClock } from './skipping-clock.ts'

interface QueuedJob {
  readonly at: number
  readonly reportId: ReportId
}

/** A job queue on a skipping clock, each job as late as Agenda was when measured. */
export class LateJobQueue extends JobQueue {
  readonly #clock: SkippingClock
  readonly #lateness: readonly number[]
  /** Sorted, the next one last. */
  #jobs: QueuedJob[] = []
  #enqueued = 0

  /** @param lateness measured delays of Agenda's jobs, in milliseconds; used cyclically. */
  constructor(clock: SkippingClock, lateness: readonly number[]) {
    super()
    this.#clock = clock
    this.#lateness = lateness
  }

  async enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    for (const { id: reportId } of reports) {
      this.#enqueued += 1
      const delay = this.#lateness[this.#enqueued % this.#lateness.length] ?? 0
      this.#add({ at: this.#clock.now().getTime() + inMilliseconds + delay, reportId })
    }
  }

  /** Milliseconds since 1970; infinity when no job is queued. */
  next(): number {
    return this.#jobs.at(-1)?.at ?? Number.POSITIVE_INFINITY
  }

  takeDue(now: number): ReportId[] {
    const due: ReportId[] = []
    while (this.next() <= now) {
      const job = this.#jobs.pop()
      if (job) due.push(job.reportId)
    }
    return due
  }

  #add(job: QueuedJob): void {
    let [low, high] = [0, this.#jobs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#jobs[middle]?.at ?? 0) > job.at) low = middle + 1
      else high = middle
    }
    this.#jobs.splice(low, 0, job)
  }
}

/** Measured in real time. @returns Agenda's delay per job, in milliseconds. */
export async function measureLateness(agenda: Agenda, count: number): Promise<number[]> {
  const jobQueue = new AgendaJobQueue(agenda, error => {
    throw error
  })
  const dueTimes = new Map<string, number>()
  const delays: number[] = []
  agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
    delays.push(Math.max(0, Date.now() - (dueTimes.get(job.attrs.data.reportId) ?? 0)))
  })
  await agenda.start()
  for (let index = 0; index < count; index += 1) {
    const reportId = randomUUID() as ReportId
    const wait = (index * 137) % 3000
    dueTimes.set(reportId, Date.now() + wait)
    await jobQueue.enqueue([{ id: reportId, isInteractive: true }], wait)
    await sleep(20)
  }
  for (let waited = 0; delays.length < count; waited += 100) {
    if (waited > 20_000) throw new Error(`Agenda ran only ${delays.length} of ${count} jobs`)
    await sleep(100)
  }
  await agenda.stop(false)
  return delays
}

/** Enqueues and receives jobs in one process, as a worker does. @returns jobs per second. */
export async function measureJobQueueRate(agenda: Agenda, count: number): Promise<number> {
  const jobQueue = new AgendaJobQueue(agenda, error => {
    throw error
  })
  const received = new Set<string>()
  const allReceived = Promise.withResolvers<void>()
  agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
    received.add(job.attrs.data.reportId)
    if (received.size === count) allReceived.resolve()
  })
  await agenda.start()
  const enqueueing = new PQueue({ concurrency: jobPoolSize - 1 })
  const enqueue = () => jobQueue.enqueue([{ id: randomUUID() as ReportId, isInteractive: true }], 0)
  const rate = await rateOf(count, async () => {
    await enqueueing.addAll(Array.from({ length: count }, () => enqueue))
    await allReceived.promise
  })
  await agenda.stop(false)
  return rate
}

/** Reference without Agenda: a row per job, inserted and claimed over the same number of database connections. */
export async function measureRowRate(pool: Pool, count: number): Promise<number> {
  await pool.query(
    'create table job_row (id uuid primary key, data jsonb not null, due timestamptz not null)',
  )
  await pool.query('create index on job_row (due)')
  const connections = new PQueue({ concurrency: jobPoolSize - 1 })
  const rate = await rateOf(count, () =>
    connections.addAll(
      Array.from({ length: count }, () => async () => {
        await pool.query(
          `insert into job_row values (gen_random_uuid(), '{"reportId":"00000000-0000-0000-0000-000000000000"}', now())`,
        )
        await pool.query(
          'delete from job_row where id = (select id from job_row where due <= now() order by due for update skip locked limit 1)',
        )
      }),
    ),
  )
  await pool.query('drop table job_row')
  return rate
}

async function rateOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (count * 1000) / (performance.now() - startedAt)
}
