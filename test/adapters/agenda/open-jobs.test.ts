import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { type AdvanceReportJob, advanceReportJobName } from '../../../src/adapters/agenda/job-backend.ts'
import { AgendaJobQueue } from '../../../src/adapters/agenda/job-queue.ts'
import { openJobs } from '../../../src/adapters/agenda/jobs.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { anId } from '../../support/examples.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'

async function scene(t: Test) {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const open = async (name: string) => {
    const jobs = await openJobs(new Secret(url), { name, onError })
    t.teardown(() => jobs.close())
    return jobs
  }
  const listen = async () => {
    const [jobs, received] = [await open('worker'), new Set<ReportId>()]
    jobs.agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
      received.add(job.attrs.data.reportId)
    })
    await jobs.agenda.start()
    const jobQueue = new AgendaJobQueue(jobs.agenda, onError)
    const enqueue = async (count: number, inMilliseconds = 0) => {
      const ids = Array.from({ length: count }, () => anId<ReportId>())
      await jobQueue.enqueue(
        ids.map(id => ({ id, isInteractive: true })),
        inMilliseconds,
      )
      return ids
    }
    return { jobs, received, enqueue }
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  client.on('error', onError)
  /** Connects outside the test's own database. */
  const connectAsAdmin = async () => {
    const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })
    await admin.connect()
    t.teardown(() => admin.end())
    return admin
  }
  const query = async <Row extends object>(text: string) => (await client.query<Row>(text)).rows
  return { url, errors, onError, open, listen, query, connectAsAdmin }
}

t.test('S-51 processes that start at the same time all find a correct Agenda table', async t => {
  const { url, errors, onError } = await scene(t)
  for (let round = 0; round < 5; round += 1) {
    const opening = Array.from({ length: 6 }, (_, index) =>
      openJobs(new Secret(url), { name: `process ${index}`, onError }),
    )
    const results = await Promise.allSettled(opening)
    t.strictSame(
      results.flatMap(result => (result.status === 'rejected' ? [String(result.reason)] : [])),
      [],
    )
    for (const result of results) if (result.status === 'fulfilled') await result.value.close()
  }
  t.strictSame(errors, [])
})

t.test('S-51 a process that starts during a backup does not stop others from receiving jobs', async t => {
  const { open, listen, query } = await scene(t)
  const { received, enqueue } = await listen()
  // pg_dump takes this lock first and holds it until it ends.
  await query('begin')
  await query('lock table agenda.agenda_jobs in access share mode')

  await open('a new worker')

  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
  await query('commit')
})

t.test('S-51 recreating the Agenda table during a backup fails without blocking others for long', async t => {
  const { url, onError, listen, query } = await scene(t)
  const { received, enqueue } = await listen()
  await query(`comment on table agenda.agenda_jobs is 'made by an older version'`)
  await query('begin')
  await query('lock table agenda.agenda_jobs in access share mode')

  const openError = await openJobs(new Secret(url), { name: 'a newer worker', onError }).catch(error => error)

  t.match(openError, /lock timeout/)
  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
  const waiting = await query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  t.strictSame(waiting, [], 'no statement is queued')
  await query('commit')
})

t.test('S-20 a job is enqueued for interactive reports only', async t => {
  const { errors, onError, open, query } = await scene(t)
  const { agenda } = await open('a process that enqueues')
  const [interactive, other] = [anId<ReportId>(), anId<ReportId>()]

  await new AgendaJobQueue(agenda, onError).enqueue(
    [
      { id: interactive, isInteractive: true },
      { id: other, isInteractive: false },
    ],
    60_000,
  )

  const jobs = await query<{ report: string }>(`select data ->> 'reportId' as report from agenda.agenda_jobs`)
  t.strictSame(jobs, [{ report: interactive }])
  t.strictSame(errors, [])
})

t.test('S-20 a process that was blocked receives jobs again', async t => {
  const { listen } = await scene(t)
  const { jobs, received, enqueue } = await listen()
  // Agenda locks these jobs before they are due. Their locks expire while the process is blocked.
  await enqueue(100, 1500)
  await sleep(1200)
  const until = Date.now() + 3000
  while (Date.now() < until);
  await sleep(2000)

  await jobs.ensureListening()

  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
})

t.test('S-20 a process that failed to restart its listener retries at the next check', async t => {
  const { listen } = await scene(t)
  const { jobs, received, enqueue } = await listen()
  await jobs.agenda.stop(false)

  await jobs.ensureListening()

  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
})

t.test('S-20 a process that restarts its listener repeatedly keeps one database connection', async t => {
  const { listen, query } = await scene(t)
  const { jobs, received, enqueue } = await listen()
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))

  for (let round = 0; round < 12; round += 1) {
    await jobs.agenda.stop(false)
    await jobs.ensureListening()
  }

  const listening = await query(
    `select from pg_stat_activity where datname = current_database() and query like 'LISTEN %'`,
  )
  t.equal(listening.length, 1)
  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
  t.strictSame(warnings, [])
})

t.test('S-51 a process that restarts during a database outage receives jobs again', async t => {
  const { url, listen, connectAsAdmin } = await scene(t)
  const { jobs, received, enqueue } = await listen()
  const databaseName = new URL(url).pathname.slice(1)
  const admin = await connectAsAdmin()
  for (let round = 0; round < 6; round += 1) {
    await jobs.agenda.stop(false)
    await admin.query(`alter database ${databaseName} allow_connections false`)
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [databaseName],
    )
    await t.rejects(jobs.ensureListening())
    await admin.query(`alter database ${databaseName} allow_connections true`)
    // Gives Agenda's notification channel time to reconnect.
    await sleep(400)
    await jobs.ensureListening().catch(() => jobs.ensureListening())

    const [id] = await enqueue(1)
    await t.resolves(
      eventually('the worker receives the next job', () => id !== undefined && received.has(id)),
    )
  }
})

t.test('S-51 a worker that still receives jobs is not restarted', async t => {
  const { listen } = await scene(t)
  const { jobs, received, enqueue } = await listen()
  const ids = await enqueue(60)
  const comparisons: boolean[] = []
  // Few jobs: with more, some locks would expire on a busy machine, which restarts the listener.
  for (const end = performance.now() + 5000; received.size < ids.length && performance.now() < end; ) {
    const before = Reflect.get(jobs.agenda, 'jobProcessor')
    await jobs.ensureListening()
    comparisons.push(Reflect.get(jobs.agenda, 'jobProcessor') === before)
    await sleep(20)
  }
  t.notOk(comparisons.includes(false))
  const [id] = await enqueue(1)
  await t.resolves(eventually('the worker receives the next job', () => id !== undefined && received.has(id)))
})
