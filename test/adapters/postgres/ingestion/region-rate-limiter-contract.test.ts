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
