import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { StepQueue } from '../../../src/adapters/agenda/step-queue.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { anId } from '../../support/examples.ts'

function aQueue(concurrency: number) {
  const started: ReportId[] = []
  const finishers: (() => void)[] = []
  const errors: unknown[] = []
  const queue = new StepQueue({
    step: reportId => {
      started.push(reportId)
      return new Promise<boolean>(resolve => finishers.push(() => resolve(true)))
    },
    onError: error => errors.push(error),
    concurrency,
  })
  const finishOne = async () => {
    finishers.shift()?.()
    await nextTurn()
  }
  return { queue, started, errors, finishOne }
}

const aReport = (isInteractive = true) => ({ id: anId<ReportId>(), isInteractive })

t.test('S-20 a busy process takes interactive reports before background ones', async t => {
  const { queue, started, finishOne } = aQueue(1)
  const background = [aReport(false), aReport(false), aReport(false)]
  for (const report of background) queue.add(report)
  await nextTurn()
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)

  for (const _ of [...background, first, second]) await finishOne()

  t.strictSame(
    started,
    [background[0], first, second, background[1], background[2]].map(report => report?.id),
  )
})

t.test('S-25 a report in progress is not started twice and can start again after its step', async t => {
  const { queue, started, finishOne } = aQueue(2)
  const report = aReport()
  queue.add(report)
  queue.add(report)
  await nextTurn()
  t.strictSame(started, [report.id])

  await finishOne()
  queue.add(report)
  await nextTurn()

  t.strictSame(started, [report.id, report.id])
})

t.test('S-25 a queue has capacity once fewer steps wait than can run at once', async t => {
  const { queue, finishOne } = aQueue(2)
  for (let count = 0; count < 5; count += 1) queue.add(aReport(false))
  await nextTurn()
  let hasCapacity = false
  const capacity = queue.waitForCapacity(60_000).then(() => {
    hasCapacity = true
  })

  await finishOne()
  t.notOk(hasCapacity, 'two steps are still waiting')
  await finishOne()
  await capacity

  t.ok(hasCapacity)
})

t.test('S-25 waiting for capacity ends at the time limit or when the process stops', async t => {
  const { queue } = aQueue(1)
  for (let count = 0; count < 3; count += 1) queue.add(aReport(false))

  await queue.waitForCapacity(1)
  const capacity = queue.waitForCapacity(60_000)
  const running = queue.stop()
  await capacity
  await queue.waitForCapacity(60_000)

  t.equal(running.length, 3)
})

t.test('S-51 a stopping queue starts no further steps and returns the running ones', async t => {
  const { queue, started, finishOne } = aQueue(1)
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)
  await nextTurn()

  const running = queue.stop()
  await finishOne()
  await Promise.all(running)

  t.strictSame(started, [first.id])
})

t.test('a failed step is logged with its report id', async t => {
  const logged: unknown[] = []
  const queue = new StepQueue({
    step: async reportId => {
      if (logged.length === 0) throw new Error(`no ${reportId}`)
      return true
    },
    onError: (_error, context) => logged.push(context),
    concurrency: 1,
  })
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)
  await Promise.all(queue.stop().slice(0, 1))
  await nextTurn()

  t.strictSame(logged, [{ reportId: first.id }])
})
