import t from 'tap'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import {
  decideRetry,
  failureReason,
  isInternal,
  type ReportError,
} from '../../../src/domain/ingestion/report-error.ts'
import { randomNumbers } from '../../support/seed.ts'

/** One error of each kind; the compiler enforces completeness. */
const examples: { readonly [Kind in ReportError['error']]: Extract<ReportError, { error: Kind }> } = {
  throttled: { error: 'throttled', retryAfterSeconds: null },
  unreachable: { error: 'unreachable', httpStatus: 503 },
  timeout: { error: 'timeout' },
  invalid_response: { error: 'invalid_response', detail: 'not JSON' },
  token_rejected: { error: 'token_rejected' },
  profile_access_lost: { error: 'profile_access_lost' },
  profile_access_unconfirmed: { error: 'profile_access_unconfirmed', detail: 'no answer' },
  grant_revoked: { error: 'grant_revoked' },
  forbidden: { error: 'forbidden', detail: 'HTTP 403 Forbidden' },
  account_unknown: { error: 'account_unknown', detail: 'Invalid Advertiser or Marketplace ID.' },
  client_rejected: { error: 'client_rejected', detail: 'clientId does not match token' },
  request_rejected: { error: 'request_rejected', httpStatus: 400, detail: 'invalid values' },
  refused: { error: 'refused', httpStatus: 409, detail: 'a conflict' },
  duplicate_mismatch: { error: 'duplicate_mismatch' },
  report_lost: { error: 'report_lost' },
  failed_at_amazon: { error: 'failed_at_amazon', detail: 'Amazon could not' },
  never_finished: { error: 'never_finished' },
  internal_error: { error: 'internal_error', detail: 'TypeError' },
  download_url_expired: { error: 'download_url_expired' },
  download_host_untrusted: { error: 'download_host_untrusted', detail: 'x is not an allowed host' },
  download_rejected: { error: 'download_rejected', httpStatus: 400, detail: '' },
  file_corrupt: { error: 'file_corrupt', detail: 'half a body' },
  file_too_large: { error: 'file_too_large', detail: 'a gzip bomb' },
  file_unconfirmed: {
    error: 'file_unconfirmed',
    detail: '0 of 9 rows',
    file: { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 },
  },
}

const retriedKinds = [
  'throttled',
  'unreachable',
  'timeout',
  'token_rejected',
  'profile_access_unconfirmed',
  'duplicate_mismatch',
  'download_url_expired',
  'download_rejected',
  'file_corrupt',
  'invalid_response',
  'client_rejected',
  'internal_error',
  'download_host_untrusted',
] as const
const requestedAgainKinds = ['report_lost', 'failed_at_amazon', 'never_finished', 'file_unconfirmed'] as const

/** Requested once, no errors yet. */
const fresh = { lastError: null, consecutiveErrors: 0, totalErrors: 0, requestCount: 1 }

/** Returns the waits in seconds between retries until the report fails. */
function waitsOf(error: ReportError, random = 0): number[] {
  const waits: number[] = []
  for (let count = 0; count < 100; count += 1) {
    const isRequestedAgain = waits.length > 0 && decideRetry(error, fresh, 0).decision === 'request_again'
    // After a new report request, earlier errors no longer count.
    const state = isRequestedAgain
      ? { ...fresh, requestCount: 1 + count }
      : { lastError: error, consecutiveErrors: count, totalErrors: count, requestCount: 1 }
    const decision = decideRetry(error, state, random)
    if (!('inSeconds' in decision)) return waits
    waits.push(decision.inSeconds)
  }
  return waits
}

t.test('S-24 a transient error at Amazon is retried', async t => {
  for (const kind of retriedKinds) {
    t.equal(decideRetry(examples[kind], fresh, 0).decision, 'retry', kind)
  }
})

t.test('S-24 a report that Amazon lost or could not create is requested again', async t => {
  for (const kind of requestedAgainKinds)
    t.equal(decideRetry(examples[kind], fresh, 0).decision, 'request_again', kind)
})

