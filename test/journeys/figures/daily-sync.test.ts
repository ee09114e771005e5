import t from 'tap'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { moveClocksTo } from '../clocks.ts'
import { recordsOf, until } from '../user-records.ts'
import { aLoadedAccount } from '../users.ts'

async function loadAccount(product: TestProduct) {
  const { browser, id: userId } = await aLoadedAccount(product)
  const [connection] = await product.query<{ id: ConnectionId; timezone: string }>(
    'select id, timezone from connection where user_id = $1',
    [userId],
  )
  if (!connection) throw new Error('there is no connection')
  return { browser, userId, connection, records: recordsOf(product, userId) }
}

async function finishedSyncs(product: TestProduct): Promise<number> {
  const [row] = await product.query<{ count: number }>(
    `select count(*)::int as count from sync_run where kind = 'daily' and finished_at is not null`,
  )
  return row?.count ?? 0
}

t.test('S-23 S-25 the daily sync completes the 60 days and applies Amazon’s corrections', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { browser, connection } = await loadAccount(product)
  t.equal(await finishedSyncs(product), 0)

  for (let day = 1; day <= 2; day += 1) {
    product.sandbox.controls.set({ restatement: day })
    moveClocksTo(product, nextSyncAfter(product.clock.now(), connection.id, connection.timezone))
    await until('the sync has finished', async () => (await finishedSyncs(product)) === day, 120)
    t.strictSame(await factDifferences(product, connection.id), [], `the sync of day ${day}`)
  }

  await browser.open('/dashboard/ads/')
  t.equal(browser.heading, 'Ads performance')
  doesNotMatch(t, browser.text, /Figures are still arriving|couldn’t be loaded/)
  t.match(browser.text, /[▲▼]/, 'the previous period is loaded and compared')
})

t.test('S-23 S-24 the next sync requests a failed report again and clears its warning', async t => {
  const product = await startTestProduct(t, { worker: true })
  product.sandbox.controls.set({ failReports: { sdCampaigns: 3 } })
  const timer = setInterval(() => product.clock.advance(30_000), 200)
  t.teardown(() => clearInterval(timer))
  const { browser, connection } = await loadAccount(product)
  clearInterval(timer)
  await browser.open('/dashboard/ads/')
  t.match(browser.text, 'Some reports couldn’t be loaded')
  t.match(browser.text, 'The next daily sync requests it again.')

  moveClocksTo(product, nextSyncAfter(product.clock.now(), connection.id, connection.timezone))
  await until('the sync has finished', async () => (await finishedSyncs(product)) === 1, 120)

  await browser.open('/dashboard/ads/')
  doesNotMatch(t, browser.text, 'Some reports couldn’t be loaded')
  t.strictSame(await factDifferences(product, connection.id), [])
})
