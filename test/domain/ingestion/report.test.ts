import t from 'tap'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../../../src/domain/identifiers.ts'
import {
  databaseRetryAt,
  defer,
  isDeferredTooLong,
  isDue,
  isFinished,
  isOverdue,
  markAccepted,
  markCompleted,
  markFailed,
  markLoaded,
  newReport,
  requestAgain,
  schedulePoll,
  scheduleRetry,
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
  pollInterval,
} from '../../support/examples.ts'

const errorState = {
  consecutiveErrors: 2,
  totalErrors: 3,
  lastError: { error: 'timeout' },
  failingSince: noon,
} as const
const amazonReportId = 'amazon-1' as AmazonReportId

t.test('S-20 a new report is due at once', async t => {
  const details = {
    id: anId<ReportId>(),
    syncRunId: anId<SyncRunId>(),
    connectionId: anId<ConnectionId>(),
    type: 'sp_targeting',
    days,
    isInteractive: true,
  } as const

  t.strictSame(newReport(details, noon), {
    status: 'requested',
    ...details,
    requestCount: 0,
    consecutiveErrors: 0,
    totalErrors: 0,
    lastError: null,
    failingSince: null,
    dueAt: noon,
    dueSetAt: noon,
    deferredSince: null,
    deferralReason: null,
  })
})

t.test(
  'S-24 an accepted report clears its errors, counts the request and waits for its first poll',
  async t => {
    const requested = aRequestedReport({ ...errorState, requestCount: 1 })
    const { id, syncRunId, connectionId, type } = requested

    t.strictSame(markAccepted(requested, amazonReportId, pollInterval, noon), {
      status: 'generating',
      id,
      syncRunId,
      connectionId,
      type,
      days,
      isInteractive: true,
      requestCount: 2,
      amazonReportId,
      acceptedAt: noon,
      pollCount: 0,
      consecutiveErrors: 0,
      totalErrors: 0,
      lastError: null,
      failingSince: null,
      dueAt: after(noon, seconds(30)),
      dueSetAt: noon,
      deferredSince: null,
      deferralReason: null,
    })
  },
)

t.test('S-24 an unconfirmed file is remembered until its report is finished', async t => {
  const file = { amazonReportId, rows: 0, cost: 0 }
  const error = { error: 'file_unconfirmed', detail: '0 of 9 rows', file } as const
  const requested = requestAgain(aCompletedReport(), error, noon, noon)
  t.strictSame(requested.unconfirmedFile, file)

  const generating = markAccepted(requested, amazonReportId, pollInterval, noon)
  const retried = requestAgain(schedulePoll(generating, pollInterval, noon), { error: 'timeout' }, noon, noon)
  const completed = markCompleted(markAccepted(retried, amazonReportId, pollInterval, noon), noon)
  t.strictSame(scheduleRetry(completed, { error: 'timeout' }, noon, noon).unconfirmedFile, file)
})

t.test('S-24 each poll waits a fifth of the time so far, within the configured limits', async t => {
  const waitAt = (minutes: number): number => {
    const now = minutesLater(minutes)
    const { dueAt } = schedulePoll(aGeneratingReport({ acceptedAt: noon }), pollInterval, now)
    return Math.round((dueAt.getTime() - now.getTime()) / 1000)
  }

  t.strictSame([0, 1, 2, 5, 10, 15, 30, 150].map(waitAt), [10, 11, 23, 57, 114, 171, 180, 180])
})

const defaultPollInterval = { firstSeconds: 15, maxSeconds: 300 }

/** Polls with the default setting until the report would be overdue, in seconds after its acceptance. */
function defaultPolls(): number[] {
  const polls: number[] = []
  let report = markAccepted(aRequestedReport(), amazonReportId, defaultPollInterval, noon)
  while (!isOverdue(report, report.dueAt)) {
    polls.push((report.dueAt.getTime() - noon.getTime()) / 1000)
    report = schedulePoll(report, defaultPollInterval, report.dueAt)
  }
  return polls
}

t.test(
  'S-24 a report that takes 30 seconds or longer is noticed within 20% of that, or within 15 seconds',
  async t => {
    let readyAfter = 30
    for (const poll of defaultPolls()) {
      if (poll - readyAfter > Math.max(0.2 * readyAfter, 15))
        t.fail(`a report ready after ${readyAfter} s is noticed ${poll - readyAfter} s later`)
      readyAfter = poll
    }
    t.ok(readyAfter > 10_000, 'polled for three hours')
  },
)

t.test(
  'S-24 a report of ten minutes is polled at most 15 times, one of three hours at most 60 times',
  async t => {
    const polls = defaultPolls()
    const pollsUntil = (seconds: number) => polls.filter(poll => poll < seconds).length + 1

    t.equal(pollsUntil(600), 15)
    t.ok(pollsUntil(10_800) <= 60, `${pollsUntil(10_800)} polls`)
  },
)

t.test('S-24 a successful poll clears earlier errors', async t => {
  const report = schedulePoll(
    aGeneratingReport({ ...errorState, acceptedAt: minutesLater(-9) }),
    pollInterval,
    noon,
  )

  t.match(report, { consecutiveErrors: 0, lastError: null })
  t.strictSame(report.acceptedAt, minutesLater(-9), 'the time at which Amazon accepted it is kept')
})

t.test('S-24 a report is overdue after exactly three hours at Amazon', async t => {
  const report = aGeneratingReport({ acceptedAt: noon })

  t.notOk(isOverdue(report, after(noon, hours(3) - 1)))
  t.ok(isOverdue(report, after(noon, hours(3))))
})

