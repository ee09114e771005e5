import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { advanceReportJobName } from '../../../src/adapters/agenda/job-backend.ts'
import { AgendaJobQueue } from '../../../src/adapters/agenda/job-queue.ts'
import { type Jobs, openJobs } from '../../../src/adapters/agenda/jobs.ts'
import { startWorker } from '../../../src/adapters/agenda/worker.ts'
import { recurringJobNames } from '../../../src/admin/overview/recurring-jobs.ts'
import { RunRecurringJob } from '../../../src/admin/overview/run-recurring-job.ts'
import { FindDueReports } from '../../../src/application/ingestion/find-due-reports.ts'
import { AdvanceReport } from '../../../src/application/ingestion/report/advance-report.ts'
import type { DueReport } from '../../../src/application/ingestion/report-ports.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { anId } from '../../support/examples.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'

type StartDependencies = Parameters<typeof startWorker>[0]
type JobHandler = (job: { readonly attrs: { readonly data: object } }) => Promise<void>

const aReport = (isInteractive = true): DueReport => ({ id: anId<ReportId>(), isInteractive })

const doNothing = async () => undefined
const noOp = {
  execute: doNothing,
  endExpired: doNothing,
  expire: doNothing,
  applyWaiting: doNothing,
  scheduleMissing: doNothing,
}

/** Fakes `setInterval`. @returns a function that advances it by milliseconds. */
function fakeIntervals(t: Test): (milliseconds: number) => void {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  return milliseconds => mock.timers.tick(milliseconds)
}

async function aWorker(
  t: Test,
  {
    due,
    step,
    sweepMilliseconds,
    areLoadSlotsTaken = () => false,
    jobs,
    runRecurringJob = { ...noOp, executeIfMissed: noOp.execute },
  }: {
    due: (limit: number) => readonly DueReport[]
    step: (id: ReportId) => Promise<boolean>
    sweepMilliseconds: number
    areLoadSlotsTaken?: () => boolean
    /** By default only the test enqueues jobs. */
    jobs?: Jobs
    runRecurringJob?: Pick<RunRecurringJob, 'execute' | 'executeIfMissed'>
  },
) {
  const errors: unknown[] = []
  const handlers = new Map<string, JobHandler>()
  const agenda = {
    define: (name: string, handler: JobHandler) => handlers.set(name, handler),
    every: noOp.execute,
    start: async () => undefined,
    drain: async () => undefined,
  }
  const useCases = new Map<object, object>([
    [AdvanceReport, { execute: step }],
    [
      FindDueReports,
      {
        execute: async (limit: number) => {
          const found = due(limit)
          return { due: found, isComplete: found.length < limit && !areLoadSlotsTaken() }
        },
      },
    ],
    [RunRecurringJob, runRecurringJob],
  ])
  const worker = await startWorker({
    jobs: jobs ?? { agenda, ensureListening: noOp.execute, removeCompletedJobs: noOp.execute },
    get: (token: object) => useCases.get(token) ?? noOp,
    onError: (error: unknown) => errors.push(error),
    concurrency: 2,
    sweepMilliseconds,
  } as unknown as StartDependencies)
  t.teardown(() => worker.stop(1000))
  const enqueue = ({ id, isInteractive }: DueReport) =>
    handlers.get(advanceReportJobName)?.({ attrs: { data: { reportId: id, isInteractive } } })
  return { errors, enqueue, stop: () => worker.stop(1000) }
}

t.test('S-20 a report without a job is found while background jobs are queued', async t => {
  const started: ReportId[] = []
  const [withoutJob, last] = [aReport(), aReport(false)]
  const lastStarted = Promise.withResolvers<void>()
  const { enqueue } = await aWorker(t, {
    due: () => (started.length > 4 && !started.includes(withoutJob.id) ? [withoutJob] : []),
    step: async id => {
      started.push(id)
      await sleep(10)
      if (id === last.id) lastStarted.resolve()
      return true
    },
    sweepMilliseconds: 20,
  })
  for (let count = 0; count < 200; count += 1) await enqueue(aReport(false))
  await enqueue(last)

  await lastStarted.promise

  const position = started.indexOf(withoutJob.id)
  t.ok(position > 0 && position < 150, `the report started at position ${position} of ${started.length}`)
})

