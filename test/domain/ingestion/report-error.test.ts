import t from 'tap'
import {
  decideRetry,
  failureMessages,
  failureReason,
  isInternal,
  type ReportError,
} from '../../../src/domain/ingestion/report-error.ts'
import { randomNumbers } from '../../support/seed.ts'

/** One of each kind; the compiler misses none. */
const examples: { readonly [Kind in ReportError['error']]: Extract<ReportError, { error: Kind }> } = {
  throttled: { error: 'throttled', retryAfterSeconds: null },
  unreachable: { error: 'unreachable', httpStatus: 503 },
  timeout: { error: 'timeout' },
  answer_unreadable: { error: 'answer_unreadable', detail: 'not JSON' },
  token_refused: { error: 'token_refused' },
  rights_lost: { error: 'rights_lost' },
  grant_gone: { error: 'grant_gone' },
  forbidden: { error: 'forbidden', detail: 'HTTP 403 Forbidden' },
  account_unknown: { error: 'account_unknown', detail: 'Invalid Advertiser or Marketplace ID.' },
  our_client: { error: 'our_client', detail: 'clientId does not match token' },
  our_request: { error: 'our_request', httpStatus: 400, detail: 'invalid values' },
  refused: { error: 'refused', httpStatus: 409, detail: 'a conflict' },
  foreign_duplicate: { error: 'foreign_duplicate' },
  report_gone: { error: 'report_gone' },
  failed_at_amazon: { error: 'failed_at_amazon', detail: 'Amazon could not' },
  never_finished: { error: 'never_finished' },
  our_defect: { error: 'our_defect', detail: 'TypeError' },
  address_expired: { error: 'address_expired' },
  address_elsewhere: { error: 'address_elsewhere', detail: 'reports are not fetched from x' },
  file_refused: { error: 'file_refused', httpStatus: 400, detail: '' },
  file_unreadable: { error: 'file_unreadable', detail: 'half a body' },
}

const again = ['throttled', 'unreachable', 'timeout', 'token_refused', 'foreign_duplicate'] as const
const alsoAgain = [
  'address_expired',
  'file_refused',
  'file_unreadable',
  'answer_unreadable',
  'our_client',
  'our_defect',
  'address_elsewhere',
] as const
const refreshOnce = ['report_gone', 'failed_at_amazon', 'never_finished'] as const

/** Requested once, no errors yet. */
const fresh = { lastError: null, consecutiveErrors: 0, totalErrors: 0, orders: 1 }

/** The waits in seconds until it fails. */
function waitsOf(error: ReportError, random = 0): number[] {
  const waits: number[] = []
  for (let count = 0; count < 100; count += 1) {
    const isAnew = waits.length > 0 && decideRetry(error, fresh, 0).decision === 'request_again'
    // After a new report request, earlier errors no longer count.
    const met = isAnew
      ? { ...fresh, orders: 1 + count }
      : { lastError: error, consecutiveErrors: count, totalErrors: count, orders: 1 }
    const decision = decideRetry(error, met, random)
    if (!('inSeconds' in decision)) return waits
    waits.push(decision.inSeconds)
  }
  return waits
}

t.test('S-24 a transient error at Amazon is retried', async t => {
  for (const kind of [...again, ...alsoAgain]) {
    t.equal(decideRetry(examples[kind], fresh, 0).decision, 'again', kind)
  }
})

t.test('S-24 a report that Amazon lost or could not create is requested again', async t => {
  for (const kind of refreshOnce)
    t.equal(decideRetry(examples[kind], fresh, 0).decision, 'request_again', kind)
})

t.test('S-24 a request that Amazon rejects with a reason fails without a retry', async t => {
  for (const kind of ['refused', 'our_request', 'forbidden', 'account_unknown'] as const) {
    t.strictSame(decideRetry(examples[kind], fresh, 0), { decision: 'fail' }, kind)
  }
})

t.test('S-26 a revoked grant or lost rights end the authorisation', async t => {
  t.strictSame(decideRetry(examples.grant_gone, fresh, 0), {
    decision: 'lose_authorisation',
    why: 'grant_gone',
  })
  t.strictSame(decideRetry(examples.rights_lost, fresh, 0), {
    decision: 'lose_authorisation',
    why: 'profile_rights_lost',
  })
})

t.test('S-24 each error type is retried with its planned waits and then fails', async t => {
  t.strictSame(waitsOf(examples.throttled), [60, 120, 240, 480, 900, 900, 900])
  t.strictSame(waitsOf(examples.unreachable), [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300])
  t.strictSame(waitsOf(examples.timeout), waitsOf(examples.unreachable))
  t.strictSame(waitsOf(examples.token_refused), [5, 10, 20, 40])
  t.strictSame(waitsOf(examples.answer_unreadable), [5, 10, 20, 40, 80, 160, 300, 300])
  t.strictSame(waitsOf(examples.our_client), [60, 120, 240, 480, 960, 1800, 1800])
  t.strictSame(waitsOf(examples.address_elsewhere), waitsOf(examples.our_client))
  t.strictSame(waitsOf(examples.file_refused), [1, 2, 4, 8, 16])
  t.strictSame(waitsOf(examples.foreign_duplicate), [60, 60, 60, 60])
  t.strictSame(waitsOf(examples.address_expired), [1, 2, 4, 8, 16])
  t.strictSame(waitsOf(examples.file_unreadable), [2, 4, 8, 16])
  t.strictSame(waitsOf(examples.our_defect), [5, 10, 20, 40, 80])
  t.strictSame(waitsOf(examples.report_gone), [1, 1])
  t.strictSame(waitsOf(examples.failed_at_amazon), [30, 30])
  t.strictSame(waitsOf(examples.never_finished), [1])
})