t.test('S-24 a rejected request and a file beyond our limits fail without a retry', async t => {
  for (const kind of [
    'refused',
    'request_rejected',
    'forbidden',
    'account_unknown',
    'file_too_large',
  ] as const)
    t.strictSame(decideRetry(examples[kind], fresh, 0), { decision: 'fail' }, kind)
})

t.test('S-26 a revoked grant or lost rights end the authorisation', async t => {
  t.strictSame(decideRetry(examples.grant_revoked, fresh, 0), {
    decision: 'lose_authorisation',
    why: 'grant_revoked',
  })
  t.strictSame(decideRetry(examples.profile_access_lost, fresh, 0), {
    decision: 'lose_authorisation',
    why: 'profile_access_lost',
  })
})

t.test('S-24 each error type is retried with its planned waits and then fails', async t => {
  t.strictSame(waitsOf(examples.unreachable), [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300])
  t.strictSame(waitsOf(examples.timeout), waitsOf(examples.unreachable))
  t.strictSame(waitsOf(examples.token_rejected), [5, 10, 20, 40])
  t.strictSame(waitsOf(examples.invalid_response), [5, 10, 20, 40, 80, 160, 300, 300])
  t.strictSame(waitsOf(examples.client_rejected), [60, 120, 240, 480, 960, 1800, 1800])
  t.strictSame(waitsOf(examples.download_host_untrusted), waitsOf(examples.client_rejected))
  t.strictSame(waitsOf(examples.download_rejected), [1, 2, 4, 8, 16])
  t.strictSame(waitsOf(examples.duplicate_mismatch), [60, 60, 60, 60])
  t.strictSame(waitsOf(examples.download_url_expired), [1, 2, 4, 8, 16])
  t.strictSame(waitsOf(examples.file_corrupt), [2, 4, 8, 16])
  t.strictSame(waitsOf(examples.internal_error), [5, 10, 20, 40, 80])
  t.strictSame(waitsOf(examples.profile_access_unconfirmed), [300, 600, 1200, 2400, 3600, 3600, 3600])
  t.strictSame(waitsOf(examples.report_lost), [1, 1])
  t.strictSame(waitsOf(examples.failed_at_amazon), [30, 30])
  t.strictSame(waitsOf(examples.never_finished), [1])
  t.strictSame(waitsOf(examples.file_unconfirmed), [900, 900, 900, 900])
})

t.test('S-24 throttling is retried from a minute on, at least hourly for 20 hours', async t => {
  const [planned, latest] = [waitsOf(examples.throttled), waitsOf(examples.throttled, 0.999)]
  const hoursOf = (waits: readonly number[]) => waits.reduce((sum, wait) => sum + wait, 0) / 3600

  t.strictSame(planned.slice(0, 7), [60, 120, 240, 480, 960, 1920, 3000])
  t.ok(planned.every(wait => wait >= 60))
  t.ok(latest.every(wait => wait <= 3600))
  t.ok(hoursOf(planned) > 20)
  t.ok(hoursOf(latest) < 24.5, 'hardly later than the next daily sync')
})

t.test('S-24 a wait that Amazon names is respected and never shortened', async t => {
  const decideWith = (retryAfterSeconds: number, random: number) =>
    decideRetry({ error: 'throttled', retryAfterSeconds }, fresh, random)
  const sixErrors = { ...fresh, lastError: examples.throttled, consecutiveErrors: 6, totalErrors: 6 }

  t.strictSame(decideWith(7, 0), { decision: 'retry', inSeconds: 7 })
  t.match(decideWith(1800, 0.99), { inSeconds: 1800 * (1 + 0.99 / 5) })
  t.match(decideWith(0, 0), { inSeconds: 5 }, 'not so short that all retries are used at once')
  t.match(decideRetry({ error: 'throttled', retryAfterSeconds: 0 }, sixErrors, 0), { inSeconds: 320 })
  t.match(decideWith(8_640_000_000_000, 0), { inSeconds: 3600 }, 'at most an hour')
})

