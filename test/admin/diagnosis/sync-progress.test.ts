import t from 'tap'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import type { DiagnosisInput } from '../../../src/admin/diagnosis/diagnosis-input.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import type { Deferral } from '../../../src/domain/ingestion/deferral.ts'
import type { OpenReport } from '../../../src/domain/ingestion/report.ts'
import type {
  FailureReason,
  ReportError,
  ReportErrorCode,
} from '../../../src/domain/ingestion/report-error.ts'
import {
  aClosedConnection,
  aCompletedReport,
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  aRequestedReport,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { aCase, aSync, aTimelineEntry, causesOf, findingOf, type SyncProgress } from './case-examples.ts'

const aConnectedCase = (
  loading: Partial<SyncProgress> = {},
  overrides: Partial<DiagnosisInput> = {},
): DiagnosisInput => aCase({ connection: anActiveConnection(), sync: aSync(loading), ...overrides })

const aReportFailedWith = (error: ReportErrorCode, overrides: Partial<FailureReason> = {}) =>
  aFailedReport({ reason: { error, detail: null, ...overrides } })

const aFailingReport = (error: ReportError, overrides: Partial<OpenReport> = {}) =>
  aRequestedReport({
    lastError: error,
    failingSince: hoursLater(-2),
    dueAt: minutesLater(5),
    ...(overrides as object),
  })

t.test('S-42 each error that makes a report fail maps to its cause', async t => {
  const causes: Record<ReportErrorCode, Cause | null> = {
    throttled: 'throttled',
    unreachable: 'amazon_unreachable',
    timeout: 'amazon_timeout',
    invalid_response: 'amazon_unreadable',
    token_rejected: 'access_token_refused',
    profile_access_lost: 'profile_access_lost',
    profile_access_unconfirmed: 'profile_access_unconfirmed',
    grant_revoked: 'grant_revoked',
    forbidden: 'account_forbidden',
    account_unknown: 'account_unknown',
    client_rejected: 'login_request_refused',
    request_rejected: 'report_request_refused',
    refused: 'refused_by_amazon',
    duplicate_mismatch: 'duplicate_mismatch',
    report_lost: 'report_lost',
    failed_at_amazon: 'report_failed',
    never_finished: 'report_never_finished',
    download_url_expired: 'download_expired',
    download_host_untrusted: 'download_host_untrusted',
    download_rejected: 'download_rejected',
    file_corrupt: 'file_corrupt',
    file_too_large: 'file_too_large',
    file_unconfirmed: 'file_unconfirmed',
    internal_error: 'internal_error',
    connection_closed: null,
    cancelled: 'sync_cancelled',
  }
  for (const [error, cause] of Object.entries(causes)) {
    const input = aConnectedCase({
      finished: [aLoadedReport({ type: 'sb_campaigns' }), aReportFailedWith(error as ReportErrorCode)],
    })
    t.strictSame(
      causesOf(input),
      cause ? [cause, 'figures_provisional'] : ['healthy', 'figures_provisional'],
      error,
    )
  }
})

t.test('S-42 an unknown client is distinguished from a rejected request', async t => {
  const causeOf = (detail: string) =>
    causesOf(aConnectedCase({ finished: [aReportFailedWith('client_rejected', { detail })] }))[0]
  t.equal(causeOf('invalid_client: no'), 'client_refused')
  t.equal(causeOf('unauthorized_client: no'), 'client_refused')
  t.equal(causeOf('The clientId is wrong'), 'client_refused')
  t.equal(causeOf('not an invalid_client'), 'login_request_refused')
})

t.test('S-42 a rejected token or expired download is attributed to a wrong clock', async t => {
  for (const error of ['token_rejected', 'download_url_expired'] as const)
    t.match(
      findingOf(
        'clock_skewed',
        aConnectedCase({ finished: [aReportFailedWith(error, { skewSeconds: -400 })] }),
      ),
      {
        confidence: 'likely',
        about: { skewSeconds: -400, failed: ['sp_campaigns'] },
      },
    )
  t.notOk(
    findingOf(
      'clock_skewed',
      aConnectedCase({ finished: [aReportFailedWith('timeout', { skewSeconds: 400 })] }),
    ),
  )
  const open = [aFailingReport({ error: 'token_rejected', skewSeconds: 300 })]
  t.match(findingOf('clock_skewed', aConnectedCase({ open })), { about: { skewSeconds: 300 } })
})

t.test('S-42 a failed report is dated from its first failure and shows Amazon’s message', async t => {
  const report = aReportFailedWith('refused', { detail: 'no more' })
  const finding = findingOf('refused_by_amazon', aConnectedCase({ finished: [report] }))
  t.match(finding, { confidence: 'certain', since: noon })
  t.strictSame(finding?.about, { regions: ['na'], failed: ['sp_campaigns'], tried: [], detail: 'no more' })
  const failingSince = new Map([[report.type, hoursLater(-30)]])
  t.strictSame(
    findingOf('refused_by_amazon', aConnectedCase({ finished: [report], failingSince }))?.since,
    hoursLater(-30),
  )
  const withoutDetail = findingOf(
    'refused_by_amazon',
    aConnectedCase({ finished: [aReportFailedWith('refused')] }),
  )
  t.notOk('detail' in (withoutDetail?.about ?? {}))
})

t.test('S-42 a report with an error is shown with its next retry', async t => {
  const open = [aFailingReport({ error: 'refused', httpStatus: 410, detail: 'gone' })]
  const finding = findingOf('refused_by_amazon', aConnectedCase({ open }))
  t.strictSame(finding?.since, hoursLater(-2))
  t.strictSame(finding?.about, {
    regions: ['na'],
    failed: [],
    tried: ['sp_campaigns'],
    dueAt: minutesLater(5),
    detail: 'gone',
  })
  const timeout = findingOf(
    'amazon_timeout',
    aConnectedCase({ open: [aFailingReport({ error: 'timeout' })] }),
  )
  t.strictSame(Object.keys(timeout?.about ?? {}), ['regions', 'failed', 'tried', 'dueAt'])
  t.strictSame(causesOf(aConnectedCase({ open: [aRequestedReport()] })), ['loading', 'figures_provisional'])
})

t.test('S-24 S-42 an unconfirmed file is named until the second report is read', async t => {
  const unconfirmedFile = { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 }
  const generating = aGeneratingReport({ unconfirmedFile, acceptedAt: minutesLater(-9) })
  const finding = findingOf('file_unconfirmed', aConnectedCase({ open: [generating] }))
  t.match(finding, { since: minutesLater(-9), about: { tried: ['sp_campaigns'] } })
  const error = { error: 'file_unconfirmed', detail: '0 of 9 rows', file: unconfirmedFile } as const
  t.match(findingOf('file_unconfirmed', aConnectedCase({ open: [aFailingReport(error)] })), {
    since: hoursLater(-2),
    about: { detail: '0 of 9 rows' },
  })
})

t.test('S-42 of several errors the most fundamental one is shown first', async t => {
  const finished = [aReportFailedWith('file_corrupt'), aReportFailedWith('forbidden')]
  for (const each of [finished, finished.toReversed()])
    t.strictSame(causesOf(aConnectedCase({ finished: each })).slice(0, 2), [
      'account_forbidden',
      'file_corrupt',
    ])
})

t.test('S-42 reports with the same error are one finding', async t => {
  const open = [
    aFailingReport({ error: 'refused', httpStatus: 400, detail: 'first' }, { dueAt: minutesLater(9) }),
    aFailingReport(
      { error: 'refused', httpStatus: 400, detail: 'second' },
      { type: 'sb_campaigns', dueAt: minutesLater(3), failingSince: hoursLater(-5) },
    ),
    aFailingReport(
      { error: 'refused', httpStatus: 400, detail: 'third' },
      { type: 'sd_campaigns', dueAt: minutesLater(6), failingSince: hoursLater(-1) },
    ),
  ]
  const finished = [aReportFailedWith('refused', { detail: 'before' })]
  const finding = findingOf('refused_by_amazon', aConnectedCase({ open, finished }))
  t.strictSame(finding?.since, hoursLater(-5))
  t.match(finding?.about, {
    failed: ['sp_campaigns'],
    tried: ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'],
    detail: 'first',
  })
  t.strictSame(finding?.about.dueAt, minutesLater(3), 'the earliest of their retries')
})

t.test('S-24 S-42 a deferred report shows what defers it instead of its last error', async t => {
  const causes: Record<Deferral['why'], Cause> = {
    region_rate_limited: 'throttled',
    report_type_rate_limited: 'throttled',
    region_down: 'amazon_unreachable',
    database_down: 'database_down',
  }
  for (const [why, cause] of Object.entries(causes)) {
    const open = [
      aFailingReport(
        { error: 'timeout' },
        { deferralReason: why as Deferral['why'], deferredSince: hoursLater(-3) },
      ),
    ]
    const input = aConnectedCase({ open })
    t.match(findingOf(cause, input), { since: hoursLater(-3), about: { tried: ['sp_campaigns'] } })
    t.notOk(findingOf('amazon_timeout', input))
  }
  const undatedDeferral = aRequestedReport({ deferralReason: 'region_rate_limited', dueAt: minutesLater(7) })
  t.strictSame(findingOf('throttled', aConnectedCase({ open: [undatedDeferral] }))?.since, minutesLater(7))
})

t.test('S-42 the newest five entries of a report are the evidence for its error', async t => {
  const open = [1, 2, 3, 4, 5, 6].map(() => aFailingReport({ error: 'timeout' }))
  const kinds = ['report_error', 'report_deferred', 'report_failed'] as const
  const timeline = open.map(({ id }, index) =>
    aTimelineEntry({ kind: kinds[index % 3] } as never, { reportId: id, at: minutesLater(-index) }),
  )
  const unrelatedEntry = aTimelineEntry({ kind: 'report_accepted' } as never, {
    reportId: open[0]?.id ?? null,
  })
  const finding = findingOf(
    'amazon_timeout',
    aConnectedCase({ open }, { timeline: [unrelatedEntry, ...timeline].reverse() }),
  )
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 5),
  )
  const unsorted = aConnectedCase({ open: open.toReversed() }, { timeline })
  t.strictSame(
    findingOf('amazon_timeout', unsorted)?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 5),
  )
  const failedReport = aReportFailedWith('timeout')
  const failureEntry = aTimelineEntry({ kind: 'report_failed' } as never, { reportId: failedReport.id })
  t.strictSame(
    findingOf(
      'amazon_timeout',
      aConnectedCase({ finished: [failedReport] }, { timeline: [failureEntry] }),
    )?.evidence.map(({ entry }) => entry),
    [failureEntry],
  )
  const [first] = open
  const anotherReportsEntry = aTimelineEntry({ kind: 'report_error' } as never, {
    reportId: aRequestedReport().id,
  })
  t.strictSame(
    findingOf(
      'amazon_timeout',
      aConnectedCase({ open: first ? [first] : [] }, { timeline: [anotherReportsEntry] }),
    )?.evidence,
    [],
  )
})

