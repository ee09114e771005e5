import t from 'tap'
import {
  failureSentences,
  isOurs,
  type ReportTrouble,
  reasonOf,
  remedyFor,
} from '../../../src/domain/ingestion/trouble.ts'
import { randomNumbers } from '../../support/seed.ts'

/** One of each kind; the compiler misses none. */
const examples: { readonly [Kind in ReportTrouble['trouble']]: Extract<ReportTrouble, { trouble: Kind }> } = {
  throttled: { trouble: 'throttled', retryAfterSeconds: null },
  unreachable: { trouble: 'unreachable', httpStatus: 503 },
  timeout: { trouble: 'timeout' },
  answer_unreadable: { trouble: 'answer_unreadable', detail: 'not JSON' },
  token_refused: { trouble: 'token_refused' },
  rights_lost: { trouble: 'rights_lost' },
  grant_gone: { trouble: 'grant_gone' },
  forbidden: { trouble: 'forbidden', detail: 'HTTP 403 Forbidden' },
  account_unknown: { trouble: 'account_unknown', detail: 'Invalid Advertiser or Marketplace ID.' },
  our_client: { trouble: 'our_client', detail: 'clientId does not match token' },
  our_request: { trouble: 'our_request', httpStatus: 400, detail: 'invalid values' },
  refused: { trouble: 'refused', httpStatus: 409, detail: 'a conflict' },
  foreign_duplicate: { trouble: 'foreign_duplicate' },
  report_gone: { trouble: 'report_gone' },
  failed_at_amazon: { trouble: 'failed_at_amazon', detail: 'Amazon could not' },
  never_finished: { trouble: 'never_finished' },
  our_defect: { trouble: 'our_defect', detail: 'TypeError' },
  address_expired: { trouble: 'address_expired' },
  address_elsewhere: { trouble: 'address_elsewhere', detail: 'reports are not fetched from x' },
  file_refused: { trouble: 'file_refused', httpStatus: 400, detail: '' },
  file_unreadable: { trouble: 'file_unreadable', detail: 'half a body' },
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
const anew = ['report_gone', 'failed_at_amazon', 'never_finished'] as const

/** Requested once, no errors yet. */
const fresh = { lastTrouble: null, troubles: 0, troublesInAll: 0, orders: 1 }

/** The waits in seconds until it fails. */
function waitsOf(trouble: ReportTrouble, chance = 0): number[] {
  const waits: number[] = []
  for (let count = 0; count < 100; count += 1) {
    const isAnew = waits.length > 0 && remedyFor(trouble, fresh, 0).remedy === 'order_anew'
    // After a new report request, earlier errors no longer count.
    const met = isAnew
      ? { ...fresh, orders: 1 + count }
      : { lastTrouble: trouble, troubles: count, troublesInAll: count, orders: 1 }
    const remedy = remedyFor(trouble, met, chance)
    if (!('inSeconds' in remedy)) return waits
    waits.push(remedy.inSeconds)
  }
  return waits
}

t.test('S-24 a transient error at Amazon is retried', async t => {
  for (const kind of [...again, ...alsoAgain]) {
    t.equal(remedyFor(examples[kind], fresh, 0).remedy, 'again', kind)
  }
})

t.test('S-24 a report that Amazon lost or could not create is requested again', async t => {
  for (const kind of anew) t.equal(remedyFor(examples[kind], fresh, 0).remedy, 'order_anew', kind)
})

t.test('S-24 a request that Amazon rejects with a reason fails without a retry', async t => {
  for (const kind of ['refused', 'our_request', 'forbidden', 'account_unknown'] as const) {
    t.strictSame(remedyFor(examples[kind], fresh, 0), { remedy: 'give_up' }, kind)
  }
})

t.test('S-26 a revoked grant or lost rights end the authorisation', async t => {
  t.strictSame(remedyFor(examples.grant_gone, fresh, 0), { remedy: 'lose_authorisation', why: 'grant_gone' })
  t.strictSame(remedyFor(examples.rights_lost, fresh, 0), {
    remedy: 'lose_authorisation',
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
  const named = (retryAfterSeconds: number, chance: number) =>
    remedyFor({ trouble: 'throttled', retryAfterSeconds }, fresh, chance)
  const sixth = { ...fresh, lastTrouble: examples.throttled, troubles: 6, troublesInAll: 6 }

  t.strictSame(named(7, 0), { remedy: 'again', inSeconds: 7 })
  t.match(named(1800, 0.99), { inSeconds: 1800 * (1 + 0.99 / 5) })
  t.match(named(0, 0), { inSeconds: 5 }, 'not so short that all retries are used at once')
  t.match(remedyFor({ trouble: 'throttled', retryAfterSeconds: 0 }, sixth, 0), { inSeconds: 320 })
  t.match(named(8_640_000_000_000, 0), { inSeconds: 3600 }, 'at most an hour')
})

t.test('S-24 waits vary by at most a fifth and are never shorter than planned', async t => {
  const dice = randomNumbers(24)
  for (const trouble of Object.values(examples)) {
    for (let round = 0; round < 200; round += 1) {
      const plain = waitsOf(trouble)
      const spread = waitsOf(trouble, dice())
      const isRight = plain.every((wait, index) => {
        const actual = spread[index] ?? -1
        return actual >= wait && actual <= wait * 1.2
      })
      if (!isRight || plain.length !== spread.length) t.fail(`${trouble.trouble}: ${plain} became ${spread}`)
    }
  }
  const [one, other] = [waitsOf(examples.throttled, 0.1), waitsOf(examples.throttled, 0.9)]
  t.not(one[0], other[0], 'the waits do vary')
})

t.test('S-24 our own errors are distinguished from those of Amazon or a seller', async t => {
  const ours = Object.values(examples).filter(isOurs)
  t.strictSame(ours.map(({ trouble }) => trouble).sort(), [
    'address_elsewhere',
    'our_client',
    'our_defect',
    'our_request',
  ])
})

t.test('S-24 a report is requested at most three times, or twice if it never finishes', async t => {
  for (const kind of anew) {
    const most = kind === 'never_finished' ? 2 : 3
    t.equal(remedyFor(examples[kind], { ...fresh, orders: most - 1 }, 0).remedy, 'order_anew', kind)
    t.equal(remedyFor(examples[kind], { ...fresh, orders: most }, 0).remedy, 'give_up', kind)
  }
})

t.test('S-24 a report that is lost before it was ever requested also fails in the end', async t => {
  const unordered = { lastTrouble: examples.report_gone, troubles: 2, troublesInAll: 2, orders: 0 }

  t.equal(remedyFor(examples.report_gone, { ...unordered, troubles: 1 }, 0).remedy, 'order_anew')
  t.equal(remedyFor(examples.report_gone, unordered, 0).remedy, 'give_up')
})

t.test('S-24 retrying a step does not count as a report request', async t => {
  t.equal(remedyFor(examples.timeout, { ...fresh, orders: 99 }, 0).remedy, 'again')
})

t.test('S-24 an error is retried as often as its own policy allows, regardless of earlier ones', async t => {
  const seven = { ...fresh, lastTrouble: examples.unreachable, troubles: 7, troublesInAll: 7 }

  t.strictSame(remedyFor(examples.throttled, seven, 0), { remedy: 'again', inSeconds: 60 })
  t.strictSame(remedyFor(examples.failed_at_amazon, seven, 0), { remedy: 'order_anew', inSeconds: 30 })
  t.strictSame(remedyFor(examples.never_finished, seven, 0), { remedy: 'order_anew', inSeconds: 1 })
  t.strictSame(remedyFor(examples.unreachable, seven, 0), { remedy: 'again', inSeconds: 256 })
})

t.test('S-24 alternating errors also reach a limit', async t => {
  const met = { ...fresh, lastTrouble: examples.timeout, troubles: 1 }

  t.equal(remedyFor(examples.throttled, { ...met, troublesInAll: 23 }, 0).remedy, 'again')
  for (const kind of [...again, ...alsoAgain, ...anew])
    t.equal(remedyFor(examples[kind], { ...met, troublesInAll: 24 }, 0).remedy, 'give_up', kind)
})

t.test('S-24 the failure reason keeps Amazon’s words if there are any', async t => {
  t.strictSame(reasonOf(examples.refused), { trouble: 'refused', detail: '409: a conflict' })
  t.strictSame(reasonOf(examples.file_refused), { trouble: 'file_refused', detail: '400' })
  t.strictSame(reasonOf(examples.timeout), { trouble: 'timeout', detail: null })
  const traced = { requestId: 'amzn-request-1', skewSeconds: -90 }
  t.strictSame(reasonOf({ ...examples.timeout, ...traced }), { trouble: 'timeout', detail: null, ...traced })
})

t.test('S-24 every way in which a report can fail has one plain sentence for sellers', async t => {
  const kinds = [...Object.keys(examples), 'connection_closed', 'cancelled'].sort()

  t.strictSame(Object.keys(failureSentences).sort(), kinds)
  for (const [kind, sentence] of Object.entries(failureSentences)) {
    t.match(sentence, /^[A-Z].*\.$/, kind)
    t.notMatch(sentence, /\d{3}|[_{}<>]|undefined|null/, kind)
  }
})
