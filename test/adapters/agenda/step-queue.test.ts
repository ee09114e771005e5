import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { StepQueue } from '../../../src/adapters/agenda/step-queue.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { anId } from '../../support/examples.ts'

function aQueue(concurrency: number) {
  const begun: ReportId[] = []
  const ends: (() => void)[] = []
  const errors: unknown[] = []
  const queue = new StepQueue({
    step: reportId => {
      begun.push(reportId)
      return new Promise<boolean>(end => ends.push(() => end(true)))
    },
    onError: error => errors.push(error),
    concurrency,
  })
  const endOne = async () => {
    ends.shift()?.()
    await turn()
  }
  return { queue, begun, errors, endOne }
}

const aReport = (isInteractive = true) => ({ id: anId<ReportId>(), isInteractive })

t.test('S-20 an interactive report is the next step of a busy process', async t => {
  const { queue, begun, endOne } = aQueue(1)
  const night = [aReport(false), aReport(false), aReport(false)]
  for (const report of night) queue.add(report)
  await turn()
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)

  for (const _ of [...night, first, second]) await endOne()

  t.strictSame(
    begun,
    [night[0], first, second, night[1], night[2]].map(report => report?.id),
  )
})

t.test('S-25 a report in progress is not started twice and can start again after its step', async t => {
  const { queue, begun, endOne } = aQueue(2)
  const report = aReport()
  queue.add(report)
  queue.add(report)
  await turn()
  t.strictSame(begun, [report.id])

  await endOne()
  queue.add(report)
  await turn()

  t.strictSame(begun, [report.id, report.id])
})

t.test('S-25 a queue has capacity as soon as fewer steps wait than run at once', async t => {
  const { queue, endOne } = aQueue(2)
  for (let each = 0; each < 5; each += 1) queue.add(aReport(false))
  await turn()
  let hasRoom = false
  const room = queue.waitForCapacity(60_000).then(() => {
    hasRoom = true
  })

  await endOne()
  t.notOk(hasRoom, 'two steps wait')
  await endOne()
  await room

  t.ok(hasRoom)
})

t.test('S-25 waiting for capacity ends at the time limit or when the process stops', async t => {
  const { queue } = aQueue(1)
  for (let each = 0; each < 3; each += 1) queue.add(aReport(false))

  await queue.waitForCapacity(1)
  const room = queue.waitForCapacity(60_000)
  const taken = queue.stop()
  await room
  await queue.waitForCapacity(60_000)

  t.equal(taken.length, 3)
})

t.test('S-51 a stopping process begins no further step and returns the running ones', async t => {
  const { queue, begun, endOne } = aQueue(1)
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)
  await turn()

  const taken = queue.stop()
  await endOne()
  await Promise.all(taken)

  t.strictSame(begun, [first.id])
})

t.test('a failed step is logged with its report, and the next one is taken', async t => {
  const logged: unknown[] = []
  const queue = new StepQueue({
    step: async reportId => {
      if (logged.length === 0) throw new Error(`no ${reportId}`)
      return true
    },
    onError: (_error, about) => logged.push(about),
    concurrency: 1,
  })
  const [first, second] = [aReport(), aReport()]
  queue.add(first)
  queue.add(second)
  await Promise.all(queue.stop().slice(0, 1))
  await turn()

  t.strictSame(logged, [{ reportId: first.id }])
})
