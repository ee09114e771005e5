import t, { type Test } from 'tap'
import { type AdvanceReportJob, advanceReportJobName } from '../../src/adapters/agenda/job-backend.ts'
import { AgendaJobQueue } from '../../src/adapters/agenda/job-queue.ts'
import { openJobs } from '../../src/adapters/agenda/jobs.ts'
import { startupErrorMessage } from '../../src/commands/start/startup-errors.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import { Secret } from '../../src/domain/secret.ts'
import { eventually } from '../support/eventually.ts'
import { anId } from '../support/examples.ts'
import { cloneDatabase } from '../support/servers/cluster.ts'
import { startMongo } from './servers/mongo.ts'

async function openQueue(t: Test, url: string, name: string) {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const jobs = await openJobs(new Secret(url), { name, onError })
  t.teardown(() => jobs.close())
  const received: ReportId[] = []
  const listen = async () => {
    jobs.agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
      received.push(job.attrs.data.reportId)
    })
    await jobs.agenda.start()
  }
  return {
    jobs,
    jobQueue: new AgendaJobQueue(jobs.agenda, onError),
    received,
    errors,
    listen,
  }
}

const until = (condition: () => boolean): Promise<void> => eventually(String(condition), condition)

const interactive = (id: ReportId) => ({ id, isInteractive: true })

/** Contract of every job store: it only wakes workers. */
function testJobQueueContract(t: Test, start: (t: Test) => Promise<string>): void {
  t.test('an enqueued job runs in another process at least once', async t => {
    const url = await start(t)
    const [sender, worker] = [await openQueue(t, url, 'web'), await openQueue(t, url, 'worker')]
    await worker.listen()
    const ids = Array.from({ length: 30 }, () => anId<ReportId>())

    await sender.jobQueue.enqueue(ids.map(interactive), 0)

    await until(() => new Set(worker.received).size === ids.length)
    t.strictSame(new Set(worker.received), new Set(ids))
    t.strictSame([...sender.errors, ...worker.errors], [])
  })

  t.test('two workers share the jobs, and every job runs', async t => {
    const url = await start(t)
    const workers = [await openQueue(t, url, 'one'), await openQueue(t, url, 'two')]
    const sender = await openQueue(t, url, 'web')
    for (const worker of workers) await worker.listen()
    const ids = Array.from({ length: 60 }, () => anId<ReportId>())
    const receivedByAll = () => workers.flatMap(worker => worker.received)

    for (const id of ids) await sender.jobQueue.enqueue([interactive(id)], 0)

    await until(() => new Set(receivedByAll()).size === ids.length)
    t.strictSame(new Set(receivedByAll()), new Set(ids))
  })

  t.test('a delayed job does not run early and is kept while no worker listens', async t => {
    const url = await start(t)
    const sender = await openQueue(t, url, 'web')
    const [soon, later] = [anId<ReportId>(), anId<ReportId>()]
    await sender.jobQueue.enqueue([interactive(later)], 60_000)
    await sender.jobQueue.enqueue([interactive(soon)], 0)
    const worker = await openQueue(t, url, 'worker')

    await worker.listen()

    await until(() => worker.received.length > 0)
    t.strictSame(worker.received, [soon])
  })

  t.test('clean-up removes only the completed jobs that a killed worker left behind', async t => {
    const url = await start(t)
    const { jobs, jobQueue } = await openQueue(t, url, 'worker')
    const later = anId<ReportId>()
    await jobQueue.enqueue([interactive(later)], 60_000)
    const completedJob = jobs.agenda.create(advanceReportJobName, interactive(anId<ReportId>()))
    completedJob.attrs.nextRunAt = null
    await completedJob.save()
    t.equal((await jobs.agenda.queryJobs()).total, 2)

    await jobs.removeCompletedJobs()

    const { jobs: remaining } = await jobs.agenda.queryJobs()
    t.has(remaining, [{ data: { reportId: later } }])
    t.equal(remaining.length, 1)
  })
}

t.test('the job queue contract holds for Agenda on PostgreSQL', async t => {
  testJobQueueContract(t, async t => {
    const database = await cloneDatabase()
    t.teardown(() => database.drop())
    return database.url
  })
})

t.test('the job queue contract holds for Agenda on MongoDB', async t => {
  testJobQueueContract(t, async t => (await startMongo(t)).url)
})

t.test('start-up fails with a one-sentence message when MongoDB is unresponsive', async t => {
  const url = new Secret('mongodb://127.0.0.1:1/agenda?directConnection=true')

  const error = await openJobs(url, { name: 'web', onError: () => undefined }).catch(error => error)

  t.equal(startupErrorMessage(error), 'MongoDB isn’t responding. Start it, or check JOBS_URL.')
})