t.test('S-24 throttling is retried with waits of minutes, about an hour in total', async t => {
  const waits = waitsOf(examples.throttled)

  t.ok(waits.every(wait => wait >= 60))
  t.equal(
    waits.reduce((sum, wait) => sum + wait, 0),
    3600,
  )
})

t.test('S-24 a wait that Amazon names is respected and never shortened', async t => {
  const named = (retryAfterSeconds: number, random: number) =>
    decideRetry({ error: 'throttled', retryAfterSeconds }, fresh, random)
  const sixth = { ...fresh, lastError: examples.throttled, consecutiveErrors: 6, totalErrors: 6 }

  t.strictSame(named(7, 0), { decision: 'again', inSeconds: 7 })
  t.match(named(1800, 0.99), { inSeconds: 1800 * (1 + 0.99 / 5) })
  t.match(named(0, 0), { inSeconds: 5 }, 'not so short that all retries are used at once')
  t.match(decideRetry({ error: 'throttled', retryAfterSeconds: 0 }, sixth, 0), { inSeconds: 320 })
  t.match(named(8_640_000_000_000, 0), { inSeconds: 3600 }, 'at most an hour')
})

t.test('S-24 waits vary by at most a fifth and are never shorter than planned', async t => {
  const random = randomNumbers(24)
  for (const error of Object.values(examples)) {
    for (let round = 0; round < 200; round += 1) {
      const plain = waitsOf(error)
      const spread = waitsOf(error, random())
      const isRight = plain.every((wait, index) => {
        const actual = spread[index] ?? -1
        return actual >= wait && actual <= wait * 1.2
      })
      if (!isRight || plain.length !== spread.length) t.fail(`${error.error}: ${plain} became ${spread}`)
    }
  }
  const [one, other] = [waitsOf(examples.throttled, 0.1), waitsOf(examples.throttled, 0.9)]
  t.not(one[0], other[0], 'the waits do vary')
})

t.test('S-24 our own errors are distinguished from those of Amazon or a seller', async t => {
  const ours = Object.values(examples).filter(isInternal)
  t.strictSame(ours.map(({ error }) => error).sort(), [
    'address_elsewhere',
    'our_client',
    'our_defect',
    'our_request',
  ])
})

t.test('S-24 a report is requested at most three times, or twice if it never finishes', async t => {
  for (const kind of refreshOnce) {
    const most = kind === 'never_finished' ? 2 : 3
    t.equal(decideRetry(examples[kind], { ...fresh, orders: most - 1 }, 0).decision, 'request_again', kind)
    t.equal(decideRetry(examples[kind], { ...fresh, orders: most }, 0).decision, 'fail', kind)
  }
})

t.test('S-24 a report that is lost before it was ever requested also fails in the end', async t => {
  const unordered = { lastError: examples.report_gone, consecutiveErrors: 2, totalErrors: 2, orders: 0 }

  t.equal(
    decideRetry(examples.report_gone, { ...unordered, consecutiveErrors: 1 }, 0).decision,
    'request_again',
  )
  t.equal(decideRetry(examples.report_gone, unordered, 0).decision, 'fail')
})

t.test('S-24 retrying a step does not count as a report request', async t => {
  t.equal(decideRetry(examples.timeout, { ...fresh, orders: 99 }, 0).decision, 'again')
})

t.test('S-24 an error is retried as often as its own policy allows, regardless of earlier ones', async t => {
  const seven = { ...fresh, lastError: examples.unreachable, consecutiveErrors: 7, totalErrors: 7 }

  t.strictSame(decideRetry(examples.throttled, seven, 0), { decision: 'again', inSeconds: 60 })
  t.strictSame(decideRetry(examples.failed_at_amazon, seven, 0), { decision: 'request_again', inSeconds: 30 })
  t.strictSame(decideRetry(examples.never_finished, seven, 0), { decision: 'request_again', inSeconds: 1 })
  t.strictSame(decideRetry(examples.unreachable, seven, 0), { decision: 'again', inSeconds: 256 })
})

t.test('S-24 alternating errors also reach a limit', async t => {
  const met = { ...fresh, lastError: examples.timeout, consecutiveErrors: 1 }

  t.equal(decideRetry(examples.throttled, { ...met, totalErrors: 23 }, 0).decision, 'again')
  for (const kind of [...again, ...alsoAgain, ...refreshOnce])
    t.equal(decideRetry(examples[kind], { ...met, totalErrors: 24 }, 0).decision, 'fail', kind)
})

t.test('S-24 the failure reason keeps Amazon’s words if there are any', async t => {
  t.strictSame(failureReason(examples.refused), { error: 'refused', detail: '409: a conflict' })
  t.strictSame(failureReason(examples.file_refused), { error: 'file_refused', detail: '400' })
  t.strictSame(failureReason(examples.timeout), { error: 'timeout', detail: null })
  const traced = { requestId: 'amzn-request-1', skewSeconds: -90 }
  t.strictSame(failureReason({ ...examples.timeout, ...traced }), {
    error: 'timeout',
    detail: null,
    ...traced,
  })
})

t.test('S-24 every way in which a report can fail has one plain sentence for sellers', async t => {
  const kinds = [...Object.keys(examples), 'connection_closed', 'cancelled'].sort()

  t.strictSame(Object.keys(failureMessages).sort(), kinds)
  for (const [kind, sentence] of Object.entries(failureMessages)) {
    t.match(sentence, /^[A-Z].*\.$/, kind)
    t.notMatch(sentence, /\d{3}|[_{}<>]|undefined|null/, kind)
  }
})
