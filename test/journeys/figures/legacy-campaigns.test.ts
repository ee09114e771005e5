import t from 'tap'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { moveClocksTo } from '../clocks.ts'
import { until } from '../user-records.ts'
import { aLoadedSeller } from '../users.ts'

t.test('S-28 the first daily sync adds the figures of legacy campaigns, to the cent', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, connectionId } = await aLoadedSeller(product, 'legacy-brands', 'Legacy Brand US')
  const pageOf = async () => (await seller.get('/dashboard/ads/campaigns?product=SB')).$('main').text()
  t.match(await pageOf(), /The next daily sync adds them from an older report/)
  t.notMatch(await pageOf(), /Old format/)

  const [connection] = await product.query<{ id: ConnectionId; timezone: string }>(
    'select id, timezone from connection where id = $1',
    [connectionId],
  )
  if (!connection) throw new Error('there is no connection')
  moveClocksTo(product, nextSyncAfter(product.clock.now(), connection.id, connection.timezone))
  await until(
    'the sync has finished',
    async () =>
      (await product.query(`select from sync_run where kind = 'daily' and finished_at is not null`))
        .length === 1,
    120,
  )

  t.strictSame(await factDifferences(product, connectionId), [])
  const [legacy] = await product.query<{ days: number }>(
    `select count(distinct day)::int as days from campaign_fact where connection_id = $1 and is_legacy`,
    [connectionId],
  )
  t.ok((legacy?.days ?? 0) > 50, 'as far back as Amazon keeps them')
  t.match(await pageOf(), /An older Amazon report adds 3 legacy Sponsored Brands campaigns/)
  t.match(await pageOf(), /Old format \| 2/)
})
