import pg from 'pg'
import t, { type Test } from 'tap'
import { BackgroundWork } from '../../../src/adapters/agenda/background-work.ts'
import { openJobs } from '../../../src/adapters/agenda/jobs.ts'
import { RecurringJobs } from '../../../src/adapters/agenda/recurring-jobs.ts'
import { type RecurringJobName, recurringJobNames } from '../../../src/admin/overview/recurring-jobs.ts'
import { RunRecurringJob } from '../../../src/admin/overview/run-recurring-job.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { openFakes } from '../../support/fakes/open.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'

type Agenda = ConstructorParameters<typeof RecurringJobs>[0]['agenda']

/** Workers that share the record of runs, as they share PostgreSQL. */
function scene(work: () => Promise<unknown> = async () => undefined) {
  const { recurringJobRuns, clock } = openFakes()
  const runs = new Map(recurringJobNames.map(name => [name, 0]))
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const run = (name: RecurringJobName) => async () => {
    runs.set(name, (runs.get(name) ?? 0) + 1)
    await work()
  }
  const newWorker = (agenda: Agenda) => {
    const backgroundWork = new BackgroundWork({ onError })
    const jobs = new RecurringJobs({
      agenda,
      runRecurringJob: new RunRecurringJob({ recurringJobRuns, clock }),
      backgroundWork,
      work: {
        'Fetch Amazon users': run('Fetch Amazon users'),
        'Purge sessions and links': run('Purge sessions and links'),
        'Remove completed jobs': run('Remove completed jobs'),
        'Schedule missing syncs': run('Schedule missing syncs'),
      },
    })
    return { backgroundWork, jobs }
  }
  const countRuns = () => [...runs.values()]
  return { newWorker, countRuns, clock, errors, onError }
}

/** Starts jobs only through `startAll`. */
function manualAgenda(every: () => Promise<void> = async () => undefined) {
  const handlers = new Map<string, () => Promise<void>>()
  const define = (name: string, handler: () => Promise<void>) => handlers.set(name, handler)
  const startAll = () => Promise.all([...handlers.values()].map(start => start()))
  return { agenda: { define, every } as unknown as Agenda, startAll }
}

async function agendaScene(t: Test) {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  const workers = scene()
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  t.teardown(() => pool.end())
  const openWorker = async (name: string) => {
    const { agenda, close } = await openJobs(new Secret(url), { name, onError: workers.onError })
    t.teardown(close)
    const { jobs } = workers.newWorker(agenda)
    jobs.define()
    await agenda.start()
    return jobs
  }
  const storedJobs = async () => {
    const { rows } = await pool.query<{ job: string }>(
      `select name || ' ' || repeat_interval as job from agenda.agenda_jobs order by name`,
    )
    return rows.map(({ job }) => job)
  }
  const query = async (text: string) => (await pool.query(text)).rows
  const untilEachHasRun = () =>
    eventually('each job has run', async () => {
      const ended = await query(
        'select from agenda.agenda_jobs where last_run_at is not null and locked_at is null',
      )
      return ended.length === stored.length
    })
  return { ...workers, openWorker, storedJobs, untilEachHasRun, query }
}

const stored = [
  'Fetch Amazon users 30000',
  'Purge sessions and links 60000',
  'Remove completed jobs 60000',
  'Schedule missing syncs 600000',
]

t.test('S-51 several workers store each recurring job once, and one of them runs it', async t => {
  const { openWorker, storedJobs, untilEachHasRun, countRuns, errors } = await agendaScene(t)
  const workers = await Promise.all(['one', 'two', 'three'].map(openWorker))

  for (const jobs of workers) jobs.schedule()

  await untilEachHasRun()
  t.strictSame(countRuns(), [1, 1, 1, 1])
  t.strictSame(await storedJobs(), stored)
  t.strictSame(errors, [])
})

