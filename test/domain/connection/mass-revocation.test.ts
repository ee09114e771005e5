import t from 'tap'
import { isMassRevocation } from '../../../src/domain/connection/mass-revocation.ts'

t.test('S-26 after four revoked grants in a row, the next one is treated as our fault', async t => {
  t.strictSame([0, 1, 3, 4, 5, 1000].map(isMassRevocation), [false, false, false, true, true, true])
})
