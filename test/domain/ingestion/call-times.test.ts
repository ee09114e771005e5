import t from 'tap'
import { callSteps, stepOf } from '../../../src/domain/ingestion/call-times.ts'

t.test('S-45 a call counts where it was over, and what took longest in the last step', async t => {
  t.strictSame([0, 100, 101, 60_000, 60_001, 3_600_000].map(stepOf), [100, 100, 250, 60_000, 60_000, 60_000])
  t.strictSame(callSteps.map(stepOf), callSteps)
})
