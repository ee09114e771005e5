import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { AgendaJobQueue } from '../../../src/adapters/agenda/job-queue.ts'
import { type advanceReportJobName, type Jobs, openJobs } from '../../../src/adapters/agenda/jobs.ts'
import { startWorker } from '../../../src/adapters/agenda/worker.ts'
import type { DueReport } from '../../../src/application/ingestion/index.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { cloneDatabase } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { anId } from '../../support/examples.ts'

type StartDependencies = Parameters<typeof startWorker>[0]
type Heard = (job: { readonly attrs: { readonly data: object } }) => Promise<void>

const aReport = (isInteractive = true): DueReport => ({ id: anId<ReportId>(), isInteractive })

const nothing = { execute: async () => undefined, endExpired: async () => undefined }

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
    loadsAreFull = () => false,
    jobs,
  }: {
    due: (limit: number) => readonly DueReport[]
    step: (id: ReportId) => Promise<boolean>
    sweepMilliseconds: number
    loadsAreFull?: () => boolean
    /** By default only the test enqueues jobs. */
    jobs?: Jobs
  },
) {
  const errors: unknown[] = []
  let hear: Heard = async () => undefined
  const agenda = {
    define: (_name: typeof advanceReportJobName, heard: Heard) => {
      hear = heard
    },
    start: async () => undefined,
    drain: async () => undefined,
  }
  const worker = await startWorker({
    jobs: jobs ?? { agenda, ensureListening: nothing.execute, removeCompletedJobs: nothing.execute },
    advanceReport: { execute: step },
    findDueReports: {
      execute: async (limit: number) => {
        const found = due(limit)
        return { due: found, isComplete: found.length < limit && !loadsAreFull() }
      },
    },
    endPendingConnection: { expire: nothing.execute },
    eraseConnections: nothing,
    fetchAmazonUsers: nothing,
    startDueSyncs: { ...nothing, scheduleMissing: nothing.execute },
    reconcileFigures: nothing,
    buildTableRollUps: nothing,
    applySubscriptionEvent: { applyWaiting: nothing.execute },
    sendEmails: nothing,
    purgeExpiredAccess: nothing,
    endViewAs: nothing,
    purgePkceVerifiers: nothing,
    refreshCaseSummaries: nothing,
    recordHeartbeat: nothing,
    onError: (error: unknown) => errors.push(error),
    concurrency: 2,
    sweepMilliseconds,
  } as unknown as StartDependencies)
  t.teardown(() => worker.stop(1000))
  const enqueue = ({ id, isInteractive }: DueReport) =>
    hear({ attrs: { data: { reportId: id, isInteractive } } })
  return { errors, enqueue, stop: () => worker.stop(1000) }
}

t.test('S-20 a report without a job is found while background jobs are queued', async t => {
  const begun: ReportId[] = []
  const [withoutJob, last] = [aReport(), aReport(false)]
  let isOver = () => {}
  const over = new Promise<void>(resolve => {
    isOver = resolve
  })
  const { enqueue } = await aWorker(t, {
    due: () => (begun.length > 4 && !begun.includes(withoutJob.id) ? [withoutJob] : []),
    step: async id => {
      begun.push(id)
      await sleep(10)
      if (id === last.id) isOver()
      return true
    },
    sweepMilliseconds: 20,
  })
  for (let each = 0; each < 200; each += 1) await enqueue(aReport(false))
  await enqueue(last)

  await over

  const turn = begun.indexOf(withoutJob.id)
  t.ok(turn > 0 && turn < 150, `it started as number ${turn} of ${begun.length}`)
})

t.test('S-20 a full sweep is followed by the next one as soon as there is capacity', async t => {
  const pass = fakeIntervals(t)
  const due = new Map(Array.from({ length: 40 }, () => aReport(false)).map(report => [report.id, report]))
  const { errors } = await aWorker(t, {
    due: limit => [...due.values()].slice(0, limit),
    step: async id => {
      await sleep(5)
      return due.delete(id)
    },
    sweepMilliseconds: 60_000,
  })

  pass(60_000)

  await eventually('every step is done after one interval', () => due.size === 0, 50)
  t.strictSame(errors, [])
})

t.test('S-20 a report waiting for a load slot is found as soon as one is free', async t => {
  const pass = fakeIntervals(t)
  const [loading, waiting] = [aReport(), aReport()]
  const begun: ReportId[] = []
  const isLoaded = Promise.withResolvers<void>()
  let [isFull, sweeps] = [false, 0]
  const { enqueue } = await aWorker(t, {
    due: () => {
      sweeps += 1
      return isFull || begun.includes(waiting.id) ? [] : [waiting]
    },
    loadsAreFull: () => isFull,
    step: async id => {
      begun.push(id)
      if (id === waiting.id) return true
      isFull = true
      await isLoaded.promise
      isFull = false
      return true
    },
    sweepMilliseconds: 60_000,
  })
  await enqueue(loading)
  await eventually('the load is under way', () => isFull)
  pass(60_000)
  await eventually('a sweep finds no free slot', () => sweeps === 1)

  isLoaded.resolve()

  await eventually('the waiting report starts before the next interval', () => begun.length > 1, 50)
  t.strictSame(begun, [loading.id, waiting.id])
})

t.test('S-25 while every step fails, as with a full disk, the next sweep keeps its interval', async t => {
  const reports = Array.from({ length: 10 }, () => aReport(false))
  const begun = performance.now()
  const { errors } = await aWorker(t, {
    due: limit => reports.slice(0, limit),
    step: async () => {
      await sleep(1)
      throw new Error('no space left on device')
    },
    sweepMilliseconds: 50,
  })

  await eventually('the steps of ten sweeps have failed', () => errors.length >= 40)

  const milliseconds = performance.now() - begun
  t.ok(errors.length <= 4 * (milliseconds / 50), `${errors.length} in ${milliseconds} ms`)
})

t.test('S-25 when no step makes progress, the next sweep keeps its interval', async t => {
  const reports = Array.from({ length: 10 }, () => aReport(false))
  let steps = 0
  const begun = performance.now()
  await aWorker(t, {
    due: limit => reports.slice(0, limit),
    step: async () => {
      steps += 1
      await sleep(1)
      return false
    },
    sweepMilliseconds: 50,
  })

  await eventually('ten sweeps found nothing', () => steps >= 40)

  const milliseconds = performance.now() - begun
  t.ok(steps <= 4 * (milliseconds / 50), `${steps} in ${milliseconds} ms`)
})

t.test('S-51 a stopped worker leaves no locked jobs behind', async t => {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  // A harmless race in Agenda on a busy machine: it checks a job while it records that the job ended.
  const onError = (error: unknown) => {
    if (!/no lockedAt date found/.test(String(error))) t.error(error)
  }
  const jobs = await openJobs(new Secret(url), { name: 'worker', onError })
  t.teardown(() => jobs.close())
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  let steps = 0
  const { promise: many, resolve } = Promise.withResolvers<void>()
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
  await many

  await stop()

  const { rows } = await client.query(
    'select from agenda_jobs where next_run_at is null and locked_at is null',
  )
  t.strictSame(rows, [])
})
