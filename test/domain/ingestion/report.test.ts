import t from 'tap'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, RunId } from '../../../src/domain/identifiers.ts'
import {
  accept,
  complete,
  giveUp,
  isOverdue,
  isSettled,
  markLoaded,
  orderReport,
  postpone,
  reorder,
  waitOn,
} from '../../../src/domain/ingestion/report.ts'
import {
  aCompletedReport,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  days,
  minutesLater,
  noon,
  poll,
} from '../../support/examples.ts'

const troubled = { troubles: 2, lastTrouble: { trouble: 'timeout' } } as const
const amazonReportId = 'amazon-1' as AmazonReportId

t.test('S-20 a report is due at the very moment at which it is asked for', async t => {
  const order = {
    id: anId<ReportId>(),
    runId: anId<RunId>(),
    connectionId: anId<ConnectionId>(),
    type: 'sp_targeting',
    days,
  } as const

  t.strictSame(orderReport(order, noon), {
    status: 'requested',
    ...order,
    orders: 0,
    troubles: 0,
    lastTrouble: null,
    nextTryAt: noon,
  })
})

t.test(
  'S-24 an accepted report forgets its troubles, counts the order and waits for its first look',
  async t => {
    const requested = aRequestedReport({ ...troubled, orders: 1 })
    const { id, runId, connectionId, type } = requested

    t.strictSame(accept(requested, amazonReportId, poll, noon), {
      status: 'generating',
      id,
      runId,
      connectionId,
      type,
      days,
      orders: 2,
      amazonReportId,
      acceptedAt: noon,
      looks: 0,
      troubles: 0,
      lastTrouble: null,
      nextTryAt: after(noon, seconds(30)),
    })
  },
)

t.test('S-24 each look waits half as long again as the last, up to the longest', async t => {
  let report = aGeneratingReport()
  const waits: number[] = []
  for (let look = 0; look < 7; look += 1) {
    report = waitOn(report, poll, noon)
    waits.push((report.nextTryAt.getTime() - noon.getTime()) / 1000)
  }

  t.strictSame(waits, [45, 67.5, 101.25, 151.875, 180, 180, 180])
  t.equal(report.looks, 7)
})

t.test('S-24 a look that went well forgets the troubles before it', async t => {
  const report = waitOn(aGeneratingReport({ ...troubled, acceptedAt: minutesLater(-9) }), poll, noon)

  t.match(report, { troubles: 0, lastTrouble: null })
  t.strictSame(report.acceptedAt, minutesLater(-9), 'Amazon’s time goes on')
})

t.test('S-24 Amazon has three hours, to the moment', async t => {
  const report = aGeneratingReport({ acceptedAt: noon })

  t.notOk(isOverdue(report, after(noon, hours(3) - 1)))
  t.ok(isOverdue(report, after(noon, hours(3))))
})

t.test('a completed report is due at once', async t => {
  const generating = aGeneratingReport(troubled)
  const { id, acceptedAt } = generating

  const completed = complete(generating, noon)

  t.has(completed, { status: 'completed', id, acceptedAt, completedAt: noon, nextTryAt: noon, troubles: 0 })
  t.notOk('looks' in completed)
})

t.test('S-24 a report that is ordered anew forgets Amazon’s id and keeps count of its orders', async t => {
  for (const open of [aGeneratingReport(troubled), aCompletedReport(troubled), aRequestedReport(troubled)]) {
    const again = reorder(open, { trouble: 'report_gone' }, minutesLater(1))

    t.has(again, {
      status: 'requested',
      id: open.id,
      orders: open.orders,
      troubles: 3,
      lastTrouble: { trouble: 'report_gone' },
      nextTryAt: minutesLater(1),
    })
    t.notOk('amazonReportId' in again)
  }
})

t.test('S-24 a postponed step stays what it was, one trouble richer', async t => {
  const report = aGeneratingReport(troubled)

  t.strictSame(postpone(report, { trouble: 'token_refused' }, minutesLater(2)), {
    ...report,
    troubles: 3,
    lastTrouble: { trouble: 'token_refused' },
    nextTryAt: minutesLater(2),
  })
})

t.test('a loaded report says how many rows it brought, and waits for nothing', async t => {
  const completed = aCompletedReport()
  const { id, runId, connectionId, type, orders } = completed

  t.strictSame(markLoaded(completed, 7, noon), {
    status: 'loaded',
    id,
    runId,
    connectionId,
    type,
    days,
    orders,
    loadedAt: noon,
    rows: 7,
  })
})

t.test('S-24 a report that failed for good says why, and waits for nothing', async t => {
  const open = aGeneratingReport()
  const { id, runId, connectionId, type, orders } = open
  const reason = { trouble: 'refused', detail: 'no such column' } as const

  t.strictSame(giveUp(open, reason, noon), {
    status: 'failed',
    id,
    runId,
    connectionId,
    type,
    days,
    orders,
    failedAt: noon,
    reason,
  })
})

t.test('loaded and failed reports are settled, the others are open', async t => {
  t.ok(isSettled(aLoadedReport()))
  t.ok(isSettled(aFailedReport()))
  for (const open of [aRequestedReport(), aGeneratingReport(), aCompletedReport()]) t.notOk(isSettled(open))
})
