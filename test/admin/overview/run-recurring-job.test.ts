import t from 'tap'
import { RunRecurringJob } from '../../../src/admin/overview/run-recurring-job.ts'
import { seconds } from '../../../src/domain/calendar.ts'
import { openFakes } from '../../support/fakes/open.ts'

const name = 'Purge sessions and links'

function scene() {
  const { clock, recurringJobRuns } = openFakes()
  const runRecurringJob = new RunRecurringJob({ recurringJobRuns, clock })
  let runs = 0
  const work = async () => {
    runs += 1
  }
  return {
    clock,
    execute: (failing = work) => runRecurringJob.execute(name, failing),
    executeIfMissed: () => runRecurringJob.executeIfMissed(name, work),
    countRuns: () => runs,
    latest: async () => (await recurringJobRuns.latest())[0],
  }
}

t.test('S-45 a run is recorded with its start, its end and the class of its error', async t => {
  const { clock, execute, latest } = scene()
  const startedAt = clock.now()

  await t.rejects(
    execute(async () => {
      clock.advance(seconds(2))
      throw new TypeError('not a function')
    }),
    TypeError,
  )

  t.strictSame(await latest(), { name, startedAt, finishedAt: clock.now(), error: 'TypeError' })

  clock.advance(seconds(60))
  await execute()
  t.strictSame(await latest(), { name, startedAt: clock.now(), finishedAt: clock.now(), error: null })
})

t.test('S-25 a recurring job that was started twice runs once', async t => {
  const { clock, execute, countRuns } = scene()

  await Promise.all([execute(), execute()])
  clock.advance(seconds(29))
  await execute()
  t.equal(countRuns(), 1)

  clock.advance(seconds(1))
  await execute()
  t.equal(countRuns(), 2, 'a job that starts early is no duplicate')
})

t.test('S-25 a recurring job counts as missed ten seconds after its start was due', async t => {
  const { clock, executeIfMissed, countRuns } = scene()
  await executeIfMissed()
  t.equal(countRuns(), 1, 'a job that never ran was missed')

  clock.advance(seconds(69))
  await executeIfMissed()
  t.equal(countRuns(), 1)

  clock.advance(seconds(1))
  await Promise.all([executeIfMissed(), executeIfMissed()])
  t.equal(countRuns(), 2, 'of two workers one runs it')
})
