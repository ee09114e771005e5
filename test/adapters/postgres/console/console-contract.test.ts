import t from 'tap'
import {
  aSummary,
  caseSummariesContract,
  timelineReaderContract,
  workerHeartbeatsContract,
} from '../../../support/contracts/console/console.ts'
import { recurringJobRunsContract } from '../../../support/contracts/console/recurring-job-runs.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'

timelineReaderContract(t, openPostgresStores)
workerHeartbeatsContract(t, openPostgresStores)
recurringJobRunsContract(t, openPostgresStores)
caseSummariesContract(t, openPostgresStores)

t.test('S-40 writing a case summary does not block a seller who is disconnecting', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, pool, unitOfWork } = stores
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const seller = await pool.connect()
  t.teardown(() => seller.release())
  // The lock order of every seller action: user, then connection.
  await seller.query('begin')
  await seller.query('select from app_user where id = $1 for update', [userId])

  const save = unitOfWork.transaction(() => summaries.save(aSummary({ userId, connectionId })))
  await new Promise(resolve => setTimeout(resolve, 300))
  await t.resolves(seller.query('select from connection where id = $1 for update', [connectionId]))
  await seller.query('commit')

  await t.resolves(save)
})