t.test('S-42 the sync run of a closed connection is ignored', async t => {
  const sync = aSync({ finished: [aReportFailedWith('refused')] })
  t.strictSame(causesOf(aCase({ connection: aClosedConnection(), sync })), ['disconnected'])
})

t.test('S-42 Amazon is slow once a report takes twice as long as its type’s slow reports', async t => {
  const typicalDurations = new Map([
    ['sp_campaigns', { lowSeconds: 60, highSeconds: 90 }],
  ]) as DiagnosisInput['typicalDurations']
  const slowFinding = (acceptedAt: Date, overrides: Partial<DiagnosisInput> = {}) =>
    findingOf(
      'amazon_slow',
      aConnectedCase({ open: [aGeneratingReport({ acceptedAt, dueAt: minutesLater(1) })] }, overrides),
    )
  t.notOk(slowFinding(minutesLater(-3), { typicalDurations }))
  const finding = slowFinding(minutesLater(-3.1), { typicalDurations })
  t.match(finding, { confidence: 'certain', since: minutesLater(-3.1) })
  t.strictSame(finding?.about, {
    regions: ['na'],
    tried: ['sp_campaigns'],
    dueAt: minutesLater(1),
    count: 2,
  })
  t.match(finding?.evidence, [{ at: minutesLater(-3.1), sentence: /up to 2 minutes/ }])
  t.notOk(slowFinding(minutesLater(-10)), 'the default is five minutes')
  t.ok(slowFinding(minutesLater(-10.1)))
})