t.test('a completed report is due at once', async t => {
  const generating = aGeneratingReport(errorState)
  const { id, acceptedAt } = generating

  const completed = markCompleted(generating, noon)

  t.has(completed, {
    status: 'completed',
    id,
    acceptedAt,
    completedAt: noon,
    dueAt: noon,
    consecutiveErrors: 0,
  })
  t.notOk('pollCount' in completed)
})

t.test('S-24 a report that is requested again drops Amazon’s id and keeps its request count', async t => {
  for (const open of [
    aGeneratingReport(errorState),
    aCompletedReport(errorState),
    aRequestedReport(errorState),
  ]) {
    const again = requestAgain(open, { error: 'report_lost' }, minutesLater(1), noon)

    t.has(again, {
      status: 'requested',
      id: open.id,
      requestCount: open.requestCount,
      consecutiveErrors: 1,
      totalErrors: 4,
      lastError: { error: 'report_lost' },
      dueAt: minutesLater(1),
    })
    t.notOk('amazonReportId' in again)
  }
})

t.test('S-24 a retry keeps the report’s status, records the error and ends a deferral', async t => {
  const report = aGeneratingReport({
    ...errorState,
    deferredSince: noon,
    deferralReason: 'region_rate_limited',
  })
  const dueAt = minutesLater(2)

  const retried = scheduleRetry(report, { error: 'token_rejected' }, dueAt, minutesLater(1))
  t.strictSame(retried, {
    ...report,
    consecutiveErrors: 1,
    totalErrors: 4,
    lastError: { error: 'token_rejected' },
    failingSince: minutesLater(1),
    dueAt,
    dueSetAt: minutesLater(1),
    // The report now waits for its own retry, so the end of the region's pause must not make it due earlier.
    deferredSince: null,
    deferralReason: null,
  })
  const sameError = scheduleRetry(report, { error: 'timeout' }, dueAt, minutesLater(1))
  t.has(sameError, { consecutiveErrors: 3, totalErrors: 4, failingSince: noon })
})

t.test('a loaded report has its row count and is never due', async t => {
  const completed = aCompletedReport()
  const { id, syncRunId, connectionId, type, requestCount } = completed

  t.strictSame(markLoaded(completed, 7, noon), {
    status: 'loaded',
    id,
    syncRunId,
    connectionId,
    type,
    days,
    isInteractive: true,
    requestCount,
    loadedAt: noon,
    rows: 7,
  })
})

t.test('S-24 a failed report has a reason and is never due', async t => {
  const open = aGeneratingReport()
  const { id, syncRunId, connectionId, type, requestCount } = open
  const reason = { error: 'refused', detail: 'no such column' } as const

  t.strictSame(markFailed(open, reason, noon), {
    status: 'failed',
    id,
    syncRunId,
    connectionId,
    type,
    days,
    isInteractive: true,
    requestCount,
    failedAt: noon,
    reason,
  })
})

t.test('loaded and failed reports are finished, and all others are open', async t => {
  t.ok(isFinished(aLoadedReport()))
  t.ok(isFinished(aFailedReport()))
  for (const open of [aRequestedReport(), aGeneratingReport(), aCompletedReport()]) t.notOk(isFinished(open))
})

t.test('S-24 a report scheduled by a clock that ran ahead is due at once', async t => {
  const inAnHour = { dueAt: after(noon, hours(1) + seconds(5)) }

  t.notOk(isDue(aGeneratingReport({ ...inAnHour, dueSetAt: noon }), noon), 'a wait of an hour is allowed')
  t.ok(isDue(aGeneratingReport({ ...inAnHour, dueSetAt: hoursLater(1) }), noon))
  t.notOk(
    isDue(aGeneratingReport({ ...inAnHour, dueSetAt: after(noon, seconds(9)) }), noon),
    'a small clock difference is allowed',
  )
})

t.test('S-24 during a database outage the wait is a tenth of the outage, from 2 s to 2 min', async t => {
  const retryAt = (minutes: number | null) =>
    databaseRetryAt(
      aRequestedReport({ deferredSince: minutes === null ? null : minutesLater(-minutes) }),
      noon,
    )

  t.strictSame(retryAt(null), after(noon, seconds(2)))
  t.strictSame(retryAt(0.1), after(noon, seconds(2)))
  t.strictSame(retryAt(5), after(noon, seconds(30)))
  t.strictSame(retryAt(60), minutesLater(2))
})

t.test('S-24 a deferred report uses no retry and keeps the time of its first deferral', async t => {
  const report = aGeneratingReport({ ...errorState })

  const deferred = defer(report, 'region_down', minutesLater(1), noon)
  const again = defer(deferred, 'region_rate_limited', minutesLater(3), minutesLater(1))

  t.has(again, {
    ...errorState,
    status: 'generating',
    dueAt: minutesLater(3),
    deferredSince: noon,
    deferralReason: 'region_rate_limited',
  })
  t.equal(isDeferredTooLong(again, hoursLater(24, after(noon, -1))), false)
  t.equal(isDeferredTooLong(again, hoursLater(24)), true)
  t.equal(
    schedulePoll(again, pollInterval, hoursLater(25)).deferredSince,
    null,
    'progress clears the deferral',
  )
  t.equal(
    scheduleRetry(again, errorState.lastError, noon, noon).deferredSince,
    null,
    'an error of the report clears the deferral',
  )
})
