import type { Test } from 'tap'
import { minutesLater, noon } from '../../examples.ts'
import type { OpenStores } from '../stores.ts'

export function recurringJobRunsContract(t: Test, open: OpenStores): void {
  t.test('S-45 the last start and end of each recurring job are recorded', async t => {
    const { recurringJobRuns } = await open(t)
    t.strictSame(await recurringJobRuns.latest(), [])

    t.ok(await recurringJobRuns.start('a job', noon, noon))
    const started = { name: 'a job', startedAt: noon, finishedAt: null, error: null }
    t.strictSame(await recurringJobRuns.latest(), [started])

    await recurringJobRuns.finish('a job', minutesLater(1), 'TypeError')
    const failed = { ...started, finishedAt: minutesLater(1), error: 'TypeError' }
    t.strictSame(await recurringJobRuns.latest(), [failed])

    t.ok(await recurringJobRuns.start('a job', minutesLater(2), minutesLater(1)))
    t.strictSame(await recurringJobRuns.latest(), [{ ...failed, startedAt: minutesLater(2) }])

    await recurringJobRuns.finish('a job', minutesLater(3), null)
    t.strictSame(await recurringJobRuns.latest(), [
      { name: 'a job', startedAt: minutesLater(2), finishedAt: minutesLater(3), error: null },
    ])
  })

  t.test('S-25 of several workers that start a recurring job at once, one succeeds', async t => {
    const { recurringJobRuns } = await open(t)
    const startInFiveWorkers = (at: Date) =>
      Promise.all(Array.from({ length: 5 }, () => recurringJobRuns.start('a job', at, minutesLater(-1))))
    const countStarts = (starts: readonly boolean[]) => starts.filter(Boolean).length

    t.equal(countStarts(await startInFiveWorkers(noon)), 1, 'the first run')
    t.equal(countStarts(await startInFiveWorkers(minutesLater(0.5))), 0, 'too early')
    t.ok(await recurringJobRuns.start('another job', noon, minutesLater(-1)))
  })

  t.test('S-25 a start recorded by a wrong clock does not stop the next run', async t => {
    const { recurringJobRuns } = await open(t)
    await recurringJobRuns.start('a job', minutesLater(60), noon)

    t.notOk(await recurringJobRuns.start('a job', minutesLater(59), noon), 'a minute ahead is not wrong')
    t.ok(await recurringJobRuns.start('a job', minutesLater(1), noon))
  })
}