t.test('S-42 several slow reports are dated from the oldest, and only generating ones count', async t => {
  const old = aGeneratingReport({ acceptedAt: minutesLater(-40), dueAt: minutesLater(4) })
  const older = aGeneratingReport({
    acceptedAt: minutesLater(-50),
    dueAt: minutesLater(5),
    type: 'sb_campaigns',
  })
  const acceptedEntry = aTimelineEntry({ kind: 'report_accepted' } as never, {
    reportId: old.id,
    at: minutesLater(-40),
  })
  const adoptedEntry = aTimelineEntry({ kind: 'report_duplicate_adopted' } as never, {
    reportId: older.id,
    at: minutesLater(-50),
  })
  const unrelatedEntry = aTimelineEntry({ kind: 'report_completed' } as never, { reportId: old.id })
  const input = aConnectedCase(
    { open: [old, older] },
    { timeline: [unrelatedEntry, adoptedEntry, acceptedEntry] },
  )
  const finding = findingOf('amazon_slow', input)
  t.strictSame([finding?.since, finding?.about.dueAt], [minutesLater(-50), minutesLater(5)])
  t.match(finding, {
    about: { tried: ['sp_campaigns', 'sb_campaigns'], count: 5 },
  })
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    [acceptedEntry, adoptedEntry],
  )
  t.match(
    findingOf('amazon_slow', aConnectedCase({ open: [old] }, { timeline: [adoptedEntry] }))?.evidence,
    [{ entry: null }],
    'another report’s entry is not evidence for it',
  )

  const others = [
    aCompletedReport({ acceptedAt: hoursLater(-1) }),
    aGeneratingReport({ acceptedAt: hoursLater(-1), lastError: { error: 'timeout' } }),
  ]
  t.notOk(findingOf('amazon_slow', aConnectedCase({ open: others })))
})

