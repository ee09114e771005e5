import t from 'tap'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import type { DiagnosisInput } from '../../../src/admin/diagnosis/facts.ts'
import type { Deferral } from '../../../src/domain/ingestion/region-rate-limit.ts'
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
import { aCase, aSync, causesOf, findingOf, happened, type SyncProgress } from './case-facts.ts'

const connected = (loading: Partial<SyncProgress> = {}, its: Partial<DiagnosisInput> = {}): DiagnosisInput =>
  aCase({ connection: anActiveConnection(), loading: aSync(loading), ...its })

const failed = (error: ReportErrorCode, its: Partial<FailureReason> = {}) =>
  aFailedReport({ reason: { error, detail: null, ...its } })

const aFailingReport = (error: ReportError, its: Partial<OpenReport> = {}) =>
  aRequestedReport({
    lastError: error,
    failingSince: hoursLater(-2),
    dueAt: minutesLater(5),
    ...(its as object),
  })

t.test('S-42 each error that ended a report has its cause', async t => {
  const causes: Record<ReportErrorCode, Cause | null> = {
    throttled: 'throttled',
    unreachable: 'amazon_unreachable',
    timeout: 'amazon_timeout',
    invalid_response: 'amazon_unreadable',
    token_rejected: 'access_token_refused',
    profile_access_lost: 'profile_access_lost',
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
    internal_error: 'internal_error',
    connection_closed: null,
    cancelled: 'sync_cancelled',
  }
  for (const [error, cause] of Object.entries(causes)) {
    const facts = connected({
      finished: [aLoadedReport({ type: 'sb_campaigns' }), failed(error as ReportErrorCode)],
    })
    t.strictSame(
      causesOf(facts),
      cause ? [cause, 'figures_provisional'] : ['healthy', 'figures_provisional'],
      error,
    )
  }
})

t.test('S-42 an unknown client is distinguished from a rejected request', async t => {
  const causeOf = (detail: string) =>
    causesOf(connected({ finished: [failed('client_rejected', { detail })] }))[0]
  t.equal(causeOf('invalid_client: no'), 'client_refused')
  t.equal(causeOf('unauthorized_client: no'), 'client_refused')
  t.equal(causeOf('The clientId is wrong'), 'client_refused')
  t.equal(causeOf('not an invalid_client'), 'login_request_refused')
})

t.test('S-42 an expired token with a wrong clock is attributed to the clock', async t => {
  for (const error of ['token_rejected', 'download_url_expired'] as const)
    t.match(findingOf('clock_skewed', connected({ finished: [failed(error, { skewSeconds: -400 })] })), {
      confidence: 'likely',
      about: { skewSeconds: -400, failed: ['sp_campaigns'] },
    })
  t.notOk(findingOf('clock_skewed', connected({ finished: [failed('timeout', { skewSeconds: 400 })] })))
  const open = [aFailingReport({ error: 'token_rejected', skewSeconds: 300 })]
  t.match(findingOf('clock_skewed', connected({ open })), { about: { skewSeconds: 300 } })
})

t.test('S-42 a failed report is shown since its first failure, with Amazon’s words', async t => {
  const report = failed('refused', { detail: 'no more' })
  const finding = findingOf('refused_by_amazon', connected({ finished: [report] }))
  t.match(finding, { confidence: 'certain', since: noon })
  t.strictSame(finding?.about, { regions: ['na'], failed: ['sp_campaigns'], tried: [], detail: 'no more' })
  const failingSince = new Map([[report.type, hoursLater(-30)]])
  t.strictSame(
    findingOf('refused_by_amazon', connected({ finished: [report], failingSince }))?.since,
    hoursLater(-30),
  )
  const silent = findingOf('refused_by_amazon', connected({ finished: [failed('refused')] }))
  t.notOk('detail' in (silent?.about ?? {}))
})