t.test('S-51 a worker that starts keeps the next runs of the recurring jobs', async t => {
  const { openWorker, untilEachHasRun, query } = await agendaScene(t)
  const jobs = await openWorker('one')
  jobs.schedule()
  await untilEachHasRun()
  const inAnHour = await query(
    `update agenda.agenda_jobs set next_run_at = now() + interval '1 hour' returning name, next_run_at`,
  )

  const started = await openWorker('two')
  started.schedule()
  await eventually('the second worker has scheduled its jobs', async () => {
    const rows = await query(`select from agenda.agenda_jobs where last_modified_by = 'two'`)
    return rows.length === stored.length
  })

  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name)
  t.strictSame(
    (await query('select name, next_run_at from agenda.agenda_jobs')).sort(byName),
    inAnHour.sort(byName),
  )
})

t.test('S-20 the watchdog runs the jobs that the store has lost, and stores them again', async t => {
  const { openWorker, storedJobs, untilEachHasRun, countRuns, clock, query, errors } = await agendaScene(t)
  const jobs = await openWorker('one')
  jobs.schedule()
  await untilEachHasRun()
  await query('delete from agenda.agenda_jobs')
  clock.advance(minutes(11))

  jobs.runMissed()

  await untilEachHasRun()
  t.strictSame(countRuns(), [2, 2, 2, 2], 'the run that Agenda starts at once counts as doubled')
  t.strictSame(await storedJobs(), stored)
  t.strictSame(errors, [])
})

t.test('S-20 while the job store is down, the watchdog runs each job once per interval', async t => {
  const { newWorker, countRuns, clock, errors } = scene()
  const { agenda } = manualAgenda(() => Promise.reject(new Error('the job store is down')))
  const workers = [newWorker(agenda), newWorker(agenda)]
  const runMissed = async () => {
    for (const { jobs } of workers) jobs.runMissed()
    await Promise.all(workers.flatMap(({ backgroundWork }) => backgroundWork.inProgress))
  }

  await runMissed()
  t.strictSame(countRuns(), [1, 1, 1, 1])
  await runMissed()
  t.strictSame(countRuns(), [1, 1, 1, 1])
  clock.advance(minutes(1))
  await runMissed()
  t.strictSame(countRuns(), [2, 1, 1, 1], 'only the job with an interval of 30 s was missed')
  t.match(errors, Array(5).fill({ message: 'the job store is down' }))
})

t.test('S-25 a worker skips a recurring job that it is still running', async t => {
  const end = Promise.withResolvers<void>()
  const { newWorker, countRuns, clock } = scene(() => end.promise)
  const { agenda, startAll } = manualAgenda()
  const { jobs, backgroundWork } = newWorker(agenda)
  jobs.define()
  await startAll()
  await eventually('each job is running', () => countRuns().every(count => count === 1))

  clock.advance(minutes(11))
  await startAll()
  jobs.runMissed()
  end.resolve()
  await Promise.all(backgroundWork.inProgress)
  t.strictSame(countRuns(), [1, 1, 1, 1])

  await startAll()
  await Promise.all(backgroundWork.inProgress)
  t.strictSame(countRuns(), [2, 2, 2, 2])
})

t.test('S-51 a stopped worker finishes its recurring jobs and starts no others', async t => {
  const end = Promise.withResolvers<void>()
  const { newWorker, countRuns, clock } = scene(() => end.promise)
  const { agenda, startAll } = manualAgenda()
  const { jobs, backgroundWork } = newWorker(agenda)
  jobs.define()
  await startAll()
  await eventually('each job is running', () => countRuns().every(count => count === 1))

  backgroundWork.stop()
  const remaining = backgroundWork.inProgress
  end.resolve()
  await Promise.all(remaining)
  clock.advance(minutes(11))
  await startAll()
  jobs.runMissed()

  t.equal(remaining.length, 4)
  t.strictSame(backgroundWork.inProgress, [])
  t.strictSame(countRuns(), [1, 1, 1, 1])
})