t.test('S-28 S-42 figure mismatches are shown with their number', async t => {
  const entry = aTimelineEntry({ kind: 'figures_mismatch', count: 3, mismatches: [] })
  const timeline = [aTimelineEntry({ kind: 'erasure_requested' }), entry]
  t.match(findingOf('figures_mismatch', aConnectedCase({ mismatches: 3 }, { timeline })), {
    since: entry.at,
    about: { count: 3 },
    evidence: [{ entry }],
  })
  const withoutEntry = findingOf('figures_mismatch', aConnectedCase({ mismatches: 1 }))
  t.match(withoutEntry, { since: null, evidence: [] })
  t.equal(withoutEntry?.evidence.length, 0)
  t.notOk(findingOf('figures_mismatch', aConnectedCase({}, { timeline })))
})

t.test('S-42 an account without ads is reported once every file is loaded and empty', async t => {
  const empty = aLoadedReport({ rows: 0, loadedAt: hoursLater(-1) })
  const other = aLoadedReport({ rows: 0, loadedAt: hoursLater(-2), type: 'sb_campaigns' })
  t.match(findingOf('no_ad_activity', aConnectedCase({ finished: [other, empty] })), {
    confidence: 'certain',
    since: null,
    evidence: [{ sentence: / 2 Amazon files/ }],
  })
  t.strictSame(
    findingOf('no_ad_activity', aConnectedCase({ finished: [other, empty] }))?.evidence.map(({ at }) => at),
    [hoursLater(-1)],
    'the time of the last file',
  )
  const hasNoAdActivity = (overrides: Partial<SyncProgress>) =>
    causesOf(aConnectedCase(overrides)).includes('no_ad_activity')
  t.notOk(hasNoAdActivity({ finished: [empty, aLoadedReport({ type: 'sb_campaigns' })] }))
  t.notOk(hasNoAdActivity({ finished: [empty, aFailedReport({ type: 'sb_campaigns' })] }))
  t.notOk(hasNoAdActivity({ finished: [] }))
  t.notOk(
    hasNoAdActivity({ finished: [empty], open: [aRequestedReport({ type: 'sb_campaigns' })] }),
    'a report type is still open',
  )
  t.ok(
    hasNoAdActivity({ finished: [empty], open: [aRequestedReport()] }),
    'a newer report of a loaded type changes nothing',
  )
})

