import t from 'tap'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { moveClocksTo } from '../clocks.ts'
import { until } from '../user-records.ts'
import { aLoadedAccount } from '../users.ts'

t.test('S-24 an empty file replaces nothing, and the page says so until a whole file arrives', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { browser, id: userId } = await aLoadedAccount(product)
  const [connection] = await product.query<{ id: ConnectionId; timezone: string }>(
    'select id, timezone from connection where user_id = $1',
    [userId],
  )
  if (!connection) throw new Error('there is no connection')
  const startDailySync = () =>
    moveClocksTo(product, nextSyncAfter(product.clock.now(), connection.id, connection.timezone))
  const runs = () =>
    product.query<{ isOpen: boolean }>('select finished_at is null as "isOpen" from sync_run')
  const areFinished = async (count: number) => {
    const all = await runs()
    return all.length === count && all.every(({ isOpen }) => !isOpen)
  }
  // Loads the days before the first 30; an empty file for days without figures replaces none.
  startDailySync()
  await until('the 60 days are loaded', () => areFinished(2), 120)
  const fault = { call: 'download', fault: 'empty_report', reportType: 'spCampaigns' } as const
  product.sandbox.controls.set({ faults: [{ ...fault, region: null, times: 1 }] })
  const unconfirmed = () =>
    product.query(`select from report where status = 'requested' and unconfirmed_file is not null`)

  startDailySync()
  await until('a file is unconfirmed', async () => (await unconfirmed()).length > 0, 120)
  await browser.open('/dashboard/ads/')
  t.match(browser.text, 'The earlier figures stay until a second file agrees.')

  const isDone = async () => {
    product.clock.advance(60_000)
    return areFinished(3)
  }
  await until('the sync has finished', isDone, 120)
  t.strictSame(await factDifferences(product, connection.id), [])
  await browser.open('/dashboard/ads/')
  doesNotMatch(t, browser.text, 'until a second file agrees')
})