t.test('S-42 a report with an error is shown with its next retry', async t => {
  const open = [aFailingReport({ error: 'refused', httpStatus: 410, detail: 'gone' })]
  const finding = findingOf('refused_by_amazon', connected({ open }))
  t.strictSame(finding?.since, hoursLater(-2))
  t.strictSame(finding?.about, {
    regions: ['na'],
    failed: [],
    tried: ['sp_campaigns'],
    dueAt: minutesLater(5),
    detail: 'gone',
  })
  const timeout = findingOf('amazon_timeout', connected({ open: [aFailingReport({ error: 'timeout' })] }))
  t.strictSame(Object.keys(timeout?.about ?? {}), ['regions', 'failed', 'tried', 'dueAt'])
  t.strictSame(causesOf(connected({ open: [aRequestedReport()] })), ['loading', 'figures_provisional'])
})

t.test('S-42 of several errors the most fundamental one is shown first', async t => {
  const finished = [failed('file_corrupt'), failed('forbidden')]
  for (const each of [finished, finished.toReversed()])
    t.strictSame(causesOf(connected({ finished: each })).slice(0, 2), ['account_forbidden', 'file_corrupt'])
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
  const finished = [failed('refused', { detail: 'before' })]
  const finding = findingOf('refused_by_amazon', connected({ open, finished }))
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
    const facts = connected({ open })
    t.match(findingOf(cause, facts), { since: hoursLater(-3), about: { tried: ['sp_campaigns'] } })
    t.notOk(findingOf('amazon_timeout', facts))
  }
  const unknown = aRequestedReport({ deferralReason: 'region_rate_limited', dueAt: minutesLater(7) })
  t.strictSame(findingOf('throttled', connected({ open: [unknown] }))?.since, minutesLater(7))
})

t.test('S-42 the newest five entries of a report are the evidence for its error', async t => {
  const open = [1, 2, 3, 4, 5, 6].map(() => aFailingReport({ error: 'timeout' }))
  const kinds = ['report_error', 'report_deferred', 'report_failed'] as const
  const timeline = open.map(({ id }, at) =>
    happened({ kind: kinds[at % 3] } as never, { reportId: id, at: minutesLater(-at) }),
  )
  const noise = happened({ kind: 'report_accepted' } as never, { reportId: open[0]?.id ?? null })
  const finding = findingOf(
    'amazon_timeout',
    connected({ open }, { timeline: [noise, ...timeline].reverse() }),
  )
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 5),
  )
  const unsorted = connected({ open: open.toReversed() }, { timeline })
  t.strictSame(
    findingOf('amazon_timeout', unsorted)?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 5),
  )
  const over = failed('timeout')
  const ended = happened({ kind: 'report_failed' } as never, { reportId: over.id })
  t.strictSame(
    findingOf('amazon_timeout', connected({ finished: [over] }, { timeline: [ended] }))?.evidence.map(
      ({ entry }) => entry,
    ),
    [ended],
  )
  const [first] = open
  const foreign = happened({ kind: 'report_error' } as never, { reportId: aRequestedReport().id })
  t.strictSame(
    findingOf('amazon_timeout', connected({ open: first ? [first] : [] }, { timeline: [foreign] }))?.evidence,
    [],
  )
})

t.test('S-42 the sync run of a closed connection is not examined', async t => {
  const loading = aSync({ finished: [failed('refused')] })
  t.strictSame(causesOf(aCase({ connection: aClosedConnection(), loading })), ['disconnected'])
})

