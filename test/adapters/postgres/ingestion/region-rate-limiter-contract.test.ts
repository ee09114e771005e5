import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { PostgresRegionRateLimiter } from '../../../../src/adapters/postgres/ingestion/region-rate-limiter.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { regionRateLimiterContract } from '../../../support/contracts/ingestion/region-rate-limiter.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { anId, noon } from '../../../support/examples.ts'

regionRateLimiterContract(t, openPostgresStores)

const aReport = () => ({ id: anId<ReportId>(), isInteractive: true })

t.test('S-24 several processes share one request budget per region', async t => {
  const { pool } = await openPostgresStores(t)
  const processes = Array.from({ length: 4 }, () => new PostgresRegionRateLimiter(pool))

  const requests = Array.from({ length: 340 }, (_, index) =>
    processes[index % 4]?.tryAcquire('na', 'report_request', aReport(), noon),
  )

  const admitted = (await Promise.all(requests)).filter(admission => admission?.admitted)
  t.equal(admitted.length, 300)
})

t.test('S-24 several processes share one budget for status polls', async t => {
  const { pool } = await openPostgresStores(t)
  const [one, other] = [new PostgresRegionRateLimiter(pool), new PostgresRegionRateLimiter(pool)]
  const poll = (process: PostgresRegionRateLimiter) =>
    process.tryAcquire('na', 'report_status', aReport(), noon)
  for (let polls = 0; polls < 4600; polls += 1) await poll(one)
  // By then the process must count its polls.
  await wait(600)
  await poll(one)

  t.match(await poll(other), { admitted: false, why: 'region_rate_limited' })
  t.match(await other.tryAcquire('na', 'report_request', aReport(), noon), { admitted: true })
})
