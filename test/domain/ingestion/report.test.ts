import t from 'tap'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, RunId } from '../../../src/domain/identifiers.ts'
import {
  accept,
  complete,
  giveUp,
  holdBack,
  isDue,
  isHeldTooLong,
  isOverdue,
  isSettled,
  markLoaded,
  nextTryAtStorage,
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
  hoursLater,
  minutesLater,
  noon,
  poll,
} from '../../support/examples.ts'

const troubled = {
  troubles: 2,
  troublesInAll: 3,
  lastTrouble: { trouble: 'timeout' },
  troubledSince: noon,
} as const
const amazonReportId = 'amazon-1' as AmazonReportId

t.test('S-20 a new report is due at once', async t => {
  const order = {
    id: anId<ReportId>(),
    runId: anId<RunId>(),
    connectionId: anId<ConnectionId>(),
    type: 'sp_targeting',
    days,
    isAwaited: true,
  } as const

  t.strictSame(orderReport(order, noon), {
    status: 'requested',
    ...order,
    orders: 0,
    troubles: 0,
    troublesInAll: 0,
    lastTrouble: null,
    troubledSince: null,
    nextTryAt: noon,
    waitsSince: noon,
    heldSince: null,
    heldFor: null,
  })
})

t.test(
  'S-24 an accepted report clears its errors, counts the request and waits for its first poll',
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
      isAwaited: true,
      orders: 2,
      amazonReportId,
      acceptedAt: noon,
      looks: 0,
      troubles: 0,
      troublesInAll: 0,
      lastTrouble: null,
      troubledSince: null,
      nextTryAt: after(noon, seconds(30)),
      waitsSince: noon,
      heldSince: null,
      heldFor: null,
    })
  },
)

t.test('S-24 each poll waits a seventh of the time so far, within the configured limits', async t => {
  const waitAt = (minutes: number): number => {
    const now = minutesLater(minutes)
    const { nextTryAt } = waitOn(aGeneratingReport({ acceptedAt: noon }), poll, now)
    return (nextTryAt.getTime() - now.getTime()) / 1000
  }

  t.strictSame([0, 1, 3, 5, 10, 20, 30, 150].map(waitAt), [30, 30, 30, 42, 84, 168, 180, 180])
})

t.test('S-24 a completed report is noticed within 15% of its duration or five seconds', async t => {
  const usual = { firstSeconds: 5, longestSeconds: 300 }
  let report = accept(aRequestedReport(), amazonReportId, usual, noon)
  let last = noon
  while (!isOverdue(report, report.nextTryAt)) {
    const age = (last.getTime() - noon.getTime()) / 1000
    const lag = (report.nextTryAt.getTime() - last.getTime()) / 1000
    if (lag > Math.max(0.15 * age, 5)) t.fail(`a report ready after ${age} s is noticed ${lag} s later`)
    last = report.nextTryAt
    report = waitOn(report, usual, last)
  }
  t.ok(report.looks < 75, `${report.looks} polls in three hours`)
})

t.test('S-24 a successful poll clears earlier errors', async t => {
  const report = waitOn(aGeneratingReport({ ...troubled, acceptedAt: minutesLater(-9) }), poll, noon)

  t.match(report, { troubles: 0, lastTrouble: null })
  t.strictSame(report.acceptedAt, minutesLater(-9), 'the time at which Amazon accepted it is kept')
})

