import t from 'tap'
import { LeaseLost } from '../../../src/application/ingestion/ports.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import { aRunOnRecord } from '../../support/contracts/ingestions.ts'
import { leasesContract } from '../../support/contracts/leases.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { anId, aRequestedReport, noon } from '../../support/examples.ts'

leasesContract(t, openPostgresStores)

const pause = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds))

async function scene(t: Parameters<typeof openPostgresStores>[0]) {
  const stores = await openPostgresStores(t)
  const { reports } = await aRunOnRecord(stores, {}, aRequestedReport())
  return { ...stores, id: reports[0]?.id ?? anId<ReportId>() }
}

t.test('S-25 a lease is kept as long as the work lasts', async t => {
  const { leases, id, query } = await scene(t)
  const left = async () => {
    const [row] = await query<{ left: number }>(
      'select extract(epoch from leased_until - clock_timestamp())::float as left from report where id = $1',
      [id],
    )
    return row?.left ?? 0
  }

  await leases.hold(id, noon, async () => {
    t.ok((await left()) <= 4, 'a killed worker is taken over in less than five seconds')
    await pause(2500)
    t.ok((await left()) > 2, 'the heart beats')
    t.equal(await leases.hold(id, noon, async () => undefined), false)
  })
})

t.test('S-25 a worker hears that it was taken over from', async t => {
  const { leases, id, query } = await scene(t)

  await leases.hold(id, noon, async (_held, lost) => {
    await query('update report set fence = fence + 1 where id = $1', [id])
    for (let waited = 0; waited < 30 && !lost.aborted; waited += 1) await pause(100)

    t.ok(lost.aborted)
    t.ok(lost.reason instanceof LeaseLost)
  })
})