t.test('S-42 empty Sponsored Brands reports beside filled Sponsored Products ones are explained', async t => {
  const filledReport = aLoadedReport({ loadedAt: hoursLater(-3) })
  const emptyReport = (type: 'sb_campaigns' | 'sd_campaigns' | 'sb_targeting') =>
    aLoadedReport({ type, rows: 0, loadedAt: hoursLater(-1) })
  const productsOf = (overrides: Partial<SyncProgress>) =>
    findingOf('brand_ads_empty', aConnectedCase(overrides))?.about.products
  t.match(
    findingOf('brand_ads_empty', aConnectedCase({ finished: [filledReport, emptyReport('sb_campaigns')] })),
    {
      confidence: 'likely',
      since: null,
      about: { products: ['SB'] },
      evidence: [{ at: hoursLater(-1), sentence: String }],
    },
  )
  t.strictSame(
    productsOf({ finished: [filledReport, emptyReport('sb_campaigns'), emptyReport('sd_campaigns')] }),
    ['SB', 'SD'],
  )
  t.equal(productsOf({ finished: [filledReport] }), undefined)
  t.equal(
    productsOf({
      finished: [filledReport, aLoadedReport({ type: 'sb_campaigns' }), emptyReport('sb_targeting')],
    }),
    undefined,
  )
  const withOpenBrandReport = {
    finished: [filledReport, emptyReport('sb_campaigns')],
    open: [aRequestedReport({ type: 'sb_targeting' })],
  }
  t.equal(productsOf(withOpenBrandReport), undefined)
  const withOpenDisplayReport = {
    finished: [filledReport, emptyReport('sb_campaigns')],
    open: [aRequestedReport({ type: 'sd_campaigns' })],
  }
  t.strictSame(productsOf(withOpenDisplayReport), ['SB'])
  const products = [aLoadedReport({ rows: 0 }), aLoadedReport({ type: 'sb_campaigns' })]
  t.equal(productsOf({ finished: products }), undefined, 'Sponsored Products need no registered brand')
})

t.test('S-42 a report that Amazon was already generating is shown for this sync run only', async t => {
  const report = aLoadedReport()
  const open = aGeneratingReport()
  const adoptedEntry = (adoptedReport: { id: typeof report.id }, minutes: number) =>
    aTimelineEntry({ kind: 'report_duplicate_adopted' } as never, {
      reportId: adoptedReport.id,
      at: minutesLater(-minutes),
    })
  const interactiveSync = { requestedAt: hoursLater(-1), reports: [report] }
  const timeline = [adoptedEntry(open, 1), adoptedEntry(report, 2), adoptedEntry(aLoadedReport(), 3)]
  const finding = findingOf(
    'duplicate_adopted',
    aConnectedCase({ interactiveSync, open: [open] }, { timeline }),
  )
  t.match(finding, { since: minutesLater(-1), about: { count: 2 } })
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 2),
  )
  t.notOk(findingOf('duplicate_adopted', aConnectedCase({}, { timeline })))
  const acceptedEntry = aTimelineEntry({ kind: 'report_accepted' } as never, { reportId: report.id })
  t.notOk(findingOf('duplicate_adopted', aConnectedCase({ interactiveSync }, { timeline: [acceptedEntry] })))
  const entryWithoutReport = aTimelineEntry({ kind: 'report_duplicate_adopted' } as never)
  t.notOk(
    findingOf('duplicate_adopted', aConnectedCase({ interactiveSync }, { timeline: [entryWithoutReport] })),
  )

  const many = [1, 2, 3, 4, 5, 6].map(minutes => adoptedEntry(report, minutes))
  const findingOfMany = findingOf(
    'duplicate_adopted',
    aConnectedCase({ interactiveSync }, { timeline: many }),
  )
  t.equal(findingOfMany?.about.count, 6)
  t.equal(findingOfMany?.evidence.length, 5)
})