t.test('S-24 waits vary by at most a fifth and are never shorter than planned', async t => {
  const random = randomNumbers(24)
  for (const error of Object.values(examples)) {
    for (let round = 0; round < 200; round += 1) {
      const planned = waitsOf(error)
      const varied = waitsOf(error, random())
      const isInRange = planned.every((wait, index) => {
        const actual = varied[index] ?? -1
        return actual >= wait && actual <= wait * 1.2
      })
      if (!isInRange || planned.length !== varied.length)
        t.fail(`${error.error}: ${planned} became ${varied}`)
    }
  }
  const [lower, higher] = [waitsOf(examples.throttled, 0.1), waitsOf(examples.throttled, 0.9)]
  t.not(lower[0], higher[0], 'the waits do vary')
})

t.test('S-24 our own errors are distinguished from those of Amazon or a seller', async t => {
  const internalErrors = Object.values(examples).filter(isInternal)
  t.strictSame(internalErrors.map(({ error }) => error).sort(), [
    'client_rejected',
    'download_host_untrusted',
    'internal_error',
    'request_rejected',
  ])
})

t.test('S-24 each error has a maximum of requests for its report', async t => {
  const maxima = { report_lost: 3, failed_at_amazon: 3, never_finished: 2, file_unconfirmed: 5 }
  for (const kind of requestedAgainKinds) {
    const maxRequests = maxima[kind]
    t.equal(
      decideRetry(examples[kind], { ...fresh, requestCount: maxRequests - 1 }, 0).decision,
      'request_again',
      kind,
    )
    t.equal(decideRetry(examples[kind], { ...fresh, requestCount: maxRequests }, 0).decision, 'fail', kind)
  }
})

t.test('S-24 a report that is lost before it was ever requested also fails in the end', async t => {
  const neverRequested = {
    lastError: examples.report_lost,
    consecutiveErrors: 2,
    totalErrors: 2,
    requestCount: 0,
  }

  t.equal(
    decideRetry(examples.report_lost, { ...neverRequested, consecutiveErrors: 1 }, 0).decision,
    'request_again',
  )
  t.equal(decideRetry(examples.report_lost, neverRequested, 0).decision, 'fail')
})

t.test('S-24 retrying a step does not count as a report request', async t => {
  t.equal(decideRetry(examples.timeout, { ...fresh, requestCount: 99 }, 0).decision, 'retry')
})

t.test('S-24 an error is retried as often as its own policy allows, regardless of earlier ones', async t => {
  const sevenErrors = { ...fresh, lastError: examples.unreachable, consecutiveErrors: 7, totalErrors: 7 }

  t.strictSame(decideRetry(examples.throttled, sevenErrors, 0), { decision: 'retry', inSeconds: 60 })
  t.strictSame(decideRetry(examples.failed_at_amazon, sevenErrors, 0), {
    decision: 'request_again',
    inSeconds: 30,
  })
  t.strictSame(decideRetry(examples.never_finished, sevenErrors, 0), {
    decision: 'request_again',
    inSeconds: 1,
  })
  t.strictSame(decideRetry(examples.unreachable, sevenErrors, 0), { decision: 'retry', inSeconds: 256 })
})

t.test('S-24 alternating errors also reach a limit', async t => {
  const earlier = { ...fresh, lastError: examples.timeout, consecutiveErrors: 1 }

  t.equal(decideRetry(examples.throttled, { ...earlier, totalErrors: 39 }, 0).decision, 'retry')
  for (const kind of [...retriedKinds, ...requestedAgainKinds])
    t.equal(decideRetry(examples[kind], { ...earlier, totalErrors: 40 }, 0).decision, 'fail', kind)
})

t.test('S-24 the failure reason keeps Amazon’s words if there are any', async t => {
  t.strictSame(failureReason(examples.refused), { error: 'refused', detail: '409: a conflict' })
  t.strictSame(failureReason(examples.download_rejected), { error: 'download_rejected', detail: '400' })
  t.strictSame(failureReason(examples.timeout), { error: 'timeout', detail: null })
  const trace = { requestId: 'amzn-request-1', skewSeconds: -90 }
  t.strictSame(failureReason({ ...examples.timeout, ...trace }), {
    error: 'timeout',
    detail: null,
    ...trace,
  })
})
