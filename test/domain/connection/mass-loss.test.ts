import t from 'tap'
import { isMassLoss } from '../../../src/domain/connection/mass-loss.ts'

t.test('S-26 a few who revoke at once are sellers, many are a fault of ours', async t => {
  for (const [lost, active, isOurs] of [
    [0, 0, false],
    [4, 0, false],
    [5, 0, true],
    [5, 20, true],
    [5, 21, false],
    [99, 9901, false],
    [100, 9900, true],
    [999, 999_001, false],
    [1000, 999_000, true],
  ] as const) {
    t.equal(isMassLoss({ lost, active }), isOurs, `${lost} of ${lost + active}`)
  }
})
