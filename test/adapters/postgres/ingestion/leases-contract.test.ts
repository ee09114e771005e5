import t from 'tap'
import { LeaseLost } from '../../../../src/application/ingestion/report-ports.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { leasesContract } from '../../../support/contracts/ingestion/leases.ts'
import { aSavedRun } from '../../../support/contracts/ingestion/sync-runs.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { eventually } from '../../../support/eventually.ts'
import { anId, aRequestedReport, noon } from '../../../support/examples.ts'

leasesContract(t, openPostgresStores)

async function scene(t: Parameters<typeof openPostgresStores>[0]) {
  const stores = await openPostgresStores(t)
  const { reports } = await aSavedRun(stores, {}, aRequestedReport())
  return { ...stores, id: reports[0]?.id ?? anId<ReportId>() }
}

t.test('S-25 a lease is kept as long as the work lasts', async t => {
  const { leases, id, query } = await scene(t)
  const secondsLeft = async () => {
    const [row] = await query<{ left: number }>(
      'select extract(epoch from leased_until - clock_timestamp())::float as left from report where id = $1',
      [id],
    )
    return row?.left ?? 0
  }

  const leasedUntil = async () => {
    const [row] = await query<{ until: Date }>('select leased_until as until from report where id = $1', [id])
    return row?.until ?? new Date(0)
  }

  await leases.withLease(id, noon, async () => {
    t.ok((await secondsLeft()) <= 4, 'a killed worker’s lease expires within five seconds')
    const first = await leasedUntil()
    await eventually('a heartbeat extends the lease', async () => (await leasedUntil()) > first)
    t.equal(await leases.withLease(id, noon, async () => undefined), false)
  })
})

t.test('S-25 a worker is notified when its lease is taken over', async t => {
  const { leases, id, query } = await scene(t)

  await leases.withLease(id, noon, async (_held, lost) => {
    await query('update report set fencing_token = fencing_token + 1 where id = $1', [id])
    await eventually('the lease is reported as lost', () => lost.aborted)

    t.ok(lost.reason instanceof LeaseLost)
  })
})