t.test('S-24 a report is overdue after exactly three hours at Amazon', async t => {
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

t.test('S-24 a report that is requested again drops Amazon’s id and keeps its request count', async t => {
  for (const open of [aGeneratingReport(troubled), aCompletedReport(troubled), aRequestedReport(troubled)]) {
    const again = reorder(open, { trouble: 'report_gone' }, minutesLater(1), noon)

    t.has(again, {
      status: 'requested',
      id: open.id,
      orders: open.orders,
      troubles: 1,
      troublesInAll: 4,
      lastTrouble: { trouble: 'report_gone' },
      nextTryAt: minutesLater(1),
    })
    t.notOk('amazonReportId' in again)
  }
})

t.test('S-24 a retry keeps the report’s state and counts one error more', async t => {
  const report = aGeneratingReport({ ...troubled, heldSince: noon, heldFor: 'region_busy' })
  const nextTryAt = minutesLater(2)

  const refused = postpone(report, { trouble: 'token_refused' }, nextTryAt, minutesLater(1))
  t.strictSame(refused, {
    ...report,
    troubles: 1,
    troublesInAll: 4,
    lastTrouble: { trouble: 'token_refused' },
    troubledSince: minutesLater(1),
    nextTryAt,
    waitsSince: minutesLater(1),
    // It now waits for its own retry, so the end of a pause must not release it.
    heldSince: null,
    heldFor: null,
  })
  const likeBefore = postpone(report, { trouble: 'timeout' }, nextTryAt, minutesLater(1))
  t.has(likeBefore, { troubles: 3, troublesInAll: 4, troubledSince: noon })
})

t.test('a loaded report has its row count and is never due', async t => {
  const completed = aCompletedReport()
  const { id, runId, connectionId, type, orders } = completed

  t.strictSame(markLoaded(completed, 7, noon), {
    status: 'loaded',
    id,
    runId,
    connectionId,
    type,
    days,
    isAwaited: true,
    orders,
    loadedAt: noon,
    rows: 7,
  })
})

t.test('S-24 a failed report has a reason and is never due', async t => {
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
    isAwaited: true,
    orders,
    failedAt: noon,
    reason,
  })
})

t.test('loaded and failed reports are finished, the others are open', async t => {
  t.ok(isSettled(aLoadedReport()))
  t.ok(isSettled(aFailedReport()))
  for (const open of [aRequestedReport(), aGeneratingReport(), aCompletedReport()]) t.notOk(isSettled(open))
})

t.test('S-24 a report deferred by a clock that ran ahead is due at once', async t => {
  const inAnHour = { nextTryAt: after(noon, hours(1) + seconds(5)) }

  t.notOk(isDue(aGeneratingReport({ ...inAnHour, waitsSince: noon }), noon), 'a wait of an hour is allowed')
  t.ok(isDue(aGeneratingReport({ ...inAnHour, waitsSince: hoursLater(1) }), noon))
  t.notOk(
    isDue(aGeneratingReport({ ...inAnHour, waitsSince: after(noon, seconds(9)) }), noon),
    'a small clock difference is allowed',
  )
})

t.test('S-24 during a database outage the wait is a tenth of the outage, from 2 s to 2 min', async t => {
  const tried = (minutes: number | null) =>
    nextTryAtStorage(aRequestedReport({ heldSince: minutes === null ? null : minutesLater(-minutes) }), noon)

  t.strictSame(tried(null), after(noon, seconds(2)))
  t.strictSame(tried(0.1), after(noon, seconds(2)))
  t.strictSame(tried(5), after(noon, seconds(30)))
  t.strictSame(tried(60), minutesLater(2))
})

t.test('S-24 a deferred report uses no retry and keeps the time it was deferred', async t => {
  const report = aGeneratingReport({ ...troubled })

  const held = holdBack(report, 'region_down', minutesLater(1), noon)
  const again = holdBack(held, 'region_busy', minutesLater(3), minutesLater(1))

  t.has(again, {
    ...troubled,
    status: 'generating',
    nextTryAt: minutesLater(3),
    heldSince: noon,
    heldFor: 'region_busy',
  })
  t.equal(isHeldTooLong(again, hoursLater(24, after(noon, -1))), false)
  t.equal(isHeldTooLong(again, hoursLater(24)), true)
  t.equal(waitOn(again, poll, hoursLater(25)).heldSince, null, 'progress clears the deferral')
  t.equal(
    postpone(again, troubled.lastTrouble, noon, noon).heldSince,
    null,
    'an error of the report clears the deferral',
  )
})
