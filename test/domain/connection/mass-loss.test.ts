import t from 'tap'
import { isMassLoss } from '../../../src/domain/connection/mass-loss.ts'

t.test('S-26 four grants in a row are believed to be revoked, the fifth is a fault of ours', async t => {
  t.strictSame([0, 1, 3, 4, 5, 1000].map(isMassLoss), [false, false, false, true, true, true])
})
