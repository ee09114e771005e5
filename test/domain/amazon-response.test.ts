import t from 'tap'
import { clockSkewSeconds } from '../../src/domain/amazon-response.ts'
import { minutesLater, noon } from '../support/examples.ts'

t.test('S-42 a clock difference of a minute or more is reported in whole seconds', async t => {
  const skews = [1, -1, 59.4 / 60, 10.01].map(minutes => clockSkewSeconds(minutesLater(minutes), noon))
  t.strictSame(skews, [60, -60, null, 601])
  t.equal(clockSkewSeconds(null, noon), null)
})