t.test('S-42 Amazon is slow once a report takes twice as long as the slow ones of its type', async t => {
  const usual = new Map([['sp_campaigns', { lowSeconds: 60, highSeconds: 90 }]]) as DiagnosisInput['usual']
  const slow = (acceptedAt: Date, its: Partial<DiagnosisInput> = {}) =>
    findingOf(
      'amazon_slow',
      connected({ open: [aGeneratingReport({ acceptedAt, dueAt: minutesLater(1) })] }, its),
    )
  t.notOk(slow(minutesLater(-3), { usual }))
  const finding = slow(minutesLater(-3.1), { usual })
  t.match(finding, { confidence: 'certain', since: minutesLater(-3.1) })
  t.strictSame(finding?.about, {
    regions: ['na'],
    tried: ['sp_campaigns'],
    dueAt: minutesLater(1),
    count: 2,
  })
  t.match(finding?.evidence, [{ at: minutesLater(-3.1), sentence: /up to 2 minutes/ }])
  t.notOk(slow(minutesLater(-10)), 'five minutes are the default')
  t.ok(slow(minutesLater(-10.1)))
})

t.test('S-42 of several slow reports the oldest is shown, and only generating ones count', async t => {
  const old = aGeneratingReport({ acceptedAt: minutesLater(-40), dueAt: minutesLater(4) })
  const older = aGeneratingReport({
    acceptedAt: minutesLater(-50),
    dueAt: minutesLater(5),
    type: 'sb_campaigns',
  })
  const taken = happened({ kind: 'report_accepted' } as never, { reportId: old.id, at: minutesLater(-40) })
  const adopted = happened({ kind: 'report_duplicate_adopted' } as never, {
    reportId: older.id,
    at: minutesLater(-50),
  })
  const noise = happened({ kind: 'report_completed' } as never, { reportId: old.id })
  const facts = connected({ open: [old, older] }, { timeline: [noise, adopted, taken] })
  const finding = findingOf('amazon_slow', facts)
  t.strictSame([finding?.since, finding?.about.dueAt], [minutesLater(-50), minutesLater(5)])
  t.match(finding, {
    about: { tried: ['sp_campaigns', 'sb_campaigns'], count: 5 },
  })
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    [taken, adopted],
  )
  t.match(
    findingOf('amazon_slow', connected({ open: [old] }, { timeline: [adopted] }))?.evidence,
    [{ entry: null }],
    'another report’s entry is not evidence for it',
  )

  const others = [
    aCompletedReport({ acceptedAt: hoursLater(-1) }),
    aGeneratingReport({ acceptedAt: hoursLater(-1), lastError: { error: 'timeout' } }),
  ]
  t.notOk(findingOf('amazon_slow', connected({ open: others })))
})

t.test('S-28 S-42 figure mismatches are shown with their number', async t => {
  const entry = happened({ kind: 'figures_mismatch', count: 3, mismatches: [] })
  const timeline = [happened({ kind: 'erasure_requested' }), entry]
  t.match(findingOf('figures_mismatch', connected({ mismatches: 3 }, { timeline })), {
    since: entry.at,
    about: { count: 3 },
    evidence: [{ entry }],
  })
  const unseen = findingOf('figures_mismatch', connected({ mismatches: 1 }))
  t.match(unseen, { since: null, evidence: [] })
  t.equal(unseen?.evidence.length, 0)
  t.notOk(findingOf('figures_mismatch', connected({}, { timeline })))
})

t.test('S-42 an account without ads is reported once every file is loaded and empty', async t => {
  const empty = aLoadedReport({ rows: 0, loadedAt: hoursLater(-1) })
  const other = aLoadedReport({ rows: 0, loadedAt: hoursLater(-2), type: 'sb_campaigns' })
  t.match(findingOf('no_ad_activity', connected({ finished: [other, empty] })), {
    confidence: 'certain',
    since: null,
    evidence: [{ sentence: / 2 Amazon files/ }],
  })
  t.strictSame(
    findingOf('no_ad_activity', connected({ finished: [other, empty] }))?.evidence.map(({ at }) => at),
    [hoursLater(-1)],
    'the time of the last file',
  )
  const hasNoAdActivity = (its: Partial<SyncProgress>) => causesOf(connected(its)).includes('no_ad_activity')
  t.notOk(hasNoAdActivity({ finished: [empty, aLoadedReport({ type: 'sb_campaigns' })] }))
  t.notOk(hasNoAdActivity({ finished: [empty, aFailedReport({ type: 'sb_campaigns' })] }))
  t.notOk(hasNoAdActivity({ finished: [] }))
  t.notOk(
    hasNoAdActivity({ finished: [empty], open: [aRequestedReport({ type: 'sb_campaigns' })] }),
    'one is pending',
  )
  t.ok(
    hasNoAdActivity({ finished: [empty], open: [aRequestedReport()] }),
    'a newer file of one type changes nothing',
  )
})

