import t from 'tap'
import { latencyBucketOf, latencyBuckets } from '../../../src/domain/ingestion/call-latency.ts'

t.test('S-45 a call is counted in the bucket of its duration, the longest in the last bucket', async t => {
  t.strictSame(
    [0, 100, 101, 60_000, 60_001, 3_600_000].map(latencyBucketOf),
    [100, 100, 250, 60_000, 60_000, 60_000],
  )
  t.strictSame(latencyBuckets.map(latencyBucketOf), latencyBuckets)
})