t.test('S-20 after a full sweep, the next sweep starts as soon as there is capacity', async t => {
  const advance = fakeIntervals(t)
  const due = new Map(Array.from({ length: 40 }, () => aReport(false)).map(report => [report.id, report]))
  const { errors } = await aWorker(t, {
    due: limit => [...due.values()].slice(0, limit),
    step: async id => {
      await sleep(5)
      return due.delete(id)
    },
    sweepMilliseconds: 60_000,
  })

  advance(60_000)

  await eventually('every step is done after one interval', () => due.size === 0, 50)
  t.strictSame(errors, [])
})

t.test('S-20 a report waiting for a load slot is found as soon as one is free', async t => {
  const advance = fakeIntervals(t)
  const [loading, waiting] = [aReport(), aReport()]
  const started: ReportId[] = []
  const loadEnd = Promise.withResolvers<void>()
  let [isFull, sweeps] = [false, 0]
  const { enqueue } = await aWorker(t, {
    due: () => {
      sweeps += 1
      return isFull || started.includes(waiting.id) ? [] : [waiting]
    },
    areLoadSlotsTaken: () => isFull,
    step: async id => {
      started.push(id)
      if (id === waiting.id) return true
      isFull = true
      await loadEnd.promise
      isFull = false
      return true
    },
    sweepMilliseconds: 60_000,
  })
  await enqueue(loading)
  await eventually('the load is under way', () => isFull)
  advance(60_000)
  await eventually('a sweep finds no free slot', () => sweeps === 1)

  loadEnd.resolve()

  await eventually('the waiting report starts before the next interval', () => started.length > 1, 50)
  t.strictSame(started, [loading.id, waiting.id])
})

t.test('S-25 when every step fails, as with a full disk, the next sweep keeps its interval', async t => {
  const reports = Array.from({ length: 10 }, () => aReport(false))
  const startedAt = performance.now()
  const { errors } = await aWorker(t, {
    due: limit => reports.slice(0, limit),
    step: async () => {
      await sleep(1)
      throw new Error('no space left on device')
    },
    sweepMilliseconds: 50,
  })

  await eventually('the steps of ten sweeps have failed', () => errors.length >= 40)

  const milliseconds = performance.now() - startedAt
  t.ok(errors.length <= 4 * (milliseconds / 50), `${errors.length} errors in ${milliseconds} ms`)
})

t.test('S-25 when no step makes progress, the next sweep keeps its interval', async t => {
  const reports = Array.from({ length: 10 }, () => aReport(false))
  let steps = 0
  const startedAt = performance.now()
  await aWorker(t, {
    due: limit => reports.slice(0, limit),
    step: async () => {
      steps += 1
      await sleep(1)
      return false
    },
    sweepMilliseconds: 50,
  })

  await eventually('ten sweeps have made no progress', () => steps >= 40)

  const milliseconds = performance.now() - startedAt
  t.ok(steps <= 4 * (milliseconds / 50), `${steps} steps in ${milliseconds} ms`)
})

t.test('S-20 a worker checks every 10 seconds which recurring jobs Agenda has missed', async t => {
  const advance = fakeIntervals(t)
  const checked: string[] = []
  await aWorker(t, {
    due: () => [],
    step: async () => true,
    sweepMilliseconds: 60_000,
    runRecurringJob: { ...noOp, executeIfMissed: async name => void checked.push(name) },
  })

  advance(10_000)
  t.strictSame(checked, recurringJobNames)
  advance(9000)
  t.strictSame(checked, recurringJobNames)
})

t.test('S-51 a stopped worker leaves no locked jobs behind', async t => {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  // Ignores a harmless race in Agenda on a busy machine: a job is checked while its end is being recorded.
  const onError = (error: unknown) => {
    if (!/no lockedAt date found/.test(String(error))) t.error(error)
  }
  const jobs = await openJobs(new Secret(url), { name: 'worker', onError })
  t.teardown(() => jobs.close())
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  let steps = 0
  const { promise: thirtySteps, resolve } = Promise.withResolvers<void>()
  const { stop } = await aWorker(t, {
    due: () => [],
    step: async () => {
      steps += 1
      if (steps === 30) resolve()
      return true
    },
    sweepMilliseconds: 1000,
    jobs,
  })
  await new AgendaJobQueue(jobs.agenda, onError).enqueue(
    Array.from({ length: 90 }, () => aReport()),
    0,
  )
  await thirtySteps

  await stop()

  const { rows } = await client.query(
    'select from agenda.agenda_jobs where next_run_at is null and locked_at is null',
  )
  t.strictSame(rows, [])
})