t.test('S-42 empty Sponsored Brands reports next to filled Sponsored Products are explained', async t => {
  const rich = aLoadedReport({ loadedAt: hoursLater(-3) })
  const empty = (type: 'sb_campaigns' | 'sd_campaigns' | 'sb_targeting') =>
    aLoadedReport({ type, rows: 0, loadedAt: hoursLater(-1) })
  const productsOf = (its: Partial<SyncProgress>) =>
    findingOf('brand_ads_empty', connected(its))?.about.products
  t.match(findingOf('brand_ads_empty', connected({ finished: [rich, empty('sb_campaigns')] })), {
    confidence: 'likely',
    since: null,
    about: { products: ['SB'] },
    evidence: [{ at: hoursLater(-1), sentence: String }],
  })
  t.strictSame(productsOf({ finished: [rich, empty('sb_campaigns'), empty('sd_campaigns')] }), ['SB', 'SD'])
  t.equal(productsOf({ finished: [rich] }), undefined)
  t.equal(
    productsOf({ finished: [rich, aLoadedReport({ type: 'sb_campaigns' }), empty('sb_targeting')] }),
    undefined,
  )
  const interactive = {
    finished: [rich, empty('sb_campaigns')],
    open: [aRequestedReport({ type: 'sb_targeting' })],
  }
  t.equal(productsOf(interactive), undefined)
  const elsewhere = {
    finished: [rich, empty('sb_campaigns')],
    open: [aRequestedReport({ type: 'sd_campaigns' })],
  }
  t.strictSame(productsOf(elsewhere), ['SB'])
  const products = [aLoadedReport({ rows: 0 }), aLoadedReport({ type: 'sb_campaigns' })]
  t.equal(productsOf({ finished: products }), undefined, 'Sponsored Products need no registered brand')
})

t.test('S-42 a report that Amazon was already generating is shown for this sync run only', async t => {
  const report = aLoadedReport()
  const open = aGeneratingReport()
  const adopted = (its: { id: typeof report.id }, minutes: number) =>
    happened({ kind: 'report_duplicate_adopted' } as never, { reportId: its.id, at: minutesLater(-minutes) })
  const interactiveSync = { requestedAt: hoursLater(-1), reports: [report] }
  const timeline = [adopted(open, 1), adopted(report, 2), adopted(aLoadedReport(), 3)]
  const finding = findingOf('duplicate_adopted', connected({ interactiveSync, open: [open] }, { timeline }))
  t.match(finding, { since: minutesLater(-1), about: { count: 2 } })
  t.strictSame(
    finding?.evidence.map(({ entry }) => entry),
    timeline.slice(0, 2),
  )
  t.notOk(findingOf('duplicate_adopted', connected({}, { timeline })))
  const accepted = happened({ kind: 'report_accepted' } as never, { reportId: report.id })
  t.notOk(findingOf('duplicate_adopted', connected({ interactiveSync }, { timeline: [accepted] })))
  const loose = happened({ kind: 'report_duplicate_adopted' } as never)
  t.notOk(findingOf('duplicate_adopted', connected({ interactiveSync }, { timeline: [loose] })))

  const many = [1, 2, 3, 4, 5, 6].map(minutes => adopted(report, minutes))
  const long = findingOf('duplicate_adopted', connected({ interactiveSync }, { timeline: many }))
  t.equal(long?.about.count, 6)
  t.equal(long?.evidence.length, 5)
})
