import t from 'tap'
import { formatNumber, median, quantile, ratioOf } from '../../bench/measures.ts'
import { boundOf, minPolls } from '../../bench/wait/detection-lag.ts'

const lag = { share: 0.15, seconds: 5, earliest: 0 }

t.test('the minimum is one poll per five seconds, then one each time the age grows by 15%', async t => {
  t.strictSame(
    [1, 5, 6, 10, 30, 33].map(age => minPolls(lag, age)),
    [1, 1, 2, 2, 6, 7],
  )
  t.equal(minPolls({ ...lag, earliest: 20 }, 30), 2, 'no poll before the earliest event can be late')
  for (const age of [60, 600, 3600, 10_800]) {
    const formula = lag.share ** -1 + Math.log((age * lag.share) / lag.seconds) / Math.log(1 + lag.share)
    t.ok(Math.abs(minPolls(lag, age) - formula) <= 1.5, `${minPolls(lag, age)} for ${age} s`)
  }
})

t.test('one poll fewer would notice a change too late', async t => {
  const polls = minPolls(lag, 3600)
  let age = 0
  for (let poll = 1; poll < polls; poll += 1) age += boundOf(lag, age)
  t.ok(age < 3600, 'the widest steps do not reach the end')
})

t.test('quantiles are interpolated between the values', async t => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1]), 2.5)
  t.equal(quantile([0, 10, 20, 30, 40], 0.95), 38)
  t.throws(() => quantile([], 0.5), RangeError)
})

t.test('a higher ratio is better', async t => {
  const measure = { name: 'x', unit: 's', referenceName: 'y', target: null }
  t.equal(ratioOf({ ...measure, ours: 2, reference: 10 }), 5)
})

t.test('figures show three digits, and large numbers show all digits before the decimal point', async t => {
  t.strictSame([0.33333, 5.678, 56.78, 567.8, 2349.04].map(formatNumber), [
    '0.333',
    '5.68',
    '56.8',
    '568',
    '2,349',
  ])
})
